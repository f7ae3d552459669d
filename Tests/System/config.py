#!/usr/bin/python3
"""The configuration file is the manual: complete, true to the program, and refused where wrong."""

import json
import re
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from suite import BIN, ROOT, Suite, equal

MANUAL = ROOT / "firmware-config" / "stowage.yaml"
PROFILES = sorted((ROOT / "firmware-config" / "profiles").glob("*.yaml"))
READERS = [
    *sorted((ROOT / "Sources" / "Appliance").rglob("*.swift")),
    ROOT / "Sources" / "Operations" / "Settings" / "SettingTable.swift",
]


def leaves(tree, path=()):
    """The dotted keys of a document with their values."""
    found = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found.update(leaves(value, (*path, key)))
        else:
            found[".".join((*path, key))] = value
    return found


def uncommented(lines):
    """Keys that no comment explains: neither above them, nor above the line before."""
    found = []
    explained = False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            explained = True
        elif not line.strip():
            explained = False
        elif not explained and not line.endswith(":"):
            found.append(number)
    return found


def refused(text):
    """What the program says to a configuration that it must refuse."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stowage.yaml"
        path.write_text(text)
        done = subprocess.run(
            [BIN / "stowage", "init", "--data", folder + "/data", "--config", path],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert not Path(folder, "data", "stowage.db").exists(), "it made a warehouse all the same"
    assert done.returncode == 2, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return done.stderr


def next_daily_job(zone):
    """When the warehouse of that zone runs its job of half past midnight, in the zone's time."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["init", "--data", folder, "--time-zone", zone]
        done = subprocess.run([BIN / "stowage", *words], capture_output=True, text=True, timeout=60)
        equal(done.returncode, 0, f"{zone}: exit code ({done.stderr})")
        words = ["job", "list", "--data", folder, "--json"]
        rows = json.loads(subprocess.check_output([BIN / "stowage", *words], timeout=60))["rows"]
    due = next(row["next"] for row in rows if row["job"] == "daily-aggregates")
    moment = datetime.fromisoformat(due.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
    return moment.strftime("%H:%M")


def main():
    suite = Suite("config")
    manual = leaves(yaml.safe_load(MANUAL.read_text()))
    with suite.test("every key of the manual has a comment"):
        equal(uncommented(MANUAL.read_text().splitlines()), [], "lines without one")
    with suite.test("the program reads every key of the manual, and no other"):
        code = "\n".join(path.read_text() for path in READERS)
        literals = set(re.findall(r'"([a-z-]+(?:\.[a-z-]+)+)"', code))
        groups = {key.split(".")[0] for key in manual}
        equal(sorted(set(manual) - literals), [], "in the manual, and read by nobody")
        extra = {name for name in literals if name.split(".")[0] in groups} - set(manual)
        equal(sorted(extra), [], "read, and not in the manual")
    for path in PROFILES:
        with suite.test(f"the profile {path.stem} names keys of the manual, and only other values"):
            profile = leaves(yaml.safe_load(path.read_text()))
            equal(sorted(set(profile) - set(manual)), [], "unknown keys")
            for key, value in profile.items():
                equal(type(value), type(manual[key]), f"type of {key}")
            assert any(manual[key] != value for key, value in profile.items()), "nothing differs"
    with suite.test("an unknown key is refused, with its line and the one that was meant"):
        said = refused("http:\n  prot: 8480\n")
        assert "line 2" in said and "http.port" in said, said
    with suite.test("a value out of its range is refused by its name"):
        said = refused("putaway:\n  min-support: 7\n")
        assert "putaway.min-support" in said and "7" in said, said
    with suite.test("a value of the wrong kind is refused by its name"):
        said = refused("http:\n  port: eighty\n")
        assert "http.port" in said and "eighty" in said, said
    with suite.test("a broken file is refused"):
        refused("http: [\n")
    with suite.test("every kind of time zone has the hours that this machine's own tables say"):
        # Its rules come from the part of ICU's data that is linked (packaging/icu.py).
        for zone in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati",
                     "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"):
            equal(next_daily_job(zone), "00:30", zone)
    with suite.test("plain HTTP beyond this machine is refused, unless the settings accept it"):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([BIN / "stowage", "init", "--data", folder], check=True, timeout=60)
            done = subprocess.run(
                [BIN / "stowage", "serve", "--data", folder, "--bind", "0.0.0.0", "--port", "0"],
                capture_output=True,
                text=True,
                timeout=60,
            )
            equal(done.returncode, 2, "exit code")
            assert "accept-plain-http" in done.stderr, done.stderr
    suite.finish()


if __name__ == "__main__":
    main()
