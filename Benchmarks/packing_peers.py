"""Plans for public instances, scored by the checker in ../shared, beside what others reach.

The subset takes two minutes; `--full` runs every instance, which takes an hour.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from suite import BIN

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
DATA = SHARED / "data" / "packing"
SCORER = SHARED / "tools" / "eval_packing.py"
MAKER = SHARED / "tools" / "make_putaway_instances.py"

# Bins over the optimum: must, and FFD's on all twenty (the notes on packing).
BINS = {"binpack1_u120": (0, 14), "binpack3_u500": (2, 54), "binpack5_t60": (2, 64),
        "binpack7_t249": (10, 240)}
# Mean fill in per cent: budget of time, support, must, and a peer's.
FILLS = ((1000, 0.0, 88, ""), (5000, 0.0, 90, ", PackingSolver 95.4"), (5000, 0.7, 84, ""))


def scored(*words):
    """What the scorer says of one file; a plan that breaks a rule ends the run."""
    command = [sys.executable, SCORER, BIN / "stowage", DATA, *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-400:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert not found["violations"], f"{words}: {found['violations']}"
    return found


def peers(report, folder):
    if not SCORER.exists() or not DATA.exists():
        print("  skipped: ../shared with the instances and their scorer is missing")
        return
    is_full = os.environ.get("STOWAGE_BENCH_FULL") == "1"
    part = "all" if is_full else "subset"
    overrun = bins(report, part, [] if is_full else ["--take", 5])
    overrun = max(overrun, fills(report, part, [] if is_full else ["--take", 2]))
    report.add("worst overrun of a budget, start of the process included", overrun, "ms", 50)
    racks(report, folder, range(1, 11) if is_full else range(1, 3))


def bins(report, part, take):
    worst = 0
    for name, (must, first) in BINS.items():
        found = scored("--budget-ms", 1000, *take, f"{name}.txt")
        what = f"{name.split('_')[1]}, 1 s, {part} (FFD on all: +{first})"
        report.add(what, found["bins"] - found["best"], "bins", must)
        worst = max(worst, found["worst_overrun_ms"])
    return worst


def fills(report, part, take):
    worst = 0
    for budget, support, must, peer in FILLS:
        for number in (2, 4, 6):
            words = ["--budget-ms", budget, "--support", support, *take]
            found = scored(*words, f"thpack{number}.txt")
            what = f"thpack{number}, {budget // 1000} s, support {support:g}, {part}{peer}"
            report.add(what, found["mean_fill_pct"], "%", ("at least", must))
            if budget == 1000:
                worst = max(worst, found["worst_overrun_ms"])
    return worst


def racks(report, folder, seeds):
    """Opened volume of HYBRID against the better of FFD and BFD, and the gap to the bound."""
    for lines in (50, 500, 1000):
        saved, gaps = [], []
        for seed in seeds:
            instance = folder / "racks.json"
            command = [sys.executable, MAKER, DATA / "br3d" / "thpack6.txt", lines, seed, instance]
            subprocess.run([str(word) for word in command], check=True, capture_output=True)
            opened = {}
            for algorithm in ("FFD", "BFD", "HYBRID"):
                found = scored("--budget-ms", 1000, "--algorithm", algorithm, instance)
                is_whole = found["unplaced"] == 0
                opened[algorithm] = found["opened_m3"] if is_whole else float("inf")
            saved.append(100 * (1 - opened["HYBRID"] / min(opened["FFD"], opened["BFD"])))
            gaps.append(100 * (opened["HYBRID"] / (found["bound"]["value"] / 1e9) - 1))
        what = f"{lines} lines, 1 s: opened less than FFD and BFD"
        report.add(what, sum(saved) / len(saved), "%", ("at least", 3))
        report.add(f"{lines} lines, 1 s: gap to the bound", sum(gaps) / len(gaps), "%")
