"""A busy hour at once: confirms at a steady rate, on a disk whose syncs take 5 ms, while 1,000 lines
are planned again and again, 10,000 articles are forecast, and small receipts are planned."""

import datetime
import os
import random
import threading
import time

import slow_disk
import wrk
from appliance import Appliance
from figures import percentile
from work import check_confirmed, confirm, open_tasks, small_goods

SERIES, DAYS, SEED = 10_000, 365, 5
CONFIRMS, SCANNERS, PAUSE_MS = 1_500, 10, 95


def mixed(report, folder):
    if not wrk.is_there():
        return
    plant = Appliance(folder / "mixed", variables=slow_disk.environment(folder, 5))
    plant.command("demo")
    history(plant, folder, int(os.environ.get("STOWAGE_MIXED_SERIES", SERIES)))
    with plant:
        tasks = open_tasks(plant.client(), CONFIRMS)
        alone = confirms(plant, tasks[:300])
        report.add("confirm, 100/s, syncs of 5 ms, nothing else, p99", alone[2], "ms")
        stopping, times, done = threading.Event(), [], []
        busy = [threading.Thread(target=work, args=(plant, stopping, found))
                for work, found in ((plan_many, done), (forecast, done), (plan_few, times))]
        for thread in busy:
            thread.start()
        time.sleep(1)
        rate, p50, p99, worst = confirms(plant, tasks[300:])
        stopping.set()
        for thread in busy:
            thread.join()
        check_confirmed(plant.client(), tasks)
        report.add("confirms a second", rate, "/s")
        report.add("confirm among plans and forecasts, p50", p50, "ms")
        report.add("confirm among plans and forecasts, p99", p99, "ms", 50)
        report.add("confirm among plans and forecasts, worst", worst, "ms")
        report.add("plan of 50 lines meanwhile, p50", percentile(times, 0.5), "ms")
        report.add("plan of 50 lines meanwhile, p95", percentile(times, 0.95), "ms", 100)
        for what, seconds in done:
            report.add(what, seconds, "s")
        report.add("memory afterwards", plant.memory_mb(), "MB", 300)


def confirms(plant, tasks):
    requests = [confirm(task, plant) for task in tasks]
    return wrk.Once(plant.port, requests, SCANNERS, pause=PAUSE_MS).figures()


def history(plant, folder, series):
    """Articles beside the demo's, with a year of demand each."""
    source, first = random.Random(SEED), datetime.date.today() - datetime.timedelta(DAYS)
    days = [str(first + datetime.timedelta(day)) for day in range(DAYS)]
    with open(folder / "materials.csv", "w") as file:
        file.write("code,name,base_unit\n")
        file.writelines(f"Z{number:06},Article {number},EACH\n" for number in range(series))
    with open(folder / "demand.csv", "w") as file:
        file.write("material," + ",".join(days) + "\n")
        for number in range(series):
            level = source.randrange(1, 40)
            row = (str(source.randrange(level + 1)) for _ in days)
            file.write(f"Z{number:06}," + ",".join(row) + "\n")
    plant.command("import", "materials", folder / "materials.csv")
    plant.command("import", "demand", folder / "demand.csv")


def plan_many(plant, stopping, done):
    """Compares plans for 1,000 lines, which reserves nothing."""
    client, source, runs, begun = plant.client(), random.Random(SEED), 0, time.perf_counter()
    lines = [{"material": code, "quantity": unit, "lot": f"MANY-{at}"}
             for at, (code, unit) in enumerate(source.choices(small_goods(client), k=1_000))]
    receipt = client.post("/api/v1/receipts", {"number": "MANY", "lines": lines})
    while not stopping.is_set():
        client.get(f"/api/v1/receipts/{receipt['id']}/plans?budget_ms=250")
        runs += 1
    done.append(("plans of 1,000 lines meanwhile, each", (time.perf_counter() - begun) / runs))


def forecast(plant, stopping, done):
    """One run over all articles, which may take longer than the confirms."""
    begun = time.perf_counter()
    plant.client().post("/api/v1/forecasts", {"horizon": 90})
    done.append((f"forecasts of {SERIES:,} articles meanwhile", time.perf_counter() - begun))


def plan_few(plant, stopping, times):
    """Receives 50 lines twice a second, and plans them."""
    client, source, number = plant.client(), random.Random(SEED + 1), 0
    goods = small_goods(client)
    while not stopping.is_set():
        lines = [{"material": code, "quantity": unit, "lot": f"FEW-{number}-{at}"}
                 for at, (code, unit) in enumerate(source.choices(goods, k=50))]
        receipt = client.post("/api/v1/receipts", {"number": f"FEW-{number}", "lines": lines})
        begun = time.perf_counter()
        client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
        times.append(1000 * (time.perf_counter() - begun))
        number += 1
        stopping.wait(0.5)
