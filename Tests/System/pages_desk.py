"""The pages of people at desks: signing in, the station, the supervisor."""

import io

from browser import DESK, HANDHELD, STATION, Crew, picture, scan, shown
from suite import equal, until

VIEWS = ["today", "floor", "forecasts", "orders", "slotting", "ledger", "people", "settings", "box"]
MARKUP = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'


def sessions(suite, crew, floor):
    with suite.test("a wrong badge and a wrong PIN are told apart from a dead network"):
        context = crew.context()
        page = crew.watch_unready(context.new_page(), "/scan")
        page.wait_for_selector("dialog #badge")
        scan(page, "NOBODY")
        page.keyboard.type("0000")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog [role=alert]:not([hidden])")
        said = page.inner_text("dialog [role=alert]")
        assert "Badge and PIN" in said, said
        picture(page, "scan-sign-in-handheld")
        context.close()
    with suite.test("a session that ends in the middle of a task: the task survives"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            page.context.clear_cookies(name="stowage_session")
            scan(page, task["location"])
            page.wait_for_selector("dialog #badge")
            assert floor.status(task) in ("STARTED", "RECOMMENDED"), floor.status(task)
            scan(page, "B-100")
            page.keyboard.type(Crew.PIN)
            page.keyboard.press("Enter")
            page.wait_for_selector("dialog", state="detached")
            shown(page, "done")
            page.wait_for_selector("body[data-unsent='0']")
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")
    with suite.test("a device pairs itself by its code, on the page"):
        offer = floor.client.post("/api/v1/devices/pairing-codes", {})
        context = crew.browser.new_context(viewport=HANDHELD, locale="en-GB")
        page = context.new_page()
        page.goto(f"{crew.url}/pair#{offer['code']}")
        page.fill("#name", "a new handheld")
        page.keyboard.press("Enter")
        page.wait_for_selector('a.button[href="/scan"]')
        assert "#" not in page.url, page.url
        context.close()


def station(suite, crew, floor):
    with suite.test("station: a pasted receipt becomes a plan, and is watched live"):
        with crew.page("/station", "B-200", STATION) as page:
            page.click("#new")
            page.fill("#receipt-number", "PASTED-1")
            page.fill(
                "#receipt-lines", "article;qty;batch\nROLL-1007;2;PASTE-A\nINK-3032;20;PASTE-B\n"
            )
            page.click("text=Enter the receipt")
            page.wait_for_selector("#algorithm")
            page.click("button:text-is('Compare')")
            page.wait_for_selector(".algorithms tbody tr:nth-child(3)")
            page.click("button:text-is('Plan')")
            page.wait_for_selector("#plan .map rect.target")
            picture(page, "station-plan-station")
            page.click("summary:text-is('Pictures of the places')")
            page.wait_for_selector(".bins figure .bin")
            lots = [
                row["lot"]
                for row in floor.client.get("/api/v1/receipts?limit=1000")["rows"][-1]["lines"]
            ]
            rows = floor.client.get(
                "/api/v1/putaway/recommendations?status=RECOMMENDED&limit=1000"
            )["rows"]
            task = next(row for row in rows if row["lot"] in lots)
            floor.client.post(
                f"/api/v1/putaway/recommendations/{task['id']}/confirm",
                {"location": task["location"]},
            )
            page.wait_for_selector("#plan[data-done='1']")
    with suite.test("station: what is locked stays, the rest is planned anew"):
        with crew.page("/station", "B-200", STATION) as page:
            page.click("#new")
            page.fill("#receipt-number", "LOCKED-1")
            page.fill("#receipt-lines", "ROLL-1007, 2\nINK-3032, 20\nSKID-2144, 22500\n")
            page.click("text=Enter the receipt")
            page.click("button:text-is('Plan')")
            page.wait_for_selector("#plan tbody tr:nth-child(3)")
            kept = page.inner_text("#plan tbody tr:first-child td:nth-child(3)")
            before = {row["id"] for row in open_tasks(floor, "LOCKED-1")}
            page.check("#plan tbody tr:first-child input[type=checkbox]")
            page.click("text=Re-plan what is not locked")
            until(
                lambda: len({row["id"] for row in open_tasks(floor, "LOCKED-1")} - before) >= 2,
                "new tasks",
            )
            after = {row["id"]: row["lot_number"] for row in open_tasks(floor, "LOCKED-1")}
            equal([after[name] for name in after if name in before], [kept], "tasks that stayed")
    with suite.test("two stations plan the same receipt: every unit gets one place"):
        made = floor.client.post(
            "/api/v1/receipts",
            {
                "number": "BOTH-1",
                "arrived": True,
                "lines": [
                    {"material": "INK-3032", "quantity": 20},
                    {"material": "ROLL-1007", "quantity": 2},
                ],
            },
        )
        contexts = [crew.context(STATION) for _ in range(2)]
        pages = []
        for context in contexts:
            crew.enter(context, "B-200")
            pages.append(crew.watch(context.new_page(), f"/station#{made['id']}"))
        for page in pages:
            page.evaluate(
                "[...document.querySelectorAll('#desk button')].find(one => one.textContent === 'Plan').click()"
            )
        for page in pages:
            page.wait_for_selector("#plan tbody tr:nth-child(2)")
        rows = open_tasks(floor, "BOTH-1")
        equal(sorted(row["quantity"] for row in rows), [2, 20], "planned quantities")
        for context in contexts:
            context.close()
    with suite.test("labels are printed, and a decoder reads them back"):
        decode_labels(crew, floor)


def open_tasks(floor, number):
    rows = []
    for status in ("RECOMMENDED", "STARTED"):
        rows += floor.client.get(f"/api/v1/putaway/recommendations?status={status}&limit=1000")[
            "rows"
        ]
    return [row for row in rows if row.get("receipt_number") == number]


def decode_labels(crew, floor):
    """Every length that a label can have, read by an independent decoder."""
    import zxingcpp
    from PIL import Image

    with crew.page("/station", "B-200", STATION) as page:
        for text, is_gs1 in [
            ("A", False),
            ("S-12-01-1", False),
            ("LOT-2026/44 x", False),
            ("01234567890", False),
            ("00395212340000000021", True),
            ("Ä" * 10, False),
            ("0109521010030007\u001d10AB", True),
            *(("x" * size, False) for size in (20, 40, 60, 80, 110, 140, 170)),
        ]:
            page.evaluate(
                """async ([text, isGS1]) => {
                  const { dataMatrix } = await import("/assets/common/datamatrix.js");
                  const symbol = dataMatrix(text, { isGS1 });
                  symbol.setAttribute("width", "400"); symbol.setAttribute("height", "400"); symbol.id = "symbol";
                  document.getElementById("symbol")?.remove();
                  document.body.prepend(symbol);
                }""",
                [text, is_gs1],
            )
            image = Image.open(io.BytesIO(page.locator("#symbol").screenshot()))
            found = zxingcpp.read_barcodes(image)
            equal(len(found), 1, f"symbols of {text!r}")
            read = (
                found[0].bytes.decode("latin-1")
                if not is_gs1
                else found[0].bytes.decode().lstrip("\u001d")
            )
            equal(read, text, "what was read")


def office(suite, crew, floor):
    with suite.test("supervisor: every view says something, in English and Spanish"):
        with crew.page("/", "B-300", DESK) as page:
            for view in VIEWS:
                visit(page, view)
                assert page.inner_text("#main").strip(), view
                assert "No answer" not in page.inner_text("#main"), view
                picture(page, f"office-{view}-desk")
            page.evaluate("localStorage.setItem('stowage.language', 'es')")
            page.reload()
            page.wait_for_selector("body[data-ready]")
            equal(page.get_attribute("html", "lang"), "es", "language")
            assert "Planta" in page.inner_text("#views"), page.inner_text("#views")
            assert "undefined" not in page.inner_text("body")
    with suite.test("supervisor: from a bay to its places, from a place to its history"):
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "floor")
            page.locator("rect[data-bay]").first.click()
            page.wait_for_selector("#main a[href^='#place/']")
            page.locator("#main a[href^='#place/']").first.click()
            page.wait_for_selector("body[data-view=floor] h2:has-text('Place ')")
    with suite.test("supervisor: an article is forecast, with bands, projection and reason"):
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "material/INK-3000", "forecasts")
            page.wait_for_selector(".chart .band")
            equal(page.locator(".chart").count(), 2, "charts")
            page.select_option("#method", "SES")
            page.click("button:text-is('Forecast')")
            page.wait_for_selector("b:text-is('SES')")
            picture(page, "office-material-desk")
    with suite.test("markup in names is shown, never run"):
        floor.client.post(
            "/api/v1/materials",
            {
                "code": "EVIL-1",
                "name": MARKUP,
                "base_unit": "EACH",
                "size_mm": [300, 300, 300],
                "weight_kg": 5,
            },
        )
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "forecasts")
            page.fill("#search", "EVIL")
            page.wait_for_selector("text=onerror")
            visit(page, "material/EVIL-1", "forecasts")
            page.wait_for_selector("text=onerror")
            assert page.evaluate("window.broken") is None, "it ran"
        with crew.page("/scan", "B-100") as page:
            scan(page, "EVIL-1")
            page.wait_for_selector("text=onerror")
            assert page.evaluate("window.broken") is None, "it ran"


def visit(page, view, shown_as=None):
    page.evaluate(
        "view => { document.body.dataset.view = ''; location.hash = view; dispatchEvent(new Event('hashchange')); }",
        view,
    )
    page.wait_for_selector(f"body[data-view='{shown_as or view}']")
    page.wait_for_function(
        "() => !document.body.innerText.includes('reading …') && !document.body.innerText.includes('leyendo …')"
    )
