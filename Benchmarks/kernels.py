"""The engines alone, on made files: `stowage engine pack` and `stowage engine forecast`."""

import csv
import datetime
import json
import math
import random
import shutil
import subprocess

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


def forecast(report, folder):
    wide, out = folder / "wide.csv", folder / "out.csv"
    demand(wide, 10_000, 365)
    words = ["--input", wide, "--horizon", 90, "--season", 7, "--output", out, "--seed", SEED]
    told = json.loads(run("engine", "forecast", *words, "--threads", 2, "--json"))
    report.add("AUTO, 10,000 series of 365 days, horizon 90, 2 threads", wall(told), "s", 10)
    demand(wide, 2_000, 365)
    told = json.loads(
        run("engine", "forecast", *words, "--threads", 1, "--method", "HOLT_WINTERS", "--json")
    )
    # Reading and writing included, so above the fit alone, whose budget is 0.2 ms.
    report.add("HOLT_WINTERS, a series of 365 days, file to file", wall(told) / 2, "ms")


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
