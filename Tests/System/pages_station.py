"""The station with real loads: a file, scanned labels, 1,000 lines, what a plan is to be good at."""

import random
import tempfile
import time
from pathlib import Path

from browser import STATION, picture, scan
from pages_desk import open_tasks
from suite import equal, until


def articles(floor, count, seed=7):
    """Lines of articles that the plant knows, each a lot of its own."""
    rows = floor.client.get("/api/v1/materials?limit=500")["rows"]
    known = [row for row in rows if row.get("handling_unit_quantity")]
    source = random.Random(seed)
    return [(row["code"], row["handling_unit_quantity"]) for row in source.choices(known, k=count)]


def thousand(suite, crew, floor):
    with suite.test("station: 1,000 lines from a file become a plan that can be worked with"):
        lines = [f"{code};{amount};BIG-{n}" for n, (code, amount) in enumerate(articles(floor, 1000))]
        with tempfile.TemporaryDirectory() as name, crew.page("/station", "B-200", STATION) as page:
            file = Path(name) / "asn.csv"
            file.write_text("article;qty;batch\n" + "\n".join(lines) + "\n", encoding="utf-8")
            page.click("#new")
            page.fill("#receipt-number", "BIG-1")
            page.set_input_files("#receipt-file", str(file))
            page.wait_for_selector("text=1,000 lines read")
            page.click("text=Enter the receipt")
            page.wait_for_selector("#algorithm", timeout=60_000)
            begun = time.monotonic()
            page.click("button:text-is('Plan')")
            page.wait_for_selector("progress:not([hidden])")
            page.wait_for_selector("#plan tbody tr:nth-child(100)", timeout=120_000)
            took = time.monotonic() - begun
            picture(page, "station-thousand-station")
            places = page.locator("#plan tbody tr").count()
            refused = page.locator("#plan .notice.bad").count()
            begun = time.monotonic()
            page.fill("#plan input[type=search]", "BIG-77")
            page.wait_for_function("document.querySelectorAll('#plan tbody tr').length < 40")
            filtered = time.monotonic() - begun
            page.fill("#plan input[type=search]", "")
            # One of its tasks is done: the page hears of it, and stays usable.
            task = open_tasks(floor, "BIG-1")[0]
            floor.client.post(
                f"/api/v1/putaway/recommendations/{task['id']}/confirm",
                {"location": task["location"]},
            )
            page.wait_for_selector("#plan[data-done='1']", timeout=30_000)
        print(
            f"  {places} tasks and {refused} refusals on the page {took:.1f} s after the press; "
            f"filtered in {1000 * filtered:.0f} ms",
            flush=True,
        )
        lots = {row["lot"] for row in open_tasks(floor, "BIG-1")}
        assert len(lots) + refused >= 999, (len(lots), refused)
        # The plant's other tests need the space: what was planned here is called off.
        receipts = floor.client.get("/api/v1/receipts?status=PLANNED&limit=1000")["rows"]
        made = next(row for row in receipts if row["number"] == "BIG-1")
        floor.client.post(f"/api/v1/receipts/{made['id']}/release", {})


def entered(suite, crew, floor):
    with suite.test("station: labels scanned into a receipt become lines; faults name their line"):
        with crew.page("/station", "B-200", STATION) as page:
            page.click("#new")
            page.fill("#receipt-number", "SCANNED-1")
            page.locator("#receipt-number").blur()
            for code in ("INK-3032", "ROLL-1007"):
                scan(page, code)
                page.wait_for_function(
                    "code => document.getElementById('receipt-lines').value.includes(code)",
                    arg=code,
                )
            page.wait_for_selector("text=2 lines read")
            scan(page, "NO-SUCH-THING")
            page.wait_for_selector("text=names no article that is known here")
            page.fill("#receipt-lines", "INK-3032, 20\nINK-3000\n")
            page.wait_for_selector("text=Line 2 has no quantity")
            equal(page.is_disabled("button:text-is('Enter the receipt')"), True, "the button")
            page.fill("#receipt-lines", "\n".join("INK-3032, 20" for _ in range(1_001)))
            page.wait_for_selector("text=at most 1000 lines")
            page.fill("#receipt-lines", "NO-SUCH-ARTICLE, 2\n")
            page.click("text=Enter the receipt")
            page.wait_for_selector("#desk .notice.bad")
            said = page.inner_text("#desk")
            assert "NO-SUCH-ARTICLE" in said or "/lines/0" in said, said


def objectives(suite, crew, floor):
    with suite.test("station: the plan is made for what it is to be good at"):
        ways = {}
        places = {
            row["code"]: row["travel_mm"] or 0
            for zone in ("INKS", "ROLLS", "SKIDS", "SHELVES", "FINISHED")
            for row in floor.client.get(f"/api/v1/locations?zone={zone}&limit=1000")["rows"]
        }
        lines = "\n".join(f"{code}, {amount}" for code, amount in articles(floor, 30, seed=9))
        for objective in ("SHORT_WAYS", "FULL_PLACES"):
            number = f"GOAL-{objective}"
            with crew.page("/station", "B-200", STATION) as page:
                page.click("#new")
                page.fill("#receipt-number", number)
                page.fill("#receipt-lines", lines)
                page.click("text=Enter the receipt")
                page.select_option("#objective", objective)
                page.click("button:text-is('Compare')")
                page.wait_for_selector(".algorithms tbody tr:nth-child(3)")
                equal(page.locator(".algorithms tr.best").count(), 1, "the best of them")
                page.click("button:text-is('Plan')")
                page.wait_for_selector("#plan tbody tr:nth-child(20)")
                page.wait_for_selector("#plan .card:has-text('first')")
                if objective == "SHORT_WAYS":
                    picture(page, "station-objective-station")
            tasks = open_tasks(floor, number)
            ways[objective] = sum(places[task["location"]] for task in tasks) / len(tasks)
            receipts = floor.client.get("/api/v1/receipts?status=PLANNED&limit=1000")["rows"]
            made = next(row for row in receipts if row["number"] == number)
            floor.client.post(f"/api/v1/receipts/{made['id']}/release", {})
        assert ways["SHORT_WAYS"] < ways["FULL_PLACES"], ways


def paper(suite, crew, floor):
    with suite.test("what is printed on paper reads back: lots, places, control codes"):
        import io

        import zxingcpp
        from PIL import Image

        with crew.page("/station", "B-200", STATION) as page:
            page.evaluate("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
            page.wait_for_selector("#receipts tbody button")
            page.click("#receipts tbody tr:has-text('planned') button")
            page.wait_for_selector("#plan .map rect.target")
            page.emulate_media(media="print")
            for press, codes in [
                ("Print sheets", "[...document.querySelectorAll('.printed tbody tr')].slice(0, 3)"
                                 ".map((row) => row.cells[2].innerText)"),
                ("Labels on paper", "[...document.querySelectorAll('.printed .label')].slice(0, 3)"
                                    ".map((one) => one.dataset.code)"),
                ("Print control codes", "[...document.querySelectorAll('.printed .label')]"
                                        ".slice(0, 3).map((one) => one.dataset.code)"),
            ]:  # fmt: skip
                page.evaluate(
                    "words => [...document.querySelectorAll('button')]"
                    ".find((one) => one.textContent === words).click()",
                    press,
                )
                until(lambda: page.evaluate("document.querySelectorAll('.printed').length") == 1,
                      "one sheet")  # fmt: skip
                wanted = page.evaluate(codes)
                assert len(wanted) == 3, (press, wanted)
                symbols = page.locator(".printed svg")
                read = []
                for index in range(3):
                    image = Image.open(io.BytesIO(symbols.nth(index).screenshot()))
                    image = image.resize((image.width * 4, image.height * 4), Image.NEAREST)
                    found = zxingcpp.read_barcodes(image)
                    read.append(found[0].text if found else None)
                equal(read, wanted, press)
            equal(page.evaluate("window.printed"), 3, "prints")


def station(suite, crew, floor):
    """All of it."""
    entered(suite, crew, floor)
    objectives(suite, crew, floor)
    thousand(suite, crew, floor)
    paper(suite, crew, floor)
