"""The handheld when things go wrong: killed browsers, tasks given away, damaged goods, late news."""

import contextlib
import os
import signal
import tempfile
import uuid
from pathlib import Path

from browser import picture, scan, shown
from suite import equal, until

FETCHED = "document.body.innerText.includes('fetched ahead')"
# Types codes as a wedge does, so many a second, from within the page: no driver slows it down.
TYPE = """async ([codes, everyMS]) => {
  const begun = performance.now();
  for (const [index, code] of codes.entries()) {
    const dueMS = begun + index * everyMS;
    while (performance.now() < dueMS) await new Promise((done) => setTimeout(done, 1));
    for (const key of [...code, "Enter"]) document.body.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
  return codes.length / ((performance.now() - begun) / 1000);
}"""


def receipt(floor, lines, **more):
    """A receipt of its own, so that no other test meets its tasks."""
    number = f"HARD-{uuid.uuid4().hex[:8]}"
    body = {"number": number, "arrived": True, "lines": lines, **more}
    return floor.client.post("/api/v1/receipts", body)


def planned(floor, made):
    """The tasks of a receipt."""
    plan = floor.client.post(f"/api/v1/receipts/{made['id']}/plan", {"budget_ms": 0})
    return [task for line in plan["lines"] for task in line["recommendations"]]


def ledger(floor, lot):
    return floor.client.get(f"/api/v1/transactions?lot={lot}&limit=100")["rows"]


def speed(suite, crew, floor):
    with suite.test("30 scans a second: none lost, none doubled, each with its number"):
        tasks = [floor.take() for _ in range(20)]
        codes = [code for task in tasks for code in (task["lot_number"], task["location"])]
        with crew.page("/scan", "B-100") as page:
            device = page.evaluate("localStorage.getItem('stowage.device')")
            rate = page.evaluate(TYPE, [codes, 32])
            page.wait_for_selector("body[data-handled='40']", timeout=120_000)
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
        print(f"  typed {rate:.1f} scans a second", flush=True)
        equal([floor.status(task) for task in tasks], ["CONFIRMED"] * 20, "tasks")
        equal([floor.bookings(task) for task in tasks], [1] * 20, "bookings")
        rows = [
            row for task in tasks for row in ledger(floor, task["lot"]) if row["kind"] == "PUTAWAY"
        ]
        numbers = [row["client_sequence"] for row in rows]
        assert numbers == sorted(set(numbers)), numbers
        equal({row["device"] for row in rows}, {device}, "device")
        equal({row["entry"] for row in rows}, {"SCAN"}, "entry")


def browsers(profile):
    """The browser processes of a profile, without those that work for them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        own = f"--user-data-dir={profile}".encode() in words
        if own and not any(word.startswith(b"--type=") for word in words):
            found.append(int(folder.name))
    return found


def killed(suite, crew, floor):
    with suite.test("a tab whose renderer dies with a queue: the next one sends it"):
        task = floor.take()
        context = crew.context()
        crew.enter(context, "B-100")
        page = crew.watch(context.new_page(), "/scan")
        held = keep_back(page, task)
        with page.expect_event("crash"):
            # The page dies under the call.
            with contextlib.suppress(Exception):
                page.goto("chrome://crash", timeout=5_000)
        held.clear()
        page = crew.watch(context.new_page(), "/scan")
        page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")
        context.close()
    with suite.test("a browser killed with a queue: the same profile sends it after a restart"):
        task = floor.take()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            context = crew.persistent(profile)
            crew.pair(context)
            crew.enter(context, "B-100")
            keep_back(crew.watch(context.new_page(), "/scan"), task)
            pids = browsers(profile)
            assert pids, "no browser has this profile"
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            until(lambda: not browsers(profile), "the end of the browser")
            equal(floor.bookings(task), 0, "bookings before the restart")
            context = crew.persistent(profile)
            # Cookies of the last seconds may be lost with the process; the queue may not.
            crew.pair(context)
            crew.enter(context, "B-100")
            page = crew.watch(context.new_page(), "/scan")
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
            context.close()
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")


def keep_back(page, task):
    """Puts a task away while nobody hears it; gives what holds calls back until it is cleared."""
    held = ["calls"]
    until(lambda: page.evaluate(FETCHED), "tasks")
    page.context.route(
        "**/api/**", lambda route: route.abort() if held else route.continue_()
    )
    scan(page, task["lot_number"])
    shown(page, "task")
    scan(page, task["location"])
    page.wait_for_selector("text=not yet in the warehouse")
    return held


def given_away(suite, crew, floor):
    with suite.test("back with a task that was given to another: booked once, and both are told"):
        made = receipt(floor, [{"material": "INK-3032", "quantity": 20}])
        task = planned(floor, made)[0]
        lease = {"limit": 1, "receipt": made["id"]}
        with crew.page("/scan", "B-100") as page:
            device = page.evaluate("localStorage.getItem('stowage.device')")
            floor.client.post("/api/v1/putaway/leases", {"device": device, **lease})
            page.reload()
            page.wait_for_selector("body[data-ready]")
            until(lambda: page.evaluate(FETCHED), "tasks")
            page.context.set_offline(True)
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, task["location"])
            page.wait_for_selector("text=not yet in the warehouse")
            base = f"/api/v1/putaway/recommendations/{task['id']}"
            floor.client.post(f"{base}/release", {})
            floor.client.post("/api/v1/putaway/leases", {"device": "another", **lease})
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
            page.wait_for_selector("#screen >> text=the task belonged to another")
            picture(page, "scan-late-handheld")
        status, answer = floor.client.exchange(
            "POST", f"{base}/confirm", {"location": task["location"], "device": "another"}
        )
        equal(status, 409, answer[:200])
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")


def press(page, *keys):
    for key in keys:
        page.wait_for_selector(f'#keys [data-key="{key}"]')
        page.keyboard.press(key)


def amount(page, digits):
    """Enters a number by its keys; each is a key press of its own, as fingers press."""
    shown(page, "quantity")
    for digit in digits:
        before = page.inner_text("#screen .huge:last-child")
        page.keyboard.press(digit)
        page.wait_for_function(
            "n => document.querySelector('#screen .huge:last-child')?.textContent !== n", arg=before
        )
    page.keyboard.press("Enter")


def damaged(suite, crew, floor):
    with suite.test("handheld: a receipt arrives short and damaged, line by line"):
        lines = [
            {"material": "INK-3032", "quantity": 60},
            {"material": "INK-3000", "quantity": 40},
        ]
        made = receipt(floor, lines, arrived=False)
        with crew.page("/scan", "B-100") as page:
            scan(page, made["number"])
            page.wait_for_selector("text=not as announced")
            page.click("button:has-text('not as announced')")
            press(page, "1")
            amount(page, "40")
            page.wait_for_selector("text=is damaged")
            amount(page, "20")
            page.wait_for_selector("text=40, 20 damaged")
            picture(page, "scan-arrival-handheld")
            press(page, "9")
            shown(page, "done")
        after = floor.client.get(f"/api/v1/receipts/{made['id']}")
        first, second = after["lines"]
        equal(after["status"], "ARRIVED", "status")
        equal((first["received"], first["damaged"]), (40, 20), "first line")
        equal((second["received"], second["damaged"], second["difference"]), (40, 0, None), "second")
        held = floor.client.get(f"/api/v1/lots/{first['damaged_lot']}")
        assert held["hold"].startswith("DAMAGED"), held
    with suite.test("handheld: a part is damaged on the dock, the rest is put away"):
        made = receipt(floor, [{"material": "INK-3032", "quantity": 40}])
        task = planned(floor, made)[0]
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            press(page, "F3", "3", "2")
            amount(page, "20")
            page.wait_for_selector("text=Put the rest away")
            scan(page, task["location"])
            shown(page, "done")
        rows = [(row["kind"], row["quantity"]) for row in ledger(floor, task["lot"])]
        equal(rows, [("RECEIPT", 40), ("SCRAP", 20), ("PUTAWAY", 20)], "ledger")
    with suite.test("handheld: all of it is damaged: held, and nobody is sent with it"):
        made = receipt(floor, [{"material": "INK-3000", "quantity": 20}])
        task = planned(floor, made)[0]
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            press(page, "F3", "3", "1")
            page.wait_for_selector("text=Given back")
        equal(floor.status(task), "REJECTED", "task")
        held = floor.client.get(f"/api/v1/lots/{task['lot']}")["hold"]
        assert held and "DAMAGED" in held, held
    with suite.test("station: what differs on arrival is entered beside the line"):
        made = receipt(floor, [{"material": "ROLL-1007", "quantity": 4}], arrived=False)
        from browser import STATION

        with crew.page(f"/station#{made['id']}", "B-200", STATION) as page:
            page.fill("#desk input[name=came]", "3")
            page.fill("#desk input[name=damaged]", "1")
            picture(page, "station-arrival-station")
            page.click("text=It has arrived")
            page.wait_for_selector("#algorithm")
            page.click("summary:text-is('Lines')")
            page.wait_for_selector("text=1 damaged, held")
        line = floor.client.get(f"/api/v1/receipts/{made['id']}")["lines"][0]
        equal((line["received"], line["damaged"]), (3, 1), "line")


def hard(suite, crew, floor):
    """All of it."""
    speed(suite, crew, floor)
    given_away(suite, crew, floor)
    damaged(suite, crew, floor)
    killed(suite, crew, floor)
