"""From the beep to the picture: the handheld's page in a real browser, on a demo plant."""

import random
import sys
import threading

from figures import percentile

SEED = 1
SCANS = 120
STARTS = 9


def beep(report, folder):
    """Scans lots, and takes the time from the last key to the next frame with the place on it.

    The page takes it itself (`data-picture-ms`), so that the driver is not in the figure.
    """
    from browser import VENV, Crew, scan
    from stowage_box import Box

    site = VENV.parent.parent / "lib"
    sys.path[:0] = [str(path) for path in site.glob("python3*/site-packages")]
    from playwright.sync_api import sync_playwright

    plant = Box(folder / "demo")
    plant.command("demo")
    with plant, sync_playwright() as playwright:
        client = plant.client()
        lots = planned(client)
        crew = Crew(plant, playwright)
        with crew.page("/scan", "B-100") as page:
            starts = slowed(page)
            report.add("handheld ready, CPU 4 times slower, p50", starts[len(starts) // 2], "ms", 1_000)
            report.add("handheld ready, CPU 4 times slower, worst", starts[-1], "ms")
        with crew.page("/scan", "B-100") as page:
            report.add("beep to picture, p95", percentile(timed(page, lots, scan), 0.95), "ms", 100)
            stopping = threading.Event()
            busy = threading.Thread(target=plan_on, args=(plant, stopping))
            busy.start()
            times = timed(page, lots, scan)
            stopping.set()
            busy.join()
            report.add(
                "beep to picture while 1,000 lines are planned, p95",
                percentile(times, 0.95),
                "ms",
                150,
            )
        crew.close()


def slowed(page):
    """How long the page takes until it can be worked with, several times, in order."""
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    times = []
    for _ in range(STARTS):
        page.reload()
        page.wait_for_selector("body[data-ready]")
        times.append(page.evaluate("performance.getEntriesByName('ready')[0].startTime"))
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return sorted(times)


def planned(client):
    """Lots with one task each."""
    lots = []
    for receipt in client.get("/api/v1/receipts?status=EXPECTED&limit=8")["rows"]:
        base = f"/api/v1/receipts/{receipt['id']}"
        client.call("POST", f"{base}/arrive", {})
        plan = client.call("POST", f"{base}/plan", {"budget_ms": 0})
        for line in plan["lines"]:
            if len(line["recommendations"]) == 1:
                lots.append(line["recommendations"][0]["lot_number"])
    return lots


def timed(page, lots, scan):
    source, times = random.Random(SEED), []
    for _ in range(SCANS):
        page.evaluate("() => { delete document.getElementById('screen').dataset.pictureMs; }")
        scan(page, source.choice(lots))
        page.wait_for_selector("#screen[data-screen=task][data-picture-ms]")
        times.append(float(page.get_attribute("#screen", "data-picture-ms")))
    return times


def plan_on(plant, stopping):
    """Receives 1,000 lines and compares plans for them, which reserves nothing, until stopped."""
    client = plant.client()
    materials = client.get("/api/v1/materials?limit=500")["rows"]
    source = random.Random(SEED)
    lines = [
        {"material": row["code"], "quantity": row["handling_unit_quantity"], "lot": f"BUSY-{index}"}
        for index, row in enumerate(source.choices(materials, k=1_000))
    ]
    receipt = client.call("POST", "/api/v1/receipts", {"number": "BUSY", "lines": lines})
    while not stopping.is_set():
        plant.client().get(f"/api/v1/receipts/{receipt['id']}/plans?budget_ms=250")
