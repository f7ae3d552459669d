#!/usr/bin/python3
"""What monitoring reads: the metrics' format, and rules that name only what is exported."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from stowage_box import Box, Hub
from suite import ROOT, Skip, Suite, equal

RULES = ROOT / "packaging" / "monitoring" / "stowage-rules.yaml"
LINE = re.compile(r'([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)')
# What PromQL itself brings into an expression.
WORDS = {
    "abs", "by", "histogram_quantile", "min", "rate", "sum", "time", "up", "facility", "check",
    "le", "job", "status",
}


def exported(text):
    """The metric names with their kinds; fails on a line that is no line of the text format."""
    kinds, helped, series = {}, set(), {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            kinds[name] = kind
        elif line.startswith("# HELP "):
            helped.add(line.split(" ")[2])
        elif line and not line.startswith("#"):
            found = LINE.fullmatch(line)
            assert found, f"no line of the text format: {line}"
            float(found[3].replace("+Inf", "inf"))
            assert found[1] + (found[2] or "") not in series, f"twice: {line}"
            series[found[1] + (found[2] or "")] = float(found[3].replace("+Inf", "inf"))
    equal(set(kinds), helped, "names with a type and with a help")
    for full in series:
        name = full.split("{")[0]
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in kinds or kinds.get(base) == "histogram", f"no type: {name}"
    return kinds, series


def buckets(series):
    """Histograms: cumulative, and the last bucket equals the count."""
    groups = {}
    for full, value in series.items():
        found = re.fullmatch(r'(\w+)_bucket\{(.*?),?le="([^"]+)",?\}', full)
        if found:
            bound = float(found[3].replace("+Inf", "inf"))
            groups.setdefault((found[1], found[2].rstrip(",")), []).append((bound, value))
    for (name, labels), found in groups.items():
        values = [value for _, value in sorted(found)]
        equal(values, sorted(values), f"buckets of {name}")
        count = series[f"{name}_count" + (f"{{{labels}}}" if labels else "")]
        equal(values[-1], count, f"last bucket of {name}")
    return groups


def used(rules):
    """The names of metrics in the expressions of the rules."""
    names = set()
    for group in rules["groups"]:
        for rule in group["rules"]:
            bare = re.sub(r'"[^"]*"|\[\w+\]|\{[^}]*\}', " ", rule["expr"])
            names |= set(re.findall(r"[a-z_]\w*", bare)) - WORDS
    return names


def worked(plant):
    """The metrics of a box that has done everything once; some appear with their first event."""
    client = plant.client()
    material = client.get("/api/v1/materials?limit=1")["rows"][0]["code"]
    line = {"material": material, "quantity": 1, "lot": "M-1"}
    receipt = client.post("/api/v1/receipts", {"number": "M-1", "lines": [line]})
    client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
    for job in ("utilization-refresh", "forecast", "replenishment"):
        plant.command("job", "run", job)
    plant.command("sync", "run")
    # The jobs may take longer than an idle connection is kept.
    return plant.client().exchange("GET", "/metrics")[1]


def main():
    suite = Suite("monitoring")
    rules = yaml.safe_load(RULES.read_text())
    with tempfile.TemporaryDirectory() as folder, Hub(Path(folder) / "hub") as hub:
        plant = Box(Path(folder) / "data", hub=hub)
        plant.command("demo")
        with plant:
            body = worked(plant)
            with suite.test("the metrics are in Prometheus' text format"):
                kinds, series = exported(body.decode())
                assert buckets(series), "no histogram"
                for name, kind in kinds.items():
                    equal(name.endswith("_total"), kind == "counter", f"ending of {name}")
            with suite.test("the rules name only metrics that are exported"):
                suite.needs("the metrics are in Prometheus' text format")
                plain = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used(rules)}
                equal(sorted(plain - set(kinds)), [], "not exported")
            with suite.test("the rules name only labels and checks that are exported"):
                checks = set(re.findall(r'health_status\{[^}]*check="(\w+)"', body.decode()))
                named = set()
                for found in re.findall(r'check=~?"([^"]+)"', RULES.read_text()):
                    named |= set(found.split("|"))
                equal(sorted(named - checks), [], "no such check")
                assert re.search(r'http_requests_total\{[^}]*status="200"', body.decode()), "status"
    with suite.test("every alert says how bad it is, and what to do"):
        for group in rules["groups"]:
            for rule in group["rules"]:
                assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
                assert rule["annotations"]["summary"] and rule["annotations"]["action"]
    with suite.test("promtool accepts the rules"):
        if not shutil.which("promtool"):
            raise Skip("needs promtool (Debian package prometheus)")
        subprocess.run(["promtool", "check", "rules", RULES], check=True)
    suite.finish()


if __name__ == "__main__":
    main()
