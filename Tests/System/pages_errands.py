"""What else is done with the handheld: by scanned codes alone, moves, questions, long offline rounds."""

from browser import Crew, picture, scan, shown
from pages_hard import FETCHED, amount, ledger, planned, press, receipt
from suite import equal, until


def codes(suite, crew, floor):
    with suite.test("handheld: a reason is scanned: for another place, and to give a task back"):
        task, other, back = floor.take(), floor.take(), floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, other["location"])
            page.wait_for_selector('#keys [data-key="7"]')
            scan(page, "CMD:FULL")
            shown(page, "done")
            scan(page, back["lot_number"])
            shown(page, "task")
            scan(page, "CMD:BLOCKED")
            shown(page, "done")
            scan(page, "CMD:HELP")
            page.wait_for_selector('#keys [data-key="9"]')
        path = "/api/v1/putaway/recommendations/"
        found = [floor.client.get(path + one["id"]) for one in (task, back)]
        equal([(one["status"], one["reason"]) for one in found],
              [("OVERRIDDEN", "FULL"), ("REJECTED", "BLOCKED")], "tasks")  # fmt: skip
        equal(found[0]["actual_location"], other["location"], "where it went")
    with suite.test("handheld: a colleague's badge changes hands; the task in hand stays"):
        task = floor.take()
        crew.add("B-101", "Bo Lind", ["scanner"])
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, "B-101")
            page.wait_for_selector("dialog #pin")
            equal(page.input_value("dialog #badge"), "B-101", "badge")
            page.keyboard.type(Crew.PIN)
            page.keyboard.press("Enter")
            page.wait_for_selector("dialog", state="detached")
            until(lambda: page.inner_text("#person") == "Bo Lind", "the name")
            equal(page.inner_text("#place"), task["location"], "place")
            scan(page, task["location"])
            shown(page, "done")
        equal(floor.status(task), "CONFIRMED", "task")
    with suite.test("handheld: a task in hand is there again after a reload"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            page.reload()
            page.wait_for_selector("body[data-ready]")
            shown(page, "task")
            equal(page.inner_text("#place"), task["location"], "place")
            scan(page, "CMD:SKIP")
            shown(page, "ready")


def errands(suite, crew, floor):
    with suite.test("handheld: what is this, move, and back by undo, all by keys"):
        task = floor.take()
        floor.client.post(
            f"/api/v1/putaway/recommendations/{task['id']}/confirm", {"location": task["location"]}
        )
        other = next(
            row["code"]
            for row in floor.client.get("/api/v1/locations?zone=SHELVES&limit=500")["rows"]
            if row["utilization"] == 0
        )

        def lies():
            rows = floor.client.get(f"/api/v1/stock?lot={task['lot']}&limit=10")["rows"]
            return {row["location"]: row["quantity"] for row in rows}

        with crew.page("/scan", "B-100") as page:
            press(page, "F4", "4")
            page.wait_for_selector("#screen >> text=nothing is booked")
            scan(page, task["location"])
            page.wait_for_selector(f"#screen td:text-is('{task['lot_number']}')")
            picture(page, "scan-what-handheld")
            equal(lies(), {task["location"]: task["quantity"]}, "stock")
            press(page, "F4", "1")
            page.wait_for_selector("#screen >> text=Scan the lot that you move")
            scan(page, task["lot_number"])
            page.wait_for_selector("#screen >> text=Scan where it goes")
            scan(page, other)
            amount(page, str(round(task["quantity"])))
            shown(page, "done")
            equal(lies(), {other: task["quantity"]}, "stock after the move")
            page.keyboard.press("F2")
            page.wait_for_selector("#screen >> text=Undone")
            equal(lies(), {task["location"]: task["quantity"]}, "stock after the undo")
    with suite.test("handheld: less is there than was told: booked as it is, and said"):
        made = receipt(floor, [{"material": "INK-3032", "quantity": 40}])
        task = planned(floor, made)[0]
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            press(page, "F3", "1")
            amount(page, "20")
            shown(page, "done")
        rows = [(row["kind"], row["quantity"]) for row in ledger(floor, task["lot"])]
        assert ("PUTAWAY", 20) in rows, rows


def rounds(suite, crew, floor):
    with suite.test("a round without a network, with a reload in between: all booked, in order"):
        tasks = [floor.take() for _ in range(4)]
        with crew.page("/scan", "B-100") as page:
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.reload()
            page.wait_for_selector("body[data-ready]")
            until(lambda: page.evaluate(FETCHED), "tasks")
            page.context.set_offline(True)
            for number, task in enumerate(tasks):
                if number == 2:
                    page.reload()
                    page.wait_for_selector("body[data-ready]")
                    assert "OFFLINE" in page.inner_text("#net"), page.inner_text("#net")
                scan(page, task["lot_number"])
                shown(page, "task")
                equal(page.inner_text("#place"), task["location"], "place")
                page.wait_for_selector(".way")
                scan(page, task["location"])
                page.wait_for_selector("text=not yet in the warehouse")
            assert "to send" in page.inner_text("#backlog"), page.inner_text("#backlog")
            equal([floor.bookings(task) for task in tasks], [0] * 4, "bookings while offline")
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
        equal([floor.bookings(task) for task in tasks], [1] * 4, "bookings")
        rows = [row for task in tasks for row in ledger(floor, task["lot"]) if row["kind"] == "PUTAWAY"]
        for member in ("number", "client_sequence"):
            numbers = [row[member] for row in rows]
            equal(numbers, sorted(numbers), member)


def round_trips(suite, crew, floor):
    """All of it."""
    codes(suite, crew, floor)
    errands(suite, crew, floor)
    rounds(suite, crew, floor)
