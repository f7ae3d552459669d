#!/usr/bin/python3
"""Scores the forecasts on real demand, beside trivial ones and published peers.

usage: Benchmarks/accuracy.py BIN_FOLDER [--set NAME]... [--quick]

The scorer and its data stand in ../shared (tools/eval_forecast.py, whose head defines each figure);
where they are missing there is nothing to score, and that is said. Of each set are printed RMSSE,
sumRMSSE and SPL of AUTO, of the trivial forecasts, and of the best of statsforecast 2.1.1 as
measured with the same scorer (../shared/data/README.md); then what must hold. A set passes only if
all of its figures hold. Ends with 1 if one does not. `--quick` leaves the long run over cycle
service out.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SCORER = SHARED / "tools" / "eval_forecast.py"
TRIVIAL = ["BASE_ZERO", "BASE_MEDIAN", "BASE_SES", "BASE_CLIM"]
# What each figure must stay below: the best of all peers and trivial ones, each by itself.
MUST = {
    "pasta": (0.738, 1.25, 0.326),
    "storeitem28": (0.62, 1.20, 0.170),
    "storeitem90": (0.75, 3.2, 0.205),
    "uci": (0.777, 0.839, 0.296),
    "carparts": (0.644, 0.740, 0.420),
}
# statsforecast 2.1.1, the last 730 periods, with the scorer's peer_statsforecast.py.
PEERS = {
    "pasta": [("CES", 0.771, 1.446, 0.361), ("ETS", 0.857, 1.990, 0.428)],
    "storeitem28": [("ETS", 0.739, 1.603, 0.199), ("HW", 0.750, 1.701, 0.202)],
    "storeitem90": [("ETS", 0.922, 4.756, 0.253), ("DOT", 0.924, 4.784, 0.247)],
    "uci": [("TSB", 0.777, 0.841, 0.308), ("ETS", 0.809, 0.997, 0.322)],
    "carparts": [("IMAPA", 0.644, 0.740, 0.461), ("TSB", 0.662, 0.781, 0.467)],
}
OWA_MUST = 0.60
# The year's empirical quantile over the past mean, by lead time: the price to stay below.
PRICE = {"3": 3.10, "7": 2.84, "14": 2.57, "28": 2.20}


def score(binary, *words):
    """The scorer's line for each set."""
    done = subprocess.run(
        [sys.executable, str(SCORER), str(binary), str(SHARED / "data"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"the scorer failed: {done.stderr[-400:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def worst_cover(found):
    """How far the worst quantile is from honest, in points; below 0 all are honest."""
    return max(
        max(below - 100 * float(level), 100 * float(level) - at_most)
        for level, (below, at_most) in found["cover"].items()
    )


def line(name, figures, note=""):
    shown = " ".join(f"{figure:8.3f}" for figure in figures)
    print(f"  {name:14} {shown}  {note}".rstrip(), flush=True)


def judge(name, binary):
    """Scores one set; gives what does not hold."""
    print(f"{name}: RMSSE, sumRMSSE, SPL")
    found = score(binary, name)[0]
    cover = worst_cover(found)
    figures = [found["RMSSE"], found["sumRMSSE"], found["SPL"]]
    bias = found["bias_pct"]
    line("AUTO", figures, f"bias {bias:+.1f} %, quantiles {max(0, cover):.1f} points off")
    faults = []
    if name in MUST:
        for method in TRIVIAL:
            other = score(binary, "--method", method, name)[0]
            line(method, [other["RMSSE"], other["sumRMSSE"], other["SPL"]])
        for peer, *theirs in PEERS[name]:
            line(peer, theirs, "statsforecast 2.1.1")
        line("must be below", MUST[name])
        labels = ("RMSSE", "sumRMSSE", "SPL")
        faults += [
            f"{label} {ours} is not below {must}"
            for label, ours, must in zip(labels, figures, MUST[name])
            if not ours < must
        ]
    if "OWA" in found:
        print(f"  OWA {found['OWA']:.3f}, must be below {OWA_MUST} (seasonal naive .628)")
        if not found["OWA"] < OWA_MUST:
            faults.append(f"OWA {found['OWA']}")
    if abs(bias) > 10:
        faults.append(f"bias {bias} %")
    if cover > 3:
        faults.append(f"a quantile is {cover:.1f} points off")
    if found["negative"] or found["no_answer"]:
        faults.append(f"{found['negative']} negative, {found['no_answer']} without answer")
    return faults


def cycles(binary):
    """The promise of 95 % over lead times, and what it costs."""
    print("cycle service at 95 %, pasta, 60 origins: achieved, price in past means")
    found = score(binary, "--origins", "60", "--step", "14", "pasta")[0]["cycle95"]
    faults = []
    for days, (achieved, count, price) in found.items():
        print(f"  {days:>3} days  {achieved:5.1f} % of {count}, at {price:.2f}; "
              f"the year's empirical quantile costs {PRICE[days]:.2f}")
        if not 93 <= achieved <= 97:
            faults.append(f"{days} days achieve {achieved} %")
        if not price < PRICE[days]:
            faults.append(f"{days} days cost {price}")
    return faults


def main():
    parser = argparse.ArgumentParser(description="Scores the forecasts on real demand.")
    parser.add_argument("bin", help="the folder of the release binaries")
    parser.add_argument("--set", action="append", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="without cycle service")
    options = parser.parse_args()
    if not SCORER.exists() or not (SHARED / "data" / "forecast").exists():
        print(f"skipped: needs {SCORER} and {SHARED / 'data' / 'forecast'}")
        return 0
    try:
        import numpy  # noqa: F401
    except ImportError:
        print("skipped: the scorer needs numpy (apt-get install python3-numpy)")
        return 0
    binary = Path(options.bin).resolve() / "stowage"
    faults = []
    for name in options.set or ["m4_hourly", *MUST]:
        faults += [f"{name}: {fault}" for fault in judge(name, binary)]
    if not options.quick:
        faults += [f"cycle service: {fault}" for fault in cycles(binary)]
    for fault in faults:
        print(f"DOES NOT HOLD  {fault}")
    print(f"{len(faults)} figures do not hold" if faults else "all figures hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
