"""What every view says when there is nothing, nothing yet, or no answer; what every table can do."""

import csv
import re
import tempfile
from pathlib import Path

from browser import DESK, STATION, Crew, picture
from pages_desk import MARKUP, VIEWS, visit
from stowage_box import Box
from suite import equal

# Each table with its tools: what sorts it, filters it, hands it on, and what it links to.
TABLES = """() => [...document.querySelectorAll("#main table, #receipts table, #plan table, #desk table")]
  .filter((table) => table.caption && table.checkVisibility({ contentVisibilityAuto: true })).map((table) => {
    const whole = table.closest(".scroll").parentElement;
    const isForm = table.querySelector("td input:not([type=checkbox])") !== null;
    return { name: table.caption.innerText, isForm,
      sorts: table.querySelectorAll("th button").length,
      filters: whole.querySelector("input[type=search]") !== null,
      exports: whole.querySelector(".row button") !== null,
      links: table.querySelectorAll("tbody a, tbody td button").length,
      isEmpty: table.querySelector("td.empty")?.innerText ?? "" };
  })"""
# Sorts by every heading twice and filters by something that is nowhere; says what went wrong.
WORK = """() => {
  const wrong = [];
  for (const table of document.querySelectorAll("#main table, #receipts table, #plan table")) {
    if (!table.checkVisibility() || !table.caption || table.querySelector("td.empty")) continue;
    const whole = table.closest(".scroll").parentElement;
    const before = table.tBodies[0].rows.length;
    const name = table.caption.innerText;
    for (let index = 0; index < table.querySelectorAll("th button").length; index += 1) {
      const sortedAs = [0, 1].map(() => {
        table.querySelectorAll("th button")[index].click();
        return table.querySelectorAll("th button")[index].closest("th").getAttribute("aria-sort");
      });
      if (sortedAs.join() !== "ascending,descending") wrong.push(`${name}: sorted as ${sortedAs}`);
    }
    const needle = whole.querySelector("input[type=search]");
    if (!needle) continue;
    const say = (text) => { needle.value = text; needle.dispatchEvent(new Event("input")); };
    say("zzz-nowhere-zzz");
    if (table.tBodies[0].rows.length !== 1) wrong.push(`${name}: the filter keeps rows`);
    say("");
    if (table.tBodies[0].rows.length !== before) wrong.push(`${name}: rows got lost`);
  }
  return wrong;
}"""
# Tables whose rows stand for nothing that has a page of its own.
MAY_LINK_NOWHERE = re.compile(
    "Zones|promised|Flags|later one wins|Who changed|Every change|Checks|job stands|printers"
    "|Print jobs|Devices|Operators|Tokens|printed|What is there|Places of the bay"
)


def tables(suite, crew, floor):
    with suite.test("every table sorts, filters, exports, and links to what its rows name"):
        wrong, seen = [], set()

        def look(page, where):
            for table in page.evaluate(TABLES):
                if table["isForm"]:
                    continue
                seen.add(table["name"])
                name = f"{where}: {table['name']}"
                wrong.extend(f"{name} {tool}" for tool in ("sorts", "filters", "exports")
                             if not table[tool])  # fmt: skip
                if not (table["links"] or table["isEmpty"] or MAY_LINK_NOWHERE.search(name)):
                    wrong.append(f"{name} links nowhere")
            wrong.extend(f"{where}: {fault}" for fault in page.evaluate(WORK))

        with crew.page("/", "B-300", DESK) as page:
            for view in VIEWS:
                visit(page, view)
                look(page, view)
            task = floor.client.get("/api/v1/putaway/recommendations?limit=1")["rows"][0]
            visit(page, f"place/{task['from']}", "floor")
            look(page, "place")
            visit(page, f"material/{task['material']}", "forecasts")
            look(page, "material")
        with crew.page("/station", "B-200", STATION) as page:
            page.wait_for_selector("#receipts tbody button")
            page.click("#receipts tbody tr:has-text('planned') button")
            page.wait_for_selector("#plan .map rect.target")
            page.click("summary:text-is('Lines')")
            look(page, "station")
        assert not wrong, "\n".join(wrong[:12])
        assert len(seen) > 18, sorted(seen)
    with suite.test("an exported table opens in a spreadsheet, and runs nothing there"):
        body = {"code": "=1+1", "name": '=HYPERLINK("x")', "base_unit": "EACH"}
        made = {**body, "size_mm": [300, 300, 300], "weight_kg": 5}
        floor.client.post("/api/v1/materials", made)
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "forecasts")
            page.fill("#search", "=1+1")
            page.wait_for_selector("td:has-text('=HYPERLINK')")
            with page.expect_download() as download:
                page.click("#main .row button:text-is('Export CSV')")
            with open(download.value.path(), encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
        equal(rows[1][:2], ["'=1+1", "'=HYPERLINK(\"x\")"], "cells")
        equal({len(row) for row in rows}, {len(rows[0])}, "widths")


def silent(suite, crew, floor):
    with suite.test("no answer from the box: each view says so, and comes back by its button"):
        with crew.page("/", "B-300", DESK) as page:
            for view in VIEWS:
                page.context.route("**/api/v1/**", lambda route: route.abort())
                visit(page, view)
                text = page.inner_text("#main")
                assert "does not answer" in text, f"{view}: {text[:200]}"
                assert not re.search(r"undefined|NaN|\[object", text), f"{view}: {text[:200]}"
                page.context.unroute("**/api/v1/**")
            page.context.route("**/api/v1/**", lambda route: route.abort())
            visit(page, "place/S-12-01-1", "floor")
            page.wait_for_selector("button:text-is('Try again')")
            picture(page, "office-no-answer-desk")
            page.context.unroute("**/api/v1/**")
            page.click("button:text-is('Try again')")
            page.wait_for_selector("h2:has-text('Place S-12-01-1')")
        with crew.page("/station", "B-200", STATION) as page:
            page.wait_for_selector("#receipts tbody button")
            page.context.route("**/api/v1/**", lambda route: route.abort())
            page.click("#receipts tbody tr:has-text('planned') button")
            page.wait_for_selector("#desk [role=alert]:has-text('does not answer')")
            page.context.unroute("**/api/v1/**")
    with suite.test("while an answer is on its way, each view says that it reads"):
        with crew.page("/", "B-300", DESK) as page:
            held = []
            page.context.route("**/api/v1/**", lambda route: held.append(route))
            for view in VIEWS:
                page.evaluate("view => { location.hash = view; }", view)
                page.wait_for_selector("#main >> text=reading …")
            page.context.unroute("**/api/v1/**")
            for route in held:
                route.abort()


def empty(suite, playwright):
    with suite.test("a box without any goods: each view says what is missing, in both languages"):
        with tempfile.TemporaryDirectory() as name:
            box = Box(Path(name) / "new")
            box.command("init")
            with box:
                crew = Crew(box, playwright)
                try:
                    nothing(crew)
                finally:
                    crew.close()


def nothing(crew):
    for locale in ("en-GB", "es-ES"):
        with crew.page("/", "B-300", DESK, locale=locale) as page:
            for view in [*VIEWS, "forecasts"]:
                visit(page, view)
                text = page.inner_text("#main")
                assert not re.search(r"undefined|NaN|\[object|Infinity", text), f"{view}: {text}"
                for table in page.evaluate(TABLES):
                    if table["sorts"] and table["isEmpty"]:
                        assert len(table["isEmpty"]) > 3, f"{view}: {table}"
                if locale == "en-GB":
                    picture(page, f"empty-{view}-desk")
        with crew.page("/station", "B-200", STATION, locale=locale) as page:
            text = page.inner_text("#receipts td.empty")
            assert len(text) > 20, text
        with crew.page("/scan", "B-100", locale=locale) as page:
            assert page.inner_text("#screen .word").strip()


def markup(suite, crew, floor):
    with suite.test("markup in reasons, numbers and names of people is shown, never run"):
        task = floor.take()
        hold = {"kind": "HOLD", "lot": task["lot"], "reason": MARKUP[:200]}
        floor.client.post("/api/v1/transactions", hold)
        crew.add("B-666", MARKUP[:90], ["station"])
        lines = [{"material": "INK-3032", "quantity": 20, "lot": "<b>x</b>"}]
        number = "<i onclick=window.broken=1>R</i>"
        made = floor.client.post(
            "/api/v1/receipts", {"number": number, "lines": lines, "arrived": True}
        )
        with crew.page("/", "B-300", DESK) as page:
            for view, shown_as in [(f"place/{task['from']}", "floor"), ("ledger", None),
                                   ("people", None), ("settings", None)]:  # fmt: skip
                visit(page, view, shown_as)
                equal(page.locator("#main img, #main i, #main script").count(), 0, view)
            visit(page, "ledger")
            page.fill("form input[name=lot]", task["lot_number"])
            page.click("button:text-is('Search')")
            page.wait_for_selector("td:has-text('onerror')")
            assert page.evaluate("window.broken") is None, "it ran"
        with crew.page(f"/station#{made['id']}", "B-200", STATION) as page:
            page.click("button:text-is('Plan')")
            page.wait_for_selector("#plan tbody tr")
            equal(page.locator("#main i[onclick], #main td b").count(), 0, "elements")
            assert page.evaluate("window.broken") is None, "it ran"
    with suite.test("the policy for contents is strict on every page, and holds"):
        for path in ("/", "/scan", "/station", "/setup", "/pair", "/docs"):
            status, headers = page_headers(floor, path)
            equal(status, 200, path)
            policy = headers["content-security-policy"]
            assert "unsafe" not in policy and "default-src 'none'" in policy, policy
            assert "*" not in policy and "data:" not in policy, policy
        context = crew.context(DESK)
        page = context.new_page()
        page.goto(f"{crew.url}/")
        broken = page.evaluate(
            """() => { const script = document.createElement("script");
              script.textContent = "window.broken = 1"; document.body.append(script);
              return window.broken ?? null; }"""
        )
        equal(broken, None, "an inline script")
        context.close()


def page_headers(floor, path):
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{floor.port}{path}", timeout=10) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}


def states(suite, crew, floor, playwright):
    """All of it."""
    tables(suite, crew, floor)
    silent(suite, crew, floor)
    markup(suite, crew, floor)
    empty(suite, playwright)
