#!/usr/bin/python3
"""The pages in a real browser: each role does its work, with the network cut, the server killed.

What a browser cannot do here is said: sound and vibration are not heard, cameras not used.
"""

import tempfile
from pathlib import Path

from browser import Crew, free_port, inside_venv, picture, scan, shown
from stowage_box import Box
from suite import Skip, Suite, equal, until

inside_venv()


# Sets how long a pause may be inside a code, as whoever sets up a device with a slow wedge does.
HAND = """async () => (await import("/assets/scan/queue.js")).note.write("quiet", 2000)"""


class Floor:
    """A demo plant with planned receipts, and tasks to hand out one by one."""

    def __init__(self, folder):
        self.port = free_port()
        self.plant = Box(folder / "demo", "--port", str(self.port))
        self.plant.command("demo")
        self.plant.start()
        self.tasks = []
        for receipt in self.client.get("/api/v1/receipts?status=EXPECTED&limit=5")["rows"]:
            base = f"/api/v1/receipts/{receipt['id']}"
            self.client.post(f"{base}/arrive", {})
            plan = self.client.post(f"{base}/plan", {"budget_ms": 0})
            for line in plan["lines"]:
                # A lot with several tasks would let the page choose among them.
                if len(line["recommendations"]) == 1:
                    self.tasks.append(line["recommendations"][0])

    @property
    def client(self):
        """A connection of its own for each call: the server closes those that idle."""
        return self.plant.client()

    def understands(self):
        """Whether the box knows the call on which the handheld stands."""
        return self.client.exchange("POST", "/api/v1/scans", {"text": "?"})[0] == 200

    def take(self):
        """A task that no other test uses."""
        return self.tasks.pop(0)

    def status(self, task):
        path = f"/api/v1/putaway/recommendations/{task['id']}"
        return self.client.get(path)["status"]

    def bookings(self, task):
        """How often the goods of a task were booked as put away."""
        rows = self.client.get(f"/api/v1/transactions?lot={task['lot']}&limit=100")["rows"]
        return sum(row["kind"] == "PUTAWAY" for row in rows)

    def again(self):
        """Starts the server again after a kill; the browsers find it where it was."""
        self.plant.start()


def handheld(suite, crew, floor):
    with suite.test("handheld: badge, PIN, lot, place, all by keys"):
        task = floor.take()
        context = crew.context()
        page = crew.watch_unready(context.new_page(), "/scan")
        page.wait_for_selector("dialog #badge")
        scan(page, "B-100")
        page.keyboard.type(Crew.PIN)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-ready]")
        picture(page, "scan-ready-handheld")
        # Keys of a real keyboard from here to the end; a hand types slower than a scanner.
        page.evaluate(HAND)
        page.reload()
        page.wait_for_selector("body[data-ready]")
        page.keyboard.type(task["lot_number"])
        page.keyboard.press("Enter")
        shown(page, "task")
        equal(page.inner_text("#place"), task["location"], "place")
        page.wait_for_selector(".way")
        picture(page, "scan-task-handheld")
        page.keyboard.type(task["location"])
        page.keyboard.press("Enter")
        shown(page, "done")
        equal(page.get_attribute("#screen", "data-mood"), "right", "mood")
        picture(page, "scan-done-handheld")
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")
        context.close()
    with suite.test("handheld: another place wants a reason, and is recorded"):
        task, other = floor.take(), floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, other["location"])
            page.wait_for_selector('#keys [data-key="7"]')
            picture(page, "scan-reasons-handheld")
            page.keyboard.press("1")
            shown(page, "done")
        equal(floor.status(task), "OVERRIDDEN", "task")
    with suite.test("handheld: one key and a reason give a task back; undo takes a putaway back"):
        task, done = floor.take(), floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            page.keyboard.press("F1")
            page.wait_for_selector('#keys [data-key="2"]')
            page.keyboard.press("2")
            shown(page, "done")
            equal(floor.status(task), "REJECTED", "task")
            scan(page, done["lot_number"])
            shown(page, "task")
            scan(page, done["location"])
            page.wait_for_selector('#screen[data-mood="right"]')
            page.keyboard.press("F2")
            page.wait_for_selector("#screen >> text=Undone")
            rows = floor.client.get(f"/api/v1/stock?lot={done['lot']}&limit=10")["rows"]
            equal([row["location"] for row in rows], [done["from"]], "where it lies")
    with suite.test("handheld: pick and count by keys, without a mouse"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, task["location"])
            shown(page, "done")
            for key, amount in [("2", "1"), ("3", "7")]:
                page.keyboard.press("F4")
                page.wait_for_selector('#keys [data-key="9"]')
                page.keyboard.press(key)
                page.wait_for_selector("#screen >> text=Scan the")
                scan(page, task["lot_number"])
                shown(page, "quantity")
                page.keyboard.press(amount)
                page.wait_for_function(
                    "n => document.querySelector('#screen .huge:last-child')?.textContent === n",
                    arg=amount,
                )
                page.keyboard.press("Enter")
                shown(page, "done")
        rows = floor.client.get(f"/api/v1/transactions?lot={task['lot']}&limit=100")["rows"]
        kinds = [row["kind"] for row in rows]
        assert kinds[-2:] == ["PICK", "COUNT"], kinds
        equal(rows[-1]["counted"], 7, "counted")


def scanner(suite, crew, floor):
    with suite.test("a wedge's separators are found in all their disguises"):
        with crew.page("/scan", "B-100") as page:
            found = page.evaluate("""async () => {
                  const { KeyReader } = await import("/assets/scan/wedge.js");
                  const type = (keys) => {
                    const reader = new KeyReader();
                    let code = null;
                    for (const key of keys) {
                      if (key === "^alt") reader.releaseAlt(0);
                      else {
                        const [name, held] = Array.isArray(key) ? key : [key, ""];
                        code = reader.take(name, { ctrl: held === "c", alt: held === "a", atMS: 0 }).code;
                      }
                    }
                    return code;
                  };
                  const ends = (middle) => type(["A", ...middle, "B", "Enter"]);
                  const texts = ["{GS}", "<GS>", "<gs>", "[GS]", "␝", "^]", "{Ctrl-]}", "<Ctrl+]>", "{FNC1}",
                    "<0x1D>", "\\\\x1D", "\\\\u001D", "\\u001d"];
                  return [ends([["]", "c"]]), ends([["0", "a"], ["2", "a"], ["9", "a"], "^alt"]),
                    ends([["2", "a"], ["9", "a"], "^alt"]), ends([["\\u001d", "c"]]),
                    ...texts.map((text) => ends([...text])),
                    ends([["^", "c"]]), ends([["0", "a"], ["3", "a"], ["0", "a"], "^alt"]),
                    type(["A", "B", "Tab"])];
                }""")
        equal(found, ["A\u001dB"] * 17 + ["A\u001eB"] * 2 + ["AB"], "codes")
    with suite.test("codes of 2,000 characters, control characters and markup do no harm"):
        with crew.page("/scan", "B-100") as page:
            for code, screen in [("9" * 2_000, "wrong"), ("8" * 2_100, "wrong")]:
                page.keyboard.insert_text("")
                page.evaluate(
                    """code => { for (const key of [...code, "Enter"])
                      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); }""",
                    code,
                )
                shown(page, screen)
                page.keyboard.press("Escape")
                shown(page, "ready")
            scan(page, "<img src=x onerror=alert(1)>\\u0000")
            shown(page, "wrong")
            equal(page.locator("#screen img").count(), 0, "pictures")


def offline(suite, crew, floor):
    with suite.test("network cut and back: work goes on, and is booked once"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            until(
                lambda: page.evaluate("document.body.innerText.includes('fetched ahead')"), "tasks"
            )
            page.context.set_offline(True)
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, task["location"])
            page.wait_for_selector("text=not yet in the warehouse")
            picture(page, "scan-offline-handheld")
            equal(floor.bookings(task), 0, "bookings while offline")
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")
    with suite.test("the page itself opens without a network, with its queue"):
        context = crew.context()
        crew.enter(context, "B-100")
        page = crew.watch(context.new_page(), "/scan")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        context.set_offline(True)
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert "OFFLINE" in page.inner_text("#net"), page.inner_text("#net")
        context.close()
    with suite.test("server killed between scan and answer: booked once, and the page knows"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")

            def lose(route):
                # The server has done it; its answer never arrives.
                route.fetch()
                floor.plant.kill()
                route.abort()

            page.route("**/confirm", lose, times=1)
            scan(page, task["location"])
            page.wait_for_selector("text=not yet in the warehouse")
            floor.again()
            page.wait_for_selector("body[data-unsent='0']", timeout=90_000)
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")
    with suite.test("a task that another has done meanwhile becomes a question with choices"):
        task = floor.take()
        with crew.page("/scan", "B-100") as page:
            until(
                lambda: page.evaluate("document.body.innerText.includes('fetched ahead')"), "tasks"
            )
            page.context.set_offline(True)
            scan(page, task["lot_number"])
            shown(page, "task")
            floor.client.post(
                f"/api/v1/putaway/recommendations/{task['id']}/confirm",
                {"location": task["location"]},
            )
            scan(page, task["location"])
            page.wait_for_selector("text=not yet in the warehouse")
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
            page.click("#backlog")
            page.keyboard.press("1")
            page.wait_for_selector("text=What is there now")
            picture(page, "scan-conflict-handheld")
            page.keyboard.press("1")
            page.wait_for_selector("#backlog", state="hidden")
        equal(floor.bookings(task), 1, "bookings")


def main():
    from playwright.sync_api import sync_playwright

    import pages_access
    import pages_decide
    import pages_desk
    import pages_device
    import pages_errands
    import pages_hard
    import pages_newcomer
    import pages_print
    import pages_reading
    import pages_settings
    import pages_states
    import pages_station

    suite = Suite("pages")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        floor = Floor(Path(name))
        try:
            if not floor.understands():
                with suite.test("the pages in a browser"):
                    raise Skip("this version does not understand scans yet")
                suite.finish()
            crew = Crew(floor.plant, playwright)
            handheld(suite, crew, floor)
            scanner(suite, crew, floor)
            pages_desk.sessions(suite, crew, floor)
            pages_desk.station(suite, crew, floor)
            pages_desk.office(suite, crew, floor)
            pages_settings.settings(suite, crew, floor)
            pages_decide.decide(suite, crew, floor)
            pages_decide.papers(suite, crew, floor)
            pages_decide.moved(suite, playwright)
            pages_device.device(suite, crew, floor)
            pages_errands.round_trips(suite, crew, floor)
            pages_hard.hard(suite, crew, floor)
            pages_print.printing(suite, crew, floor)
            pages_reading.reading(suite, crew, floor)
            pages_access.access(suite, crew, floor)
            pages_states.states(suite, crew, floor, playwright)
            pages_station.station(suite, crew, floor)
            offline(suite, crew, floor)
            pages_newcomer.newcomer(suite, crew)
            crew.close()
        finally:
            floor.plant.kill()
    suite.finish()


if __name__ == "__main__":
    main()
