"""A day's traffic in some minutes: goods come in, are put away and picked; memory must stay flat."""

import os
import random
import threading
import time

from appliance import Appliance, Refused
from work import small_goods

# Three shifts of a busy hall, a task every seven seconds.
TASKS, CREW, SEED = 12_000, 6, 8


def day(report, folder):
    wanted = int(os.environ.get("STOWAGE_DAY_TASKS", TASKS))
    plant = Appliance(folder / "day")
    plant.command("demo")
    with plant:
        goods, done, faults, stopping = small_goods(plant.client()), [], [], threading.Event()

        def work(number):
            client, source, turn = plant.client(), random.Random(f"{SEED}/{number}"), 0
            while not stopping.is_set():
                try:
                    done.append(cycle(client, source.choices(goods, k=10), f"{number}-{turn}"))
                except Refused as refusal:
                    faults.append(str(refusal))
                    if len(faults) > 20:
                        stopping.set()
                turn += 1

        crew = [threading.Thread(target=work, args=(number,)) for number in range(CREW)]
        for person in crew:
            person.start()
        samples, begun = [], time.perf_counter()
        while sum(done) < wanted and not stopping.wait(1):
            samples.append((sum(done), plant.memory_mb()))
        stopping.set()
        for person in crew:
            person.join()
        seconds = time.perf_counter() - begun
        assert len(faults) < 20, f"{len(faults)} refusals, the last: {faults[-1]}"
        plant.command("doctor")
        # What is kept for speed fills up in the first half.
        later = samples[len(samples) // 2:]
        report.add(f"{sum(done):,} put away and picked", seconds, "s")
        report.add("memory after half of them", later[0][1], "MB")
        report.add("memory at the end", samples[-1][1], "MB", 300)
        report.add("memory, growth for each 1,000 in the second half", slope(later), "MB", 1)


def cycle(client, lines, tag):
    """A receipt of some lines: planned, confirmed, picked; gives how many tasks that were."""
    rows = [{"material": code, "quantity": unit, "lot": f"D-{tag}-{at}"}
            for at, (code, unit) in enumerate(lines)]
    receipt = client.post("/api/v1/receipts", {"number": f"D-{tag}", "lines": rows})
    plan = client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
    tasks = [task for line in plan["lines"] for task in line["recommendations"]]
    for task in tasks:
        place = task["location"]
        client.post(f"/api/v1/putaway/recommendations/{task['id']}/confirm", {"location": place})
        client.post("/api/v1/transactions", {
            "kind": "PICK", "lot": task["lot"], "from": place, "quantity": task["quantity"]})
    return len(tasks)


def slope(samples):
    """Growth of memory for each 1,000 tasks, by least squares."""
    x = [at / 1_000 for at, _ in samples]
    y = [memory for _, memory in samples]
    middle, level = sum(x) / len(x), sum(y) / len(y)
    spread = sum((at - middle) ** 2 for at in x)
    return sum((at - middle) * (mb - level) for at, mb in zip(x, y)) / spread if spread else 0.0
