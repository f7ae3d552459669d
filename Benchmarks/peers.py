#!/usr/bin/python3
"""AUTO beside statsforecast's AutoETS: the same series, the same machine, one run.

usage: Benchmarks/peers.py BIN_FOLDER [--series N] [--threads N]

Both read the same 1,000 daily series of a year (half of them rare, as in `make bench`) and forecast
90 days with the quantiles that are stored each night. Ours back-tests all candidates for it; theirs
fits AutoETS with its normal intervals. CPU seconds count, since other work on the machine only
lengthens wall time; reading and writing the files is in ours and not in theirs. Their start
(imports) is left out. statsforecast is put into .venv/peers on first use.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv" / "peers"
VERSION = "2.1.1"
LEVELS = "0.01,0.05,0.1,0.2,0.5,0.8,0.9,0.95,0.975,0.99"
LEAST = 50

THEIRS = """
import csv, json, os, resource, sys, time, warnings
warnings.filterwarnings("ignore")
os.environ["NIXTLA_ID_AS_COL"] = "1"
import numpy as np, pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS
rows = list(csv.reader(open(sys.argv[1])))[1:]
frame = pd.concat([pd.DataFrame({"unique_id": r[0], "ds": np.arange(len(r) - 1),
    "y": np.array(r[1:], dtype=float)}) for r in rows])
def cpu():
    return sum(resource.getrusage(w).ru_utime + resource.getrusage(w).ru_stime
               for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
begun, wall = cpu(), time.time()
StatsForecast(models=[AutoETS(season_length=7)], freq=1, n_jobs=int(sys.argv[2])).forecast(
    df=frame, h=90, level=[60, 80, 90, 95, 98])
print(json.dumps({"cpu_s": cpu() - begun, "wall_s": time.time() - wall}))
"""


def venv():
    """The Python that has statsforecast; None where it cannot be had."""
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    wanted = subprocess.run(
        [str(python), "-c", f"import statsforecast as s; assert s.__version__ == '{VERSION}'"],
        capture_output=True,
        check=False,
    )
    if wanted.returncode == 0:
        return python
    print(f"putting statsforecast {VERSION} into {VENV}", flush=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", f"statsforecast=={VERSION}"], check=False
    )
    return python if done.returncode == 0 else None


def figures(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} failed: {done.stderr[-400:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description="AUTO beside AutoETS.")
    parser.add_argument("bin", help="the folder of the release binaries")
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    os.environ["STOWAGE_BIN"] = str(Path(options.bin).resolve())
    sys.path.insert(0, str(ROOT / "Tests" / "System"))
    sys.path.insert(0, str(ROOT / "Benchmarks"))
    sys.dont_write_bytecode = True
    from kernels import demand

    python = venv()
    if python is None:
        print("skipped: statsforecast could not be installed (no network?)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        wide, out, sums = folder / "wide.csv", folder / "out.csv", folder / "sums.csv"
        demand(wide, options.series, 365)
        with open(wide, newline="") as file:
            count = sum(1 for _ in csv.reader(file)) - 1
        print(f"{count} series of 365 days, horizon 90, {options.threads} threads")
        ours = figures(
            [Path(options.bin) / "stowage", "engine", "forecast", "--input", wide, "--horizon", 90,
             "--season", 7, "--quantiles", LEVELS, "--cumulative", "7,14,28", "--output", out,
             "--cumulative-output", sums, "--threads", options.threads, "--json"]
        )
        print(f"  AUTO     {ours['cpu_s']:8.2f} CPU s {ours['wall_s']:8.2f} s", flush=True)
        program = folder / "theirs.py"
        program.write_text(THEIRS)
        theirs = figures([python, program, wide, options.threads])
    print(f"  AutoETS  {theirs['cpu_s']:8.2f} CPU s {theirs['wall_s']:8.2f} s")
    by_cpu = theirs["cpu_s"] / max(ours["cpu_s"], 1e-9)
    by_wall = theirs["wall_s"] / max(ours["wall_s"], 1e-9)
    print(f"  {by_cpu:.0f} times by CPU, {by_wall:.0f} times by wall; at least {LEAST} wanted")
    return 0 if max(by_cpu, by_wall) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
