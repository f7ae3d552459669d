#!/usr/bin/python3
"""The engines on files: real instances, judged by rules and scores that are written anew here.

Packing: OR-Library's u120 and t60, Bischoff and Ratcliff's thpack2. Every rule is checked from the
instance alone. Forecasting: M4 Hourly; the naive methods must give the published scores to three
decimals. Then the formats: what a file may lack, and what it must not hold.
"""

import csv
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

from stowage_box import shared
from suite import BIN, Suite, equal

FORECAST = ["--horizon", 4, "--season", 1]


def engine(*words, code=0):
    """Runs an engine; gives what it printed."""
    done = subprocess.run(
        [str(BIN / "stowage"), "engine", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = f"engine {' '.join(map(str, words))}: ended with {done.returncode}"
    assert done.returncode == code, f"{told}, must be {code}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


# Packing


def pack(folder, instance, budget_ms, algorithm="HYBRID", *more):
    source, target = folder / "instance.json", folder / "plan.json"
    source.write_text(json.dumps(instance))
    target.unlink(missing_ok=True)
    engine(
        "pack",
        "--input",
        source,
        "--output",
        target,
        "--algorithm",
        algorithm,
        "--budget-ms",
        budget_ms,
        "--seed",
        1,
        *more,
    )
    return json.loads(target.read_text())


def judge(instance, plan):
    """Fails on the first broken rule; gives the packed volume and how many locations are used."""
    items = {item["id"]: item for item in instance["items"]}
    places = {place["id"]: place for place in instance["locations"]}
    seen, loads = set(), {}
    for part in plan["placements"]:
        unit = (part["item"], part["unit"])
        assert unit not in seen, f"{unit} is placed twice"
        assert 0 <= part["unit"] < items[part["item"]].get("quantity", 1), f"no such unit: {unit}"
        assert (
            0 <= part["copy"] < places[part["location"]].get("copies", 1)
        ), f"no such copy: {part}"
        seen.add(unit)
        loads.setdefault((part["location"], part["copy"]), []).append(part)
    for part in plan["unplaced"]:
        unit = (part["item"], part["unit"])
        assert (
            unit not in seen and part["reason"]
        ), f"{unit} is placed and unplaced, or has no reason"
        seen.add(unit)
    equal(len(seen), sum(item.get("quantity", 1) for item in items.values()), "units accounted for")
    volume = sum(judge_load(places[key[0]], parts, items) for key, parts in loads.items())
    equal(plan["locations_used"], len(loads), "locations that the plan says it uses")
    return volume, len(loads)


def judge_load(place, parts, items):
    """The rules inside one location."""
    weight = sum(items[part["item"]]["weight_g"] or 0 for part in parts)
    assert place["max_weight_g"] is None or weight <= place["max_weight_g"], f"{weight} g too much"
    if place["inner_mm"] is None:
        return 0
    boxes = []
    for part in parts:
        item, size, at = items[part["item"]], part["size_mm"], part["position_mm"]
        equal(sorted(size), sorted(item["size_mm"]), "edges")
        stands = [
            edge
            for edge in range(3)
            if item["upright"][edge]
            and item["size_mm"][edge] == size[2]
            and sorted(item["size_mm"][:edge] + item["size_mm"][edge + 1 :]) == sorted(size[:2])
        ]
        assert stands, f"{part} stands on an edge that it must not stand on"
        inside = all(at[k] >= 0 and at[k] + size[k] <= place["inner_mm"][k] for k in range(3))
        assert inside, f"{part} sticks out"
        boxes.append((at, [at[k] + size[k] for k in range(3)]))
    boxes.sort()
    for index, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[index + 1 :]:
            if other_low[0] >= high[0]:
                break
            apart = any(low[k] >= other_high[k] or other_low[k] >= high[k] for k in range(3))
            assert apart, f"{low}-{high} and {other_low}-{other_high} overlap"
    return sum((high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]) for low, high in boxes)


def read_bins(path):
    """OR-Library's one-dimensional instances, in tenths, with the best known number of bins."""
    words = path.read_text().split()
    at, found = 1, []
    for _ in range(int(words[0])):
        capacity, count, best = float(words[at + 1]), int(words[at + 2]), int(words[at + 3])
        sizes = [round(10 * float(word)) for word in words[at + 4 : at + 4 + count]]
        found.append((round(10 * capacity), sizes, best))
        at += 4 + count
    return found


def bins(folder, name, take, budget_ms, most):
    used = best = 0
    for capacity, sizes, optimum in read_bins(shared("packing", "bpp1d", name))[:take]:
        instance = {
            "objective": "FEWEST_LOCATIONS",
            "min_support": 0,
            "locations": [
                {
                    "id": "B",
                    "copies": len(sizes),
                    "inner_mm": None,
                    "volume_mm3": None,
                    "max_weight_g": capacity,
                    "contents": [],
                }
            ],
            "items": [
                {
                    "id": f"i{k}",
                    "quantity": 1,
                    "size_mm": None,
                    "upright": [True] * 3,
                    "volume_mm3": None,
                    "weight_g": size,
                }
                for k, size in enumerate(sizes)
            ],
        }
        plan = pack(folder, instance, budget_ms)
        count = judge(instance, plan)[1]
        assert not plan["unplaced"] and count >= optimum, f"{count} bins, the optimum is {optimum}"
        used, best = used + count, best + optimum
    print(f"  {name}: {used} bins for {take} instances, the best known is {best}", flush=True)
    assert used <= best * most, f"{used} bins are too many"


def containers(folder, take, budget_ms, least):
    """Bischoff and Ratcliff: one container, boxes of several types with orientation flags."""
    words = [
        int(float(word)) for word in shared("packing", "br3d", "thpack2.txt").read_text().split()
    ]
    at, fill = 1, 0
    for _ in range(take):
        inner, kinds = words[at + 2 : at + 5], words[at + 5]
        at += 6
        items = []
        for kind in range(kinds):
            row = words[at : at + 8]
            at += 8
            items.append(
                {
                    "id": f"b{kind}",
                    "quantity": row[7],
                    "size_mm": [row[1], row[3], row[5]],
                    "upright": [bool(row[2]), bool(row[4]), bool(row[6])],
                    "volume_mm3": None,
                    "weight_g": None,
                }
            )
        instance = {
            "objective": "MOST_VOLUME_PACKED",
            "min_support": 0,
            "items": items,
            "locations": [
                {
                    "id": "C",
                    "copies": 1,
                    "inner_mm": inner,
                    "volume_mm3": None,
                    "max_weight_g": None,
                    "contents": [],
                }
            ],
        }
        plan = pack(folder, instance, budget_ms)
        volume, _ = judge(instance, plan)
        equal(plan["packed_volume_mm3"], volume, "the volume that the plan says it packed")
        fill += volume / (inner[0] * inner[1] * inner[2]) / take
    print(f"  thpack2: {100 * fill:.1f} % full on the mean of {take}", flush=True)
    assert fill >= least, f"{100 * fill:.1f} % is too little"


def replay(folder):
    """So many rounds again give the same plan."""
    capacity, sizes, _ = read_bins(shared("packing", "bpp1d", "binpack5_t60.txt"))[0]
    instance = {
        "objective": "FEWEST_LOCATIONS",
        "min_support": 0,
        "locations": [
            {
                "id": "B",
                "copies": 60,
                "inner_mm": None,
                "volume_mm3": None,
                "max_weight_g": capacity,
                "contents": [],
            }
        ],
        "items": [
            {
                "id": f"i{k}",
                "quantity": 1,
                "size_mm": None,
                "upright": [True] * 3,
                "volume_mm3": None,
                "weight_g": size,
            }
            for k, size in enumerate(sizes)
        ],
    }
    first = pack(folder, instance, 60)
    again = pack(folder, instance, 60_000, "HYBRID", "--rounds", first["rounds"])
    for key in ("placements", "unplaced", "rounds", "locations_used"):
        equal(again[key], first[key], key)


# Forecasting


def wide(path):
    """A wide file as lists of numbers, without the blanks at the end."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return {row[0]: [float(cell) for cell in row[1:] if cell != ""] for row in rows[1:]}


def forecast(folder, source, *words, code=0, keep=False):
    target = folder / "out.csv"
    if not keep:
        target.unlink(missing_ok=True)
    said = engine("forecast", "--input", source, "--output", target, *words, code=code)
    if code:
        assert not target.exists(), "a refused file left an output"
        return said
    with open(target, newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        equal(int(row["step"]), len(found.setdefault(row["series"], [])) + 1, "step")
        found[row["series"]].append(row)
    return found


def m4(folder, method, row):
    """Scores a method on M4 Hourly: sMAPE and MASE as the competition defines them."""
    train = wide(shared("forecast", "m4_hourly_train.csv"))
    test = wide(shared("forecast", "m4_hourly_test.csv"))
    begun = time.monotonic()
    found = forecast(
        folder,
        shared("forecast", "m4_hourly_train.csv"),
        "--horizon",
        48,
        "--season",
        24,
        "--method",
        method,
        "--threads",
        2,
    )
    seconds = time.monotonic() - begun
    equal(set(found), set(test), "series")
    smape = mase = 0.0
    for name, actual in test.items():
        mean = [float(step["mean"]) for step in found[name]]
        equal(len(mean), 48, f"steps of {name}")
        past = train[name]
        errors = [abs(a - f) for a, f in zip(actual, mean)]
        smape += sum(200 * e / (abs(a) + abs(f)) for e, a, f in zip(errors, actual, mean)) / 48
        scale = sum(abs(b - a) for a, b in zip(past, past[24:])) / (len(past) - 24)
        mase += sum(errors) / 48 / scale
    smape, mase = smape / len(test), mase / len(test)
    print(
        f"  {method}: sMAPE {smape:.3f}, MASE {mase:.3f}, {len(test)} series in {seconds:.1f} s",
        flush=True,
    )
    with open(
        shared("forecast", "published", "m4_official_point_by_frequency.csv"), newline=""
    ) as file:
        table = list(csv.reader(file))
    official = next(line for line in table if line[0] == row)
    column = table[1].index("Hourly")
    if row in ("Naive", "sNaive"):
        equal(f"{smape:.3f}", f"{float(official[column]):.3f}", "sMAPE against the official table")
        equal(
            f"{mase:.3f}", f"{float(official[column + 7]):.3f}", "MASE against the official table"
        )
    else:
        assert mase < float(official[column + 7]), f"no better than {row}"


def file_of(folder, text, name="in.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def blanks(folder):
    """Not yet started, ended, missing: each blank means what its place says."""
    source = file_of(
        folder,
        "id,p1,p2,p3,p4,p5,p6\nplain,1,2,3,4,5,6\nlate,,,,7,8,9\n"
        "ended,1,2,3,,,\nshort,1,2,5\nhole,1,,3,,5,6\n",
    )
    found = forecast(folder, source, *FORECAST, "--method", "NAIVE")
    last = {"plain": 6, "late": 9, "ended": 3, "short": 5, "hole": 6}
    for name, value in last.items():
        equal([float(step["mean"]) for step in found[name]], [float(value)] * 4, name)
        equal({step["method"] for step in found[name]}, {"NAIVE"}, f"method of {name}")


def calendar(folder):
    """Days that the header leaves out are missing days: the season stays in step with the week."""
    days = [f"2026-03-{day:02}" for day in range(2, 30) if day not in (10, 18)]
    values = [10 if int(day[-2:]) % 7 == 2 else 1 for day in days]
    source = file_of(folder, f"id,{','.join(days)}\nA,{','.join(map(str, values))}\n")
    found = forecast(folder, source, "--horizon", 14, "--season", 7, "--method", "SEASONAL_NAIVE")
    wanted = [10.0 if (30 + step) % 7 == 2 else 1.0 for step in range(14)]
    equal([float(step["mean"]) for step in found["A"]], wanted, "the week after 2026-03-29")


def stand_ins(folder):
    """A series that cannot be forecast or read still gets its rows, and the report says why."""
    source = file_of(
        folder,
        "id,p1,p2,p3\nnothing,,,\none,5,,\nzero,0,0,0\n"
        "text,1,x,3\nendless,1,inf,-inf\nhuge,1,2,1e999\n",
    )
    target = folder / "out.csv"
    said = engine(
        "forecast",
        "--input",
        source,
        "--output",
        target,
        *FORECAST,
        "--method",
        "HOLT_WINTERS",
        "--json",
    )
    report = json.loads(said)
    with open(target, newline="") as file:
        rows = list(csv.DictReader(file))
    equal(len(rows), 24, "rows")
    assert all(float(row["mean"]) >= 0 for row in rows), "a negative mean"
    failed = {failure["series"]: failure["reason"] for failure in report["failures"]}
    for series, *words in [
        ("text", "row 5", "p2", "'x'"),
        ("endless", "inf", "1 more"),
        ("huge", "1e999", "missing"),
    ]:
        said = failed.get(series, "nothing")
        assert all(word in said for word in words), f"{series}: {said}"
    assert "nothing" in failed, f"no reason for the empty series: {report}"
    assert all(failure["reason"] for failure in report["failures"]), "a failure without a reason"
    equal(report["series"], 6, "series in the report")


def nasty(folder):
    """Ten thousand made series of every bad kind: none explodes, falls below zero or has no answer."""
    seed = 20_260_215
    source = random.Random(seed)
    values, most = {}, {}
    for number in range(10_000):
        count, zeros = source.randint(1, 160), source.random() ** 0.5
        scale, power = source.choice([1e-6, 1, 1, 1, 50, 1e6, 1e12]), source.randint(0, 4)
        row = []
        for _ in range(count):
            drawn = source.random()
            if drawn < 0.03:
                row.append("")
            elif drawn < 0.04:
                row.append(f"{-scale * source.random():.9g}")
            elif source.random() < zeros:
                row.append("0")
            else:
                row.append(f"{scale * source.uniform(0.1, 3) ** power:.9g}")
        name = f"N{number}"
        values[name] = row
        most[name] = max([float(cell) for cell in row if cell] + [0])
    lines = ["id," + ",".join(f"p{step}" for step in range(160))]
    lines += [",".join([name, *row]) for name, row in values.items()]
    levels = "0.025,0.5,0.975"
    words = ["--horizon", 5, "--season", 7, "--quantiles", levels, "--threads", 2]
    found = forecast(folder, file_of(folder, "\n".join(lines) + "\n"), *words)
    equal(len(found), len(values), f"answered, seed {seed}")
    for name, steps in found.items():
        equal(len(steps), 5, f"steps of {name}, seed {seed}")
        for step in steps:
            rising = [float(step[column]) for column in ("q0.025", "q0.5", "q0.975")]
            fine = 0 <= rising[0] <= rising[1] <= rising[2] <= 4 * most[name] * 1.000001 + 1e-6
            fine = fine and 0 <= float(step["mean"]) <= 4 * most[name] * 1.000001 + 1e-6
            assert fine, f"{name}, seed {seed}, largest {most[name]}: {step}"


def quantiles(folder):
    """Columns are named as they were typed, quantiles rise, sums have their own file."""
    head, *rows = shared("forecast", "pasta_daily.csv").read_text().splitlines()[:13]
    source = file_of(folder, "\n".join([head, *rows]) + "\n")
    sums = folder / "sums.csv"
    found = forecast(
        folder,
        source,
        "--horizon",
        28,
        "--season",
        7,
        "--quantiles",
        "0.1,.5,0.950",
        "--cumulative",
        "3,7",
        "--cumulative-output",
        sums,
    )
    equal(
        list(next(iter(found.values()))[0]),
        ["series", "step", "mean", "q0.1", "q.5", "q0.950", "method"],
        "columns",
    )
    for name, steps in found.items():
        equal(len(steps), 28, f"steps of {name}")
        for step in steps:
            assert 0 <= float(step["q0.1"]) <= float(step["q.5"]) <= float(step["q0.950"]), step
    with open(sums, newline="") as file:
        rows = list(csv.DictReader(file))
    equal(
        {(row["series"], row["steps"]) for row in rows},
        {(name, steps) for name in found for steps in ("3", "7")},
        "sums",
    )
    for row in rows:
        total = sum(float(step["mean"]) for step in found[row["series"]][: int(row["steps"])])
        assert abs(total - float(row["mean"])) <= 0.02 * total + 0.02, f"{row} sums to {total}"


def threads(folder):
    """However many threads: the same bytes. Groups are read, and change nothing about that."""
    head, *rows = shared("forecast", "pasta_daily.csv").read_text().splitlines()[:25]
    source = file_of(folder, "\n".join([head, *rows]) + "\n")
    groups = file_of(
        folder,
        "id,group\n" + "".join(f"{row.split(',')[0]},{row.split('_')[0]}\n" for row in rows),
        "groups.csv",
    )
    outputs = []
    for count in (1, 3):
        forecast(
            folder, source, "--horizon", 28, "--season", 7, "--groups", groups, "--threads", count
        )
        outputs.append((folder / "out.csv").read_bytes())
    assert outputs[0] == outputs[1], "another number of threads gave another answer"


def refused(folder):
    """A file of which it is unclear what belongs where ends with 2, and leaves no output."""
    good = "id,p1,p2,p3\nA,1,2,3\n"
    for text, *words in [
        ("id,p1,p2\nA,1,2,3\n", "4 cells"),
        ("id,p1\nA,1\nA,2\n", "twice"),
        ("id,p1\n,1\n", "empty"),
        ("", "header"),
        ("id,p1\n", "no series"),
        ("id,2026-01-02,2026-01-01\nA,1,2\n", "rise"),
        (b"id,p1\n\xff\xfe,1\n", "UTF-8"),
        ('id,p1\n"A,1\n', "quote"),
    ]:
        said = forecast(folder, file_of(folder, text), *FORECAST, code=2)
        for word in words:
            assert (
                word.lower() in said.lower()
            ), f"{text[:40]!r} was refused without {word!r}: {said}"
    for words in (["--method", "NO_SUCH"], ["--quantiles", "0.5,1.5"], ["--quantiles", "x"]):
        forecast(folder, file_of(folder, good), *FORECAST, *words, code=2)
    forecast(folder, folder / "missing.csv", *FORECAST, code=2)
    forecast(folder, file_of(folder, "\ufeffid,p1,p2\r\nA,1,2\r\n"), *FORECAST)
    plan = folder / "plan.json"
    for text in (
        "{",
        "[]",
        '{"objective":"FEWEST_LOCATIONS"}',
        '{"objective":"X","locations":[],"items":[]}',
        '{"objective":"FEWEST_LOCATIONS","locations":[],"items":[{"id":"a","weight_g":-1}]}',
        "[" * 5000,
    ):
        source = file_of(folder, text, "bad.json")
        plan.unlink(missing_ok=True)
        engine("pack", "--input", source, "--output", plan, code=2)
        assert not plan.exists(), "a refused instance left a plan"


def main():
    suite = Suite("engines")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with suite.test("u120: valid plans, near the optimum"):
            bins(folder, "binpack1_u120.txt", 20, 250, 1.02)
        with suite.test("t60: valid plans, near the optimum"):
            bins(folder, "binpack5_t60.txt", 20, 300, 1.05)
        with suite.test("thpack2: valid plans, dense"):
            containers(folder, 10, 500, 0.75)
        with suite.test("a plan is replayed by its rounds"):
            replay(folder)
        with suite.test("M4 Hourly: NAIVE is the official Naive"):
            m4(folder, "NAIVE", "Naive")
        with suite.test("M4 Hourly: SEASONAL_NAIVE is the official sNaive"):
            m4(folder, "SEASONAL_NAIVE", "sNaive")
        with suite.test("M4 Hourly: AUTO is better than Naive2"):
            m4(folder, "AUTO", "Naive2")
        with suite.test("blanks mean not started, missing or ended"):
            blanks(folder)
        with suite.test("a header of days makes the calendar known"):
            calendar(folder)
        with suite.test("a series that cannot be forecast gets rows and a reason"):
            stand_ins(folder)
        with suite.test("10,000 nasty series: nothing explodes"):
            nasty(folder)
        with suite.test("quantiles and sums are named as asked for, and in order"):
            quantiles(folder)
        with suite.test("threads and groups do not change the answer"):
            threads(folder)
        with suite.test("bad files and arguments are refused without an output"):
            refused(folder)
    suite.finish()


if __name__ == "__main__":
    main()
