"""Labels from the station to a printer: a TCP sink that keeps what it gets, as port 9100 does."""

import re

from browser import DESK, STATION, picture
from pages_desk import visit
from pages_hard import planned, receipt
from printing import Printer
from suite import Skip, equal, until


def labels(sink):
    """What was printed, label by label."""
    return re.findall(r"\^XA.*?\^XZ", "".join(sink.jobs), re.S)


def printing(suite, crew, floor):
    sink = Printer()
    try:
        with suite.test("a printer is added on the page, and prints the labels of a plan"):
            if floor.client.exchange("GET", "/api/v1/printers")[0] == 404:
                raise Skip("this version knows no printers")
            with crew.page("/", "B-300", DESK) as page:
                visit(page, "people")
                page.fill("form:has-text('Add a printer') input[name=name]", "DOCK-1")
                page.fill("form:has-text('Add a printer') input[name=host]", "127.0.0.1")
                page.fill("form:has-text('Add a printer') input[name=port]", str(sink.port))
                page.click("button:text-is('Add a printer')")
                page.wait_for_selector("td:text-is('DOCK-1')")
                picture(page, "office-printers-desk")
            made = receipt(
                floor,
                [
                    {"material": "INK-3032", "quantity": 20},
                    {"material": "INK-3000", "quantity": 20, "sscc": "395212340000000021"},
                ],
            )
            tasks = planned(floor, made)
            with crew.page(f"/station#{made['id']}", "B-200", STATION) as page:
                page.click("button:text-is('Print labels')")
                page.wait_for_selector("dialog #printer")
                picture(page, "station-printer-station")
                page.click("dialog button:text-is('Print')")
                page.wait_for_selector(".print-jobs td:text-is('sent')", timeout=30_000)
            until(lambda: len(labels(sink)) == len({task["lot"] for task in tasks}), "labels")
            text = "".join(labels(sink))
            for task in tasks:
                assert task["lot_number"] in text, task["lot_number"]
            assert "395212340000000021" in text, "the plate is not on its label"
        with suite.test("a printer that is off is said to be, and the job can be cancelled"):
            if floor.client.exchange("GET", "/api/v1/printers")[0] == 404:
                raise Skip("this version knows no printers")
            sink.close()
            with crew.page("/", "B-300", DESK) as page:
                visit(page, "floor")
                page.locator("rect[data-bay]").first.click()
                page.wait_for_selector("#main a[href^='#place/']")
                page.click("button:text-is('Labels of these places')")
                page.click("dialog button:text-is('Print')")
                page.wait_for_selector("dialog", state="detached")
                visit(page, "people")
                page.wait_for_selector(".print-jobs td:text-is('waiting')")
                page.click(".print-jobs button:text-is('Cancel')")
                page.wait_for_selector(".print-jobs td:text-is('cancelled')")
            jobs = floor.client.get("/api/v1/print-jobs?limit=1")["rows"]
            equal(jobs[0]["state"], "CANCELLED", "job")
    finally:
        if sink.listener.fileno() >= 0:
            sink.close()
