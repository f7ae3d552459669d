"""What an admin decides: settings and flags, by whom and why."""

from browser import DESK, picture
from pages_desk import visit
from suite import Skip, equal, until

KEY = "putaway.plan-budget-ms"


def value(floor, key):
    rows = floor.client.get("/api/v1/settings")["rows"]
    return next(row for row in rows if row["key"] == key)


def flag(floor, name):
    return next(row for row in floor.client.get("/api/v1/flags")["rows"] if row["flag"] == name)


def change(page, key, words="Put in force", reason="", **fields):
    """Opens the dialog of a setting or flag, fills it, and presses a button."""
    page.click(f'button[aria-label="Change: {key}"]')
    page.wait_for_selector("dialog[open]")
    for name, text in fields.items():
        element = page.locator(f"dialog #{name.replace('_', '-')}")
        if element.evaluate("one => one.localName") == "select":
            element.select_option(text)
        else:
            element.fill(text)
    if reason:
        page.fill("dialog #reason", reason)
    page.click(f"dialog button:text-is('{words}')")


def settings(suite, crew, floor):
    if floor.client.exchange("GET", "/api/v1/settings")[0] == 404:
        with suite.test("settings and flags on their page"):
            raise Skip("this version has no settings calls")
        return
    with suite.test("a setting is changed on its page, in force at once, with who and why"):
        before = value(floor, KEY)
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "settings")
            change(page, KEY, reason="slow tablet", value="750")
            page.wait_for_selector("dialog", state="detached")
            until(lambda: value(floor, KEY)["value"] == 750, "the new value")
            row = page.locator(f"tr:has(button[aria-label='Change: {KEY}'])")
            row.locator("td:text-is('750')").wait_for()
            assert "this site" in row.inner_text(), row.inner_text()
            assert "operator:B-300" in row.inner_text(), row.inner_text()
            page.wait_for_selector(f"td:has-text('{KEY} – → 750')")
            page.wait_for_selector("td:text-is('slow tablet')")
            row.scroll_into_view_if_needed()
            picture(page, "office-settings-changed-desk")
            change(page, KEY, "Back to the configuration")
            page.wait_for_selector("dialog", state="detached")
        after = value(floor, KEY)
        equal((after["value"], after["site"]), (before["value"], None), "back")
    with suite.test("a value that cannot be is refused in words; what was changed meanwhile is told"):
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "settings")
            page.click(f'button[aria-label="Change: {KEY}"]')
            page.evaluate("document.querySelector('dialog form').noValidate = true")
            page.fill("dialog #value", "99999999")
            page.click("dialog button:text-is('Put in force')")
            page.wait_for_selector("dialog [role=alert] .notice.bad")
            said = page.inner_text("dialog [role=alert]")
            assert KEY in said, said
            page.click("dialog button:text-is('Cancel')")
            with crew.page("/", "B-300", DESK) as other:
                visit(other, "settings")
                change(other, KEY, value="600")
                other.wait_for_selector("dialog", state="detached")
            change(page, KEY, value="500")
            page.wait_for_selector("dialog >> text=Somebody changed this meanwhile")
            equal(value(floor, KEY)["value"], 600, "value")
            # What is in force now has been read: the second try is against that.
            page.click("dialog button:text-is('Put in force')")
            page.wait_for_selector("dialog", state="detached")
            equal(value(floor, KEY)["value"], 500, "value")
            change(page, KEY, "Back to the configuration")
            page.wait_for_selector("dialog", state="detached")
    with suite.test("a flag is switched for one zone alone, and the rule is taken away again"):
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "settings")
            change(page, "cross-dock", rule_kind="ZONE", rule_target="INKS", value="false")
            page.wait_for_selector("dialog", state="detached")
            page.wait_for_selector("td:has-text('zone INKS: off')")
            rules = flag(floor, "cross-dock")["rules"]
            equal([(one["kind"], one["target"], one["value"]) for one in rules],
                  [("ZONE", "INKS", False)], "rules")  # fmt: skip
            change(page, "cross-dock", "Take away: zone INKS: off")
            page.wait_for_selector("dialog", state="detached")
        equal(flag(floor, "cross-dock")["rules"], [], "rules")
    with suite.test("a supervisor sees settings, flags and changes, and changes none"):
        crew.add("B-310", "Sam Vise", ["supervisor"])
        with crew.page("/", "B-310", DESK) as page:
            visit(page, "settings")
            page.wait_for_selector(f"td:text-is('{KEY}')")
            equal(page.locator("button[aria-label^='Change:']").count(), 0, "buttons")
            assert "permission" not in page.inner_text("#main"), page.inner_text("#main")
