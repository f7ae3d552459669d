"""The appliance at the size of the budgets: 10,000 locations, 1 million rows of stock."""

import os
import random
import time

from appliance import Appliance
from figures import percentile

LOCATIONS, MATERIALS, STOCK = 10_000, 100_000, 1_000_000
SEED = 4


def masters(folder):
    """Two files: shelves in 20 aisles, and cartons of many sizes."""
    source = random.Random(SEED)
    with open(folder / "locations.csv", "w") as file:
        file.write("code,kind,zone,aisle,bay,level,position,width_mm,depth_mm,height_mm,"
                   "max_weight_kg,storage_types,mixing\n")
        file.write("DOCK-1,DOCK,IN,DOCK,1,1,1,,,,,,\n")
        for number in range(LOCATIONS - 1):
            aisle, cell = divmod(number, 500)
            bay, level = divmod(cell, 5)
            file.write(f"L{aisle:02}-{bay:03}-{level},STORAGE,STORE,A{aisle:02},{bay + 1},"
                       f"{level + 1},1,2700,1200,1800,3000,,MIXED\n")
    with open(folder / "materials.csv", "w") as file:
        file.write("code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,"
                   "weight_kg,pick_class\n")
        for number in range(MATERIALS):
            edges = sorted((source.randrange(60, 240) for _ in range(3)), reverse=True)
            file.write(f"M{number:06},Carton {number},EACH,1,{edges[0]},{edges[1]},{edges[2]},"
                       f"{source.randrange(100, 4_000) / 1000},{source.choice('ABCCCC')}\n")


def stock(folder, rows):
    """Opening stock without positions: a lot a row, about a hundred in a location."""
    with open(folder / "stock.csv", "w") as file:
        file.write("material,location,quantity,lot\n")
        for row in range(rows):
            aisle, cell = divmod(row * 7919 % (LOCATIONS - 1), 500)
            bay, level = divmod(cell, 5)
            file.write(f"M{row % MATERIALS:06},L{aisle:02}-{bay:03}-{level},1,S{row:07}\n")


def large(report, folder, rows=None):
    rows = rows or int(os.environ.get("STOWAGE_LARGE_ROWS", STOCK))
    plant = Appliance(folder / "large")
    plant.command("init")
    masters(folder)
    stock(folder, rows)
    for kind, count, budget in (("locations", LOCATIONS, None), ("materials", MATERIALS, None)):
        begun = time.perf_counter()
        plant.command("import", kind, folder / f"{kind}.csv")
        report.add(f"import of {count:,} {kind}", time.perf_counter() - begun, "s", budget)
    begun = time.perf_counter()
    plant.command("import", "opening-stock", folder / "stock.csv")
    report.add(f"import of {rows:,} rows of opening stock", time.perf_counter() - begun, "s")
    size = sum(file.stat().st_size for file in plant.data.iterdir() if "stowage.db" in file.name)
    report.add("database", size / 1e6, "MB")
    report.add(f"start to first answer, {rows:,} rows of stock", plant.start(), "s", 0.5)
    try:
        time.sleep(5)
        report.add("memory at rest", plant.memory_mb(), "MB", 80)
        recommendations(report, plant.client())
        report.add("memory afterwards", plant.memory_mb(), "MB", 300)
    finally:
        plant.kill()


def recommendations(report, client, count=300):
    """One lot after another, and a plan of 50 lines, through HTTP with durable reservations."""
    source, lots = random.Random(SEED + 1), []
    for number in range(count // 50):
        lines = [{"material": f"M{source.randrange(MATERIALS):06}", "quantity": 1,
                  "lot": f"N{time.time_ns()}-{number}-{line}"} for line in range(50)]
        receipt = client.post("/api/v1/receipts", {"number": f"LARGE-{number}-{time.time_ns()}", "lines": lines})
        found = [line["lot"] for line in receipt["lines"]]
        lots += [lot["id"] if isinstance(lot, dict) else lot for lot in found]
    times = []
    for lot in lots:
        begun = time.perf_counter()
        client.post("/api/v1/putaway/recommendations", {"lot": lot})
        times.append(1000 * (time.perf_counter() - begun))
    name = f"one recommendation, {LOCATIONS:,} locations, HTTP"
    report.add(f"{name}, p50", percentile(times, 0.5), "ms")
    report.add(f"{name}, p95", percentile(times, 0.95), "ms", 10)
    lines = [{"material": f"M{source.randrange(MATERIALS):06}", "quantity": 1, "lot": f"P{time.time_ns()}-{line}"}
             for line in range(50)]
    receipt = client.post("/api/v1/receipts", {"number": f"LARGE-PLAN-{time.time_ns()}", "lines": lines})
    begun = time.perf_counter()
    client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
    seconds = time.perf_counter() - begun
    report.add(f"plan of 50 lines, {LOCATIONS:,} locations, HTTP", 1000 * seconds, "ms", 100)
