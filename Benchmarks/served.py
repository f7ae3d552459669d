"""The appliance over HTTP, on a demo plant. The client shares the machine, and is in each figure."""

import datetime
import random
import threading
import time

import slow_disk
import wrk
from appliance import Appliance
from figures import percentile
from work import check_confirmed, confirm, open_tasks

SEED = 1


def start(report, folder):
    empty = Appliance(folder / "empty")
    empty.command("init")
    report.add("start to first answer, empty database", empty.start(), "s", 0.5)
    empty.kill()
    plant = demo(folder)
    seconds = plant.start()
    report.add("start to first answer, demo database", seconds, "s", 0.5)
    time.sleep(3)
    report.add("memory at rest, demo database", plant.memory_mb(), "MB", 80)
    begun = time.perf_counter()
    plant.stop()
    report.add("stop", time.perf_counter() - begun, "s")


def demo(folder, name="demo", variables=None):
    plant = Appliance(folder / name)
    plant.command("demo")
    plant.variables.update(variables or {})
    return plant


def arrived(client, count, source, tag):
    """Receives lots of the demo's materials; gives their ids."""
    materials = client.get("/api/v1/materials?limit=500")["rows"]
    lots = []
    while len(lots) < count:
        number = f"{tag}-{len(lots)}"
        lines = [
            {"material": source.choice(materials)["code"], "quantity": 1,
             "lot": f"{number}-{line}"}
            for line in range(min(50, count - len(lots)))
        ]
        receipt = client.post("/api/v1/receipts", {"number": number, "lines": lines})
        found = [line["lot"] for line in receipt["lines"]]
        lots += [lot["id"] if isinstance(lot, dict) else lot for lot in found]
    return lots


def putaway(report, folder):
    with demo(folder) as plant:
        client = plant.client()
        lots = arrived(client, 1_200, random.Random(SEED), "BENCH")
        times, tasks = [], []
        for lot in lots[:300]:
            begun = time.perf_counter()
            status, _ = client.exchange("POST", "/api/v1/putaway/recommendations", {"lot": lot})
            times.append(1000 * (time.perf_counter() - begun))
            assert status in (200, 201, 409), f"a recommendation answered {status}"
        report.add("one recommendation, 2,000 locations, HTTP, p50", percentile(times, 0.5), "ms")
        report.add("one recommendation, 2,000 locations, HTTP, p95", percentile(times, 0.95), "ms", 10)
        tasks = client.get("/api/v1/putaway/recommendations?status=RECOMMENDED&limit=1000")["rows"]
        confirms(report, plant, tasks[:100])
        plan(report, client)
        mixed(report, plant, lots[300:])
    crowded(report, folder)


def confirms(report, plant, tasks):
    client, times = plant.client(), []
    for task in tasks:
        path = f"/api/v1/putaway/recommendations/{task['id']}/confirm"
        begun = time.perf_counter()
        client.post(path, {"location": task["location"]})
        times.append(1000 * (time.perf_counter() - begun))
    assert times, "there was nothing to confirm"
    report.add("one confirm, durable, p50", percentile(times, 0.5), "ms")
    report.add("one confirm, durable, p99", percentile(times, 0.99), "ms", 50)


def plan(report, client):
    materials = client.get("/api/v1/materials?limit=500")["rows"]
    source = random.Random(SEED + 1)
    lines = [{"material": source.choice(materials)["code"], "quantity": 1, "lot": f"P-{line}"}
             for line in range(50)]
    receipt = client.post("/api/v1/receipts", {"number": "BENCH-PLAN", "lines": lines})
    begun = time.perf_counter()
    body = {"algorithm": "HYBRID", "budget_ms": 0}
    client.post(f"/api/v1/receipts/{receipt['id']}/plan", body)
    seconds = time.perf_counter() - begun
    report.add("plan of 50 lines, HTTP, durable, no improvement", 1000 * seconds, "ms", 100)


def mixed(report, plant, lots, connections=16):
    """Recommend and confirm from many connections at once."""
    shares = [lots[number::connections] for number in range(connections)]
    done, faults = [], []

    def work(share):
        client = plant.client()
        for lot in share:
            try:
                answer = client.post("/api/v1/putaway/recommendations", {"lot": lot})
                task = (answer.get("rows") or [answer])[0]
                begun = time.perf_counter()
                client.post(
                    f"/api/v1/putaway/recommendations/{task['id']}/confirm",
                    {"location": task["location"]},
                )
                done.append(1000 * (time.perf_counter() - begun))
            except AssertionError as fault:
                if getattr(fault, "status", 0) != 409:
                    faults.append(str(fault))

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    assert not faults, f"{len(faults)} requests failed, the first: {faults[0]}"
    assert done, "nothing was confirmed"
    report.add(f"recommend and confirm, {connections} connections", len(done) / seconds, "pairs/s")
    report.add("confirm meanwhile, p99", percentile(done, 0.99), "ms", 50)
    report.add("memory afterwards", plant.memory_mb(), "MB", 300)


def crowded(report, folder, count=4_000, connections=64):
    """Nothing but confirms, on this disk, and where each sync takes 5 and 20 ms longer."""
    if not wrk.is_there():
        return
    for delay_ms, budget in ((0, 3_000), (5, 2_000), (20, 500)):
        plant = demo(folder, f"crowd-{delay_ms}", slow_disk.environment(folder, delay_ms))
        with plant:
            tasks = open_tasks(plant.client(), count)
            before = plant.cpu_seconds()
            load = wrk.Once(plant.port, [confirm(task, plant) for task in tasks], connections)
            rate, p50, p99, _ = load.figures()
            spent = (plant.cpu_seconds() - before) / len(tasks)
            check_confirmed(plant.client(), tasks)
            plant.command("doctor")
        disk = f"syncs of {delay_ms} ms" if delay_ms else "this disk"
        report.add(f"confirms, {connections} connections, {disk}", rate, "/s", ("at least", budget))
        report.add("  p50 meanwhile", p50, "ms")
        report.add("  p99 meanwhile", p99, "ms")
        report.add("  processor time of the box for each", 1000 * spent, "ms")


def demand(report, folder, rows=1_000_000):
    """A million rows of demand through the command line, into the served database."""
    with demo(folder) as plant:
        client = plant.client()
        codes = [row["code"] for row in client.get("/api/v1/materials?limit=500")["rows"]]
        path, source = folder / "demand.csv", random.Random(SEED)
        day, left = datetime.date(2018, 1, 1), rows
        with open(path, "w") as file:
            file.write("material,day,quantity\n")
            while left > 0:
                for code in codes[:left]:
                    file.write(f"{code},{day},{source.randrange(1, 500)}\n")
                left -= len(codes)
                day += datetime.timedelta(1)
        begun = time.perf_counter()
        plant.command("import", "demand", path)
        report.add(f"import of {rows:,} demand rows", time.perf_counter() - begun, "s", 10)
