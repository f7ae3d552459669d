#!/usr/bin/python3
"""Runs every test of Stowage and ends with one line: `N passed, N failed`.

usage: Tests/run.py [--list] [--only NAME]...

The steps stand in STEPS below, in the order in which they run. There are three kinds:

  build   must succeed, or the steps after it are not run and count as failed
  check   one test: passes when the command ends with 0
  swift   `swift test`; its results are read from the report that Swift Testing writes
  suite   a script of Tests/System; its last line is `N passed, N failed` (and may add
          `, N skipped`). It finds the release binaries' folder in STOWAGE_BIN.

Nothing can be left out unseen: a script in Tests/System that is not listed here is a failure, so
is a suite that counts no test, one that dies, and one that takes longer than its time.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYSTEM = ROOT / "Tests" / "System"
IMPORTS = ["--explicit-target-dependency-import-check", "error"]
# With make's own flags: nothing must be compiled twice because a flag differs.
RELEASE = ["make", "--no-print-directory", "release"]
# A line with which a suite tells of a failure, and how many of them are said again at the end.
FAILED = re.compile(r"FAILED\b")
REASONS = 40
LINT = ["swift", "format", "lint", "--strict", "--parallel", "--recursive"]


@dataclass(frozen=True)
class Step:
    """One thing to run: what it is called, how, and how long it may take."""

    name: str
    kind: str
    command: list
    limit_s: int


def system(script, limit_s=300):
    return Step(script, "suite", [str(SYSTEM / script)], limit_s)


STEPS = [
    Step("format", "check", [*LINT, "Package.swift", "Sources", "Tests"], 300),
    Step("debug build", "build", ["swift", "build", "--build-tests", *IMPORTS], 1800),
    Step("unit tests", "swift", ["swift", "test", "--skip-build", "--disable-xctest"], 1200),
    Step("release build", "build", RELEASE, 1800),
    system("runner.py"),
    system("config.py"),
    system("engines.py", 600),
    system("odd_packing.py"),
    system("access.py"),
    system("bad_input.py"),
    system("schema_fuzz.py", 600),
    system("printing.py"),
    system("demo.py"),
    system("main_job.py", 600),
    system("pages.py", 900),
    system("crash.py"),
    system("fleet.py"),
    system("listening.py", 600),
    system("sync.py"),
    system("uplink.py"),
    system("directives.py"),
    system("hub_fleet.py", 600),
    system("hub_cluster.py", 600),
    system("monitoring.py"),
    system("deb.py", 900),
]


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    # What failed, in the words of its step: said again at the end, where it is looked for.
    reasons: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def say(text):
    print(text, flush=True)


def run(step, extra=(), keep=False):
    """Runs a command in its own process group; gives (exit code, output). Echoes as it comes."""
    environment = dict(os.environ, STOWAGE_BIN=str(ROOT / ".build" / "release"))
    environment.setdefault("NO_COLOR", "1")
    child = subprocess.Popen(
        [*step.command, *extra],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    lines = []
    reader = threading.Thread(target=collect, args=(child.stdout, lines, not keep))
    reader.start()
    try:
        code = child.wait(step.limit_s)
    except subprocess.TimeoutExpired:
        say(f"{step.name}: over its {step.limit_s} s, stopped")
        code = -signal.SIGKILL
    finally:
        # Also what a suite left running, or it would disturb the next one.
        end_group(child)
    reader.join()
    return code, "".join(lines)


def collect(stream, lines, echo):
    for raw in stream:
        lines.append(raw.decode("utf-8", "replace"))
        if echo:
            sys.stdout.write(lines[-1])
            sys.stdout.flush()


def end_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run_check(step):
    code, _ = run(step)
    return Tally(passed=1) if code == 0 else Tally(failed=1)


def run_swift(step):
    """Counts from the XML report; a run that died before it wrote one is one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code, output = run(step, ["--xunit-output", str(report)], keep=True)
        tally = read_reports(Path(folder))
    noise = re.compile(r"^. (Test|Suite) .*(started\.|passed after)")
    say("\n".join(line for line in output.splitlines() if not noise.match(line)))
    tally.reasons = [line for line in output.splitlines() if line.startswith("✘ Test ")]
    if code != 0 and tally.failed == 0:
        say(f"{step.name}: ended with {code}, and no failed test says why")
        tally.failed = 1
    return tally


def read_reports(folder):
    tally = Tally()
    for path in sorted(folder.glob("*.xml")):
        try:
            root = xml.etree.ElementTree.parse(path).getroot()
        except xml.etree.ElementTree.ParseError:
            continue
        for case in root.iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                tally.failed += 1
            elif case.find("skipped") is not None:
                tally.skipped += 1
            else:
                tally.passed += 1
    return tally


def run_suite(step):
    code, output = run(step)
    last = [line for line in output.splitlines() if line.strip()][-1:] or [""]
    found = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", last[0].strip())
    if not found:
        say(f"{step.name}: its last line does not count its tests")
        return Tally(failed=1)
    tally = Tally(*(int(part or 0) for part in found.groups()))
    tally.reasons = [f"{step.name}: {line}" for line in output.splitlines() if FAILED.match(line)]
    if tally.passed + tally.failed + tally.skipped == 0:
        say(f"{step.name}: it ran nothing")
        tally.failed = 1
    if code != 0 and tally.failed == 0:
        say(f"{step.name}: ended with {code}, though it counts no failure")
        tally.failed = 1
    return tally


def unlisted():
    """Scripts of Tests/System that no step runs."""
    listed = {step.name for step in STEPS if step.kind == "suite"}
    scripts = {path.name for path in SYSTEM.glob("*.*") if os.access(path, os.X_OK)}
    return sorted(scripts - listed)


def run_all(steps):
    total, times, broken = Tally(), [], None
    for step in steps:
        if broken:
            say(f"== {step.name}: not run, {broken} failed")
            total.failed += 1
            continue
        say(f"== {step.name}")
        begun = time.monotonic()
        if step.kind == "build":
            code, _ = run(step)
            tally = Tally() if code == 0 else Tally(failed=1)
            broken = None if code == 0 else step.name
        else:
            tally = {"check": run_check, "swift": run_swift, "suite": run_suite}[step.kind](step)
        total.add(tally)
        times.append((step, tally, time.monotonic() - begun))
    say("\n== result")
    for step, tally, seconds in times:
        verdict = ("done" if not tally.failed else "failed") if step.kind == "build" else str(tally)
        say(f"{step.name:16} {seconds:7.1f} s  {verdict}")
    for reason in total.reasons[:REASONS]:
        say(reason)
    if len(total.reasons) > REASONS:
        say(f"... and {len(total.reasons) - REASONS} more, above")
    return total


def main():
    parser = argparse.ArgumentParser(description="Runs the tests of Stowage.")
    parser.add_argument("--list", action="store_true", help="print the steps and stop")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this step alone")
    options = parser.parse_args()
    if options.list:
        for step in STEPS:
            say(f"{step.kind:6} {step.name}")
        return 0
    steps = [step for step in STEPS if not options.only or step.name in options.only]
    if len(steps) != len(options.only or STEPS):
        parser.error("no such step; --list names them")
    total = run_all(steps)
    for script in unlisted():
        say(f"Tests/System/{script} is no step of Tests/run.py, so nothing runs it")
        total.failed += 1
    if total.passed + total.failed == 0 and not all(step.kind == "build" for step in steps):
        say("nothing ran")
        total.failed = 1
    if total.skipped:
        say(f"{total.skipped} skipped")
    say(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
