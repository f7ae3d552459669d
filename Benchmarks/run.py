#!/usr/bin/python3
"""Measures Stowage on this machine, and prints each figure beside its budget.

usage: Benchmarks/run.py BIN_FOLDER [--only NAME]... [--full] [--json FILE]

A figure over its budget is marked and does not fail the run: machines differ, and a durable figure
says little without the disk's own sync time, which is printed first. A measurement that does not
work at all ends the run with 1.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "System"))
sys.dont_write_bytecode = True

from figures import Report, percentile  # noqa: E402


def disk(report, folder):
    """How long this disk takes to make a page durable."""
    times = []
    with open(Path(folder) / "sync", "wb") as file:
        for _ in range(300):
            file.write(os.urandom(4096))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(1000 * (time.perf_counter() - begun))
    report.add("fdatasync of 4 KiB, p50", percentile(times, 0.5), "ms")
    report.add("fdatasync of 4 KiB, p99", percentile(times, 0.99), "ms")


def main():
    parser = argparse.ArgumentParser(description="Measures Stowage.")
    parser.add_argument("bin", help="the folder of the release binaries")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--json", metavar="FILE", help="also write the figures there")
    parser.add_argument("--full", action="store_true", help="all public instances: an hour")
    options = parser.parse_args()
    if options.full:
        os.environ["STOWAGE_BENCH_FULL"] = "1"
    os.environ["STOWAGE_BIN"] = str(Path(options.bin).resolve())
    # After the binaries' folder is known.
    import beep
    import day
    import kernels
    import packing_peers
    import large
    import mixed
    import served
    import stations
    import catch_up
    import wire

    parts = {
        "disk": disk,
        "size": kernels.size,
        "packing": kernels.packing,
        "packing-peers": packing_peers.peers,
        "forecast": kernels.forecast,
        "start": served.start,
        "putaway": served.putaway,
        "mixed": mixed.mixed,
        "day": day.day,
        "import": served.demand,
        "beep": beep.beep,
        "large": large.large,
        "stations": stations.stations,
        "wire": wire.wire,
        "uplink": catch_up.uplink,
    }
    unknown = set(options.only or []) - set(parts)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    report, failed = Report(), 0
    print(f"{os.cpu_count()} cores")
    for name, part in parts.items():
        if options.only and name not in options.only:
            continue
        print(name)
        with tempfile.TemporaryDirectory() as folder:
            try:
                part(report, Path(folder))
            except Exception as error:  # one part that fails must not hide the others
                failed += 1
                print(f"  FAILED: {error}", flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(report.rows, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
