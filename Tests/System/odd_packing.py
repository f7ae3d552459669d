#!/usr/bin/python3
"""Instances that nobody would hand in, through `stowage engine pack`, every plan checked anew.

Goods larger than everything, nothing at all, contents that overlap or stick out, weights without
edges, no edge that may stand up, huge quantities, budgets of nothing. Each plan is judged by rules
written here; HYBRID must not be worse than FFD and BFD, no value may pass its bound, and seed and
rounds must give a plan again. `STOWAGE_ODD_INSTANCES` sets how many are tried.
"""

import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

from suite import BIN, Suite

COUNT = int(os.environ.get("STOWAGE_ODD_INSTANCES", 60))
FIRST = int(os.environ.get("STOWAGE_ODD_FIRST", 1))
OBJECTIVES = ["FEWEST_LOCATIONS", "LEAST_OPENED_VOLUME", "MOST_VOLUME_PACKED"]


def run(folder, instance, *words, budget_ms=0, algorithm="HYBRID"):
    """Packs; gives exit code, plan (or None), what was said, and the wall milliseconds."""
    source, target = folder / "odd.json", folder / "plan.json"
    source.write_text(json.dumps(instance))
    target.unlink(missing_ok=True)
    command = [str(BIN / "stowage"), "engine", "pack", "--input", source, "--output", target,
               "--algorithm", algorithm, "--budget-ms", budget_ms, *words]
    begun = time.perf_counter()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    wall = 1000 * (time.perf_counter() - begun)
    plan = json.loads(target.read_text()) if target.exists() else None
    return done.returncode, plan, done.stdout + done.stderr, wall


# Instances


def odd(seed):
    """An instance; which oddities it has is drawn from the seed."""
    dice = random.Random(seed)
    many = dice.choice([0, 1, 3, 8, 30]) if seed % 7 else 200
    locations = [place(dice, number) for number in range(dice.choice([1, 1, 2, 5, 20]))]
    items = [goods(dice, number, locations) for number in range(many)]
    return {"objective": dice.choice(OBJECTIVES), "min_support": dice.choice([0, 0, 0.5, 0.7, 1.0]),
            "locations": locations, "items": items}


def place(dice, number):
    kind = dice.randrange(6)
    inner = [dice.choice([1, 50, 400, 1200, 2700]) + dice.randrange(3) for _ in range(3)]
    found = {"id": f"P{number}", "copies": dice.choice([1, 1, 1, 2, 7, 5000]),
             "inner_mm": inner if kind != 0 else None, "volume_mm3": None, "max_weight_g": None,
             "contents": []}
    if kind in (0, 1):
        found["volume_mm3"] = dice.choice([0, 1, 10**6, 10**9, 10**15])
    if kind in (0, 2):
        found["max_weight_g"] = dice.choice([0, 1, 5_000, 800_000, 10**15])
    if dice.random() < 0.2:
        found["max_handling_units"] = dice.choice([0, 1, 3, 10**9])
    if dice.random() < 0.2:
        found["max_stack"] = dice.choice([1, 2, 50])
    if found["inner_mm"] and dice.random() < 0.4:
        for _ in range(dice.randrange(1, 4)):
            at = [dice.randrange(max(1, edge)) for edge in inner]
            if dice.random() < 0.6:
                at[2] = 0
            size = [dice.randrange(1, edge + dice.choice([1, 1, 600])) for edge in inner]
            found["contents"].append({"position_mm": at, "size_mm": size,
                                      "weight_g": dice.choice([None, 0, 1000, 10**6])})
    return found


def goods(dice, number, locations):
    kind = dice.randrange(8)
    size = [dice.choice([1, 7, 60, 300, 900]) + dice.randrange(3) for _ in range(3)]
    if kind == 0:
        size = [10**6, 10**6, 10**6]
    if kind == 1 and locations and locations[0]["inner_mm"]:
        size = list(locations[0]["inner_mm"])
    upright = dice.choice([[True] * 3, [True] * 3, [False, False, True], [True, False, False]])
    found = {"id": f"G{number}", "quantity": dice.choice([1, 1, 2, 5, 40]) if kind != 2 else 300,
             "size_mm": size, "upright": upright, "volume_mm3": None,
             "weight_g": dice.choice([None, 0, 1, 900, 40_000, 10**9])}
    if kind == 3:
        found.update(size_mm=None, volume_mm3=dice.choice([None, 0, 1, 10**6, 10**15]))
    if dice.random() < 0.2:
        found["max_load_g"] = dice.choice([0, 1_000, 10**6])
    return found


# Rules


def volume(size):
    return size[0] * size[1] * size[2]


def judge(instance, plan):
    """Every rule that the plan breaks."""
    places = {entry["id"]: entry for entry in instance["locations"]}
    items = {entry["id"]: entry for entry in instance["items"]}
    bad, seen, inside = [], set(), {}
    for entry in plan["placements"] + plan["unplaced"]:
        key = (entry["item"], entry["unit"])
        if key in seen or not 0 <= entry["unit"] < items[entry["item"]]["quantity"]:
            bad.append(f"unit {key} twice, or none such")
        seen.add(key)
    if len(seen) != sum(entry["quantity"] for entry in instance["items"]):
        bad.append("units are missing")
    for entry in plan["placements"]:
        if not 0 <= entry["copy"] < places[entry["location"]]["copies"]:
            bad.append(f"no copy {entry['copy']} of {entry['location']}")
        inside.setdefault((entry["location"], entry["copy"]), []).append(entry)
    for (name, copy), entries in inside.items():
        where = f"in {name}/{copy}"
        bad += [f"{fault} {where}" for fault in capacity(places[name], items, entries)]
        if places[name]["inner_mm"]:
            sized = [entry for entry in entries if items[entry["item"]]["size_mm"]]
            bad += [f"{fault} {where}"
                    for fault in space(places[name], items, sized, instance["min_support"])]
    return bad


def capacity(place, items, entries):
    limit = place["max_weight_g"]
    weight = sum(items[entry["item"]]["weight_g"] or 0 for entry in entries)
    weight += sum(content["weight_g"] or 0 for content in place["contents"])
    if limit is not None and weight > limit:
        yield f"weight {weight} of {limit}"
    limit = place["volume_mm3"]
    taken = sum(volume(content["size_mm"]) for content in place["contents"]) if limit else 0
    for entry in entries:
        item = items[entry["item"]]
        taken += item["volume_mm3"] or (volume(item["size_mm"]) if item["size_mm"] else 0)
    if limit is not None and not place["contents"] and taken > limit:
        yield f"volume {taken} of {limit}"
    most = place.get("max_handling_units")
    if most is not None and len(entries) + len(place["contents"]) > most:
        yield f"{len(entries)} units and {len(place['contents'])} stored of {most}"


def space(place, items, entries, support):
    inner = place["inner_mm"]
    stored = [(content["position_mm"], content["size_mm"]) for content in place["contents"]]
    placed = []
    for entry in entries:
        item, at, size = items[entry["item"]], entry["position_mm"], entry["size_mm"]
        own = item["size_mm"]
        if not any(item["upright"][k] and own[k] == size[2]
                   and sorted(own[:k] + own[k + 1:]) == sorted(size[:2]) for k in range(3)):
            yield f"{entry['item']} stands as it must not"
        if any(at[k] < 0 or at[k] + size[k] > inner[k] for k in range(3)):
            yield f"{entry['item']} sticks out"
        placed.append((at, size))
    for number, one in enumerate(placed):
        if any(overlap(one, other) for other in stored + placed[:number]):
            yield f"overlap at {one[0]}"
        if support and one[0][2] > 0 and resting(one, stored + placed) < support - 1e-9:
            yield f"too little support at {one[0]}"


def overlap(one, other):
    return all(one[0][k] < other[0][k] + other[1][k] and other[0][k] < one[0][k] + one[1][k]
               for k in range(3))


def resting(box, others):
    """The share of a base that rests on something; things that overlap count once, roughly."""
    (x, y, z), (w, d, _) = box
    area = 0
    for at, size in others:
        if at[2] + size[2] == z:
            wide = min(x + w, at[0] + size[0]) - max(x, at[0])
            deep = min(y + d, at[1] + size[1]) - max(y, at[1])
            area += max(0, wide) * max(0, deep)
    return area / (w * d)


def worth(instance, plan):
    """What the objective counts, smaller is better."""
    first = {"FEWEST_LOCATIONS": (len(plan["unplaced"]), plan["locations_used"]),
             "LEAST_OPENED_VOLUME": (len(plan["unplaced"]), plan["opened_volume_mm3"]),
             "MOST_VOLUME_PACKED": (-plan["packed_volume_mm3"],)}
    return first[instance["objective"]]


def beyond(instance, plan):
    """Whether a plan of all units passes its own bound."""
    if not plan["bound"]:
        return False
    value, most = plan["bound"]["value"], instance["objective"] == "MOST_VOLUME_PACKED"
    if most:
        return plan["packed_volume_mm3"] > value * (1 + 1e-9)
    own = {"FEWEST_LOCATIONS": plan["locations_used"],
           "LEAST_OPENED_VOLUME": plan["opened_volume_mm3"]}[instance["objective"]]
    return own < value * (1 - 1e-9)


# Tests


def laws(folder):
    overrun = 0
    for seed in range(FIRST, FIRST + COUNT):
        instance, plans = odd(seed), {}
        budget = [0, 1, 5, 60][seed % 4]
        for algorithm in ("FFD", "BFD", "HYBRID"):
            code, plan, said, wall = run(folder, instance, budget_ms=budget, algorithm=algorithm)
            assert code in (0, 1) and plan, f"seed {seed}, {algorithm}: ended with {code}: {said}"
            faults = judge(instance, plan)
            assert not faults, f"seed {seed}, {algorithm}, {budget} ms: {faults[:3]}"
            assert not beyond(instance, plan), f"seed {seed}, {algorithm}: beyond {plan['bound']}"
            plans[algorithm] = worth(instance, plan)
            overrun = max(overrun, wall - budget)
        best = min(plans["FFD"], plans["BFD"])
        assert plans["HYBRID"] <= best, f"seed {seed}: HYBRID {plans['HYBRID']}, others {best}"
    # Said, not judged: machines differ. ManySmallUnitsTests says why it stays short.
    print(f"  the greedy plan took up to {overrun:.0f} ms more than the budget", flush=True)


def again(folder):
    """What the answer names gives it again; several threads are repeatable by rounds."""
    same = ("placements", "unplaced", "rounds", "seed")
    for seed in range(FIRST, FIRST + max(4, COUNT // 6)):
        instance = odd(seed)
        _, plan, said, _ = run(folder, instance, "--threads", 2, "--seed", seed, budget_ms=150)
        assert plan, said
        _, other, said, _ = run(folder, instance, "--seed", plan["seed"], "--rounds", plan["rounds"])
        assert all(plan[key] == other[key] for key in same), f"seed {seed}: not the same plan again"
        words = ("--threads", 3, "--seed", seed, "--rounds", 3)
        first, second = (run(folder, instance, *words)[1] for _ in range(2))
        assert all(first[key] == second[key] for key in same), f"seed {seed}: threads change it"


def refused(folder):
    box = {"id": "P", "copies": 1, "inner_mm": [100, 100, 100], "contents": []}
    good = {"id": "G", "quantity": 1, "size_mm": [10, 10, 10], "upright": [True] * 3}

    def instance(place=None, item=None, **more):
        found = {"objective": "FEWEST_LOCATIONS", "min_support": 0,
                 "locations": [{**box, **(place or {})}], "items": [{**good, **(item or {})}]}
        return {**found, **more}

    cases = [
        (instance(item={"quantity": 100_001}), "100000"), (instance(item={"quantity": 2**62}), "100000"),
        (instance(item={"size_mm": [0, 10, 10]}), "items/0"), (instance(item={"upright": [False] * 3}), "items/0"),
        (instance(place={"inner_mm": [10, 10, 2**40]}), "locations/0"), (instance(place={"copies": 0}), "locations/0"),
        (instance(place={"copies": 2_000_000}), "1000000"), (instance(min_support=1.5), "min_support"),
        (instance(item={"weight_g": -1}), "items/0"),
        (instance(objective="BEST"), "objective"), (instance(locations=[]), "at least one location"),
    ]
    for number, (case, word) in enumerate(cases):
        code, plan, said, _ = run(folder, case)
        assert code == 2 and plan is None and word in said, f"case {number}: {code}, {said[:300]}"


def main():
    suite = Suite("odd packing")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with suite.test("odd instances: valid, within the bound, HYBRID never worse"):
            laws(folder)
        with suite.test("seed and rounds give a plan again, on one thread and on several"):
            again(folder)
        with suite.test("what cannot be packed is named, and nothing is written"):
            refused(folder)
    suite.finish()


if __name__ == "__main__":
    main()
