"""The engines alone, on made files: `stowage engine pack` and `stowage engine forecast`."""

import csv
import datetime
import json
import math
import os
import random
import shutil
import subprocess
import tempfile

from suite import BIN

SEED = 1


def run(*words):
    done = subprocess.run(
        [str(BIN / "stowage"), *map(str, words)], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, f"stowage {words[1]}: ended with {done.returncode}\n{done.stderr}"
    return done.stdout


def size(report, folder):
    for name, budget in (("stowage", 80), ("stowage-hub", 80)):
        copy = folder / name
        shutil.copy(BIN / name, copy)
        subprocess.run(["strip", str(copy)], check=True)
        report.add(f"binary {name}, stripped", copy.stat().st_size / 1e6, "MB", budget)


def packing(report, folder):
    for lines, budget in ((50, 5), (500, 60), (1000, 250)):
        instance, plan = folder / "instance.json", folder / "plan.json"
        instance.write_text(json.dumps(putaway(lines, 10_000)))
        words = ["--input", instance, "--output", plan, "--seed", SEED, "--budget-ms", 0]
        run("engine", "pack", *words, "--algorithm", "HYBRID")
        greedy = json.loads(plan.read_text())["greedy_ms"]
        report.add(f"plan of {lines} lines, 10,000 locations, greedy", greedy, "ms", budget)
    for locations, budget in ((10_000, 1), (50_000, 5)):
        told = json.loads(
            run("engine", "putaway", "--locations", locations, "--seed", SEED, "--json")
        )
        name = f"one recommendation, {locations:,} locations, engine"
        report.add(f"{name}, p50", told["p50_ms"], "ms")
        report.add(f"{name}, p95", told["p95_ms"], "ms", budget)


def putaway(lines, places):
    """Cartons and skids of all sizes into racks that are partly full."""
    source = random.Random(SEED)
    items = []
    for number in range(lines):
        edges = [source.randrange(150, 1000, 10), source.randrange(150, 800, 10)]
        edges.append(source.randrange(100, 900, 10))
        weight = int(math.prod(edges) * source.uniform(0.08, 0.4) / 1000)
        upright = [False, False, True] if source.random() < 0.5 else [True, True, True]
        items.append({"id": f"L{number}", "quantity": 1, "size_mm": edges, "upright": upright,
                      "volume_mm3": None, "weight_g": weight})
    locations = []
    for number in range(places):
        x, y, z, limit = source.choice(
            [(1200, 1000, 1500, 800_000), (1200, 1000, 2000, 1_000_000), (1000, 600, 800, 250_000)]
        )
        share = source.choice([0, 0, 0.2, 0.35, 0.5, 0.65])
        lying = [{"position_mm": [0, 0, 0], "size_mm": [x, y, round(z * share)],
                  "weight_g": round(limit * share)}] if share else []
        locations.append({"id": f"R{number}", "copies": 1, "inner_mm": [x, y, z],
                          "volume_mm3": None, "max_weight_g": limit, "contents": lying})
    return {"objective": "LEAST_OPENED_VOLUME", "min_support": 0.7, "locations": locations,
            "items": items}


LEVELS = [0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.975, 0.99]


def forecast(report, folder):
    wide, out = folder / "wide.csv", folder / "out.csv"
    demand(wide, 10_000, 365)
    words = ["--input", wide, "--horizon", 90, "--season", 7, "--output", out, "--seed", SEED]
    asked = ["--quantiles", ",".join(map(str, LEVELS)), "--cumulative", "7,14,28",
             "--cumulative-output", folder / "sums.csv", "--threads", 2, "--json"]
    said, peak = peak_memory("engine", "forecast", *words, *asked)
    told = json.loads(said)
    what = "AUTO, 10,000 series of 365 days, horizon 90, 2 threads"
    report.add(what, wall(told), "s", 10)
    report.add(f"{what}: memory", peak, "MB", 150)
    demand(wide, 2_000, 365)
    told = json.loads(
        run("engine", "forecast", *words, "--threads", 1, "--method", "HOLT_WINTERS", "--json")
    )
    # Reading and writing included, so above the fit alone, whose budget is 0.2 ms.
    report.add("HOLT_WINTERS, 1,000 series of 365 days, file to file", told["cpu_s"] / 2, "CPU s", 0.2)
    for count, budget in ((100, 2), (1_000, 20)):
        for kind in ("steady", "bursting"):
            report.add(f"{count:,} policies, {kind}", policies(folder, count, kind), "ms", budget)


def policies(folder, count, kind):
    """Safety stock, reorder point, order quantity and urgency of made articles, the best of five."""
    source, scores = random.Random(SEED), [-2.33, -1.64, -1.28, -0.84, 0, 0.84, 1.28, 1.64, 1.96, 2.33]
    lines = []
    for number in range(count):
        daily, spread = source.uniform(2, 60), 2.0 if kind == "bursting" else 0.3
        sums = [{"days": days, "mean": daily * days, "quantiles": [
            round(max(0, daily * days + z * spread * daily * days**0.6), 3) for z in scores]}
            for days in (1, 3, 5, 7, 10, 14, 21, 28, 42, 60, 90)]
        lines.append(json.dumps({
            "material": f"M{number}", "daily_mean": [daily] * 90, "daily_deviation": spread * daily,
            "levels": LEVELS, "sums": sums, "lead_time_days": source.randint(2, 40),
            "lead_time_deviation_days": source.choice([0, 1, 3]), "unit_cost_minor": 250,
            "ordering_cost_minor": 4_000, "multiple": 10, "on_hand": source.randint(0, 900)}))
    target = folder / "policies.ndjson"
    (folder / "terms.ndjson").write_text("\n".join(lines) + "\n")
    words = ["--input", folder / "terms.ndjson", "--output", target, "--json"]
    return min(json.loads(run("engine", "policies", *words))["policies_ms"] for _ in range(5))


def peak_memory(*words):
    """What a run printed, and the most memory that it held, in MB."""
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen([str(BIN / "stowage"), *map(str, words)], stdout=said)
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        assert running.returncode == 0, f"stowage {words[1]}: ended with {running.returncode}"
        said.seek(0)
        return said.read(), usage.ru_maxrss / 1024


def wall(told):
    """The wall seconds that the engine tells, whatever it calls them."""
    found = [value for key, value in told.items() if "wall" in key]
    assert len(found) == 1, f"no wall seconds in {sorted(told)}"
    return float(found[0])


def demand(path, series, days):
    """Daily demand of all four classes: smooth, erratic, intermittent, lumpy."""
    source = random.Random(SEED)
    first = datetime.date(2024, 1, 1)
    week = [1.2, 1.1, 1.0, 1.0, 1.1, 0.4, 0.2]
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *(first + datetime.timedelta(day) for day in range(days))])
        for number in range(series):
            rare, wild = number % 2 == 1, number // 2 % 2 == 1
            level, spread = source.uniform(5, 200), 0.9 if wild else 0.2
            row = []
            for day in range(days):
                drawn = level * week[day % 7] * max(0, source.gauss(1, spread))
                row.append(0 if rare and source.random() < 0.7 else round(drawn))
            writer.writerow([f"S{number}", *row])
