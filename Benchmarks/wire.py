"""The wire: reads by load generators around the numbers that matter, crowds, slow clients.

`wrk` (Debian's) shares the machine with the server, and is in each figure. Where it is missing the
rates are left out, and the report says so.
"""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from appliance import Appliance
from crowds import SlowBodies, SlowHeads, SlowReaders, raw_get
from figures import percentile

LOCATION = "/api/v1/locations"


def wire(report, folder):
    plant = Appliance(folder / "demo")
    plant.command("demo")
    with plant:
        client = plant.client()
        code = client.get(f"{LOCATION}?limit=1")["rows"][0]["code"]
        rates(report, plant, f"{LOCATION}/{code}")
        # The one above has been idle for too long by now.
        tasks = open_tasks(plant.client(), 1_500)
        crowd(report, plant, tasks[:300], f"{LOCATION}/{code}")
        for at, attack in enumerate((SlowHeads, SlowBodies, SlowReaders)):
            slow(report, plant, attack, tasks[300 + 300 * at:600 + 300 * at])


def wrk(plant, path, connections, seconds=5):
    """Requests a second of one GET over so many connections; fails on any other answer."""
    fields = [part for name, value in getattr(plant, "headers", lambda: {})().items()
              for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", *fields,
         f"http://127.0.0.1:{plant.port}{path}"],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout
    assert "Non-2xx" not in done, done
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done)
    scale = {"us": 0.001, "ms": 1, "s": 1_000}[p99[2]]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1]), float(p99[1]) * scale


def rates(report, plant, path):
    if not shutil.which("wrk"):
        print("  wrk is not installed: no rates (apt-get install wrk)")
        return
    wrk(plant, path, 16, 1)
    before = cpu_seconds(plant)
    runs = [wrk(plant, path, 64) for _ in range(2)]
    spent = cpu_seconds(plant) - before
    base, p99 = max(runs)
    # Says more than the rate where other work shares the machine.
    report.add("CPU of the server for one GET", 1e6 * spent / sum(5 * run[0] for run in runs), "us")
    report.add("GET of one location, warm, 64 connections", base, "/s", ("at least", 40_000))
    report.add("GET of one location, 64 connections, p99", p99, "ms")
    for connections in (127, 128, 129, 180):
        rate, p99 = max(wrk(plant, path, connections, 3) for _ in range(2))
        report.add(f"the same, {connections} connections", rate, "/s", ("at least", base / 2))


def cpu_seconds(plant):
    """CPU time that the server has used, in seconds."""
    fields = Path(f"/proc/{plant.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_tasks(client, count):
    """Recommendations that wait for their confirm, of goods of which many fit into a location."""
    from served import small_goods

    tasks, goods, number = [], small_goods(client), 0
    while len(tasks) < count:
        lines = [{"material": goods[at % len(goods)][0], "quantity": goods[at % len(goods)][1],
                  "lot": f"W-{number}-{at}"} for at in range(50)]
        receipt = client.post("/api/v1/receipts", {"number": f"WIRE-{number}", "lines": lines})
        plan = client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
        tasks += [task for line in plan["lines"] for task in line["recommendations"]]
        number += 1
    return tasks


def confirm_each(plant, tasks, pause=0.005):
    """Confirms one task after the other as a scanner does; gives the times in milliseconds."""
    import http.client

    client, times = plant.client(), []
    for task in tasks:
        begun = time.perf_counter()
        path = f"/api/v1/putaway/recommendations/{task['id']}/confirm"
        try:
            client.post(path, {"location": task["location"]}, key=f"W-{task['id']}")
        except http.client.HTTPException:
            client = plant.client()
            client.post(path, {"location": task["location"]}, key=f"W-{task['id']}")
        times.append(1000 * (time.perf_counter() - begun))
        time.sleep(pause)
    return times


def crowd(report, plant, tasks, path):
    """300 connections: 290 ask for what can wait, again and again; ten confirm."""
    stopping, statuses = threading.Event(), {}

    def ask():
        lines = []
        while not stopping.is_set():
            while len(lines) < 290:
                line = socket.create_connection(("127.0.0.1", plant.port), timeout=30)
                lines.append(line)
            for line in lines:
                try:
                    line.sendall(raw_get(path, plant))
                except OSError:
                    pass
            kept = []
            for line in lines:
                try:
                    told = line.recv(65_536)
                except OSError:
                    told = b""
                status = told[9:12].decode() or "closed"
                statuses[status] = statuses.get(status, 0) + 1
                if told and b"\r\nConnection: close" not in told:
                    kept.append(line)
                else:
                    line.close()
            lines = kept
            stopping.wait(0.05)
        for line in lines:
            line.close()

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(1)
    shares, times = [tasks[number::10] for number in range(10)], []
    workers = [threading.Thread(target=lambda share=share: times.extend(confirm_each(plant, share)))
               for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    stopping.set()
    thread.join()
    assert len(times) == len(tasks), f"{len(times)} of {len(tasks)} confirms were answered"
    report.add("confirm among 300 connections, p50", percentile(times, 0.5), "ms")
    report.add("confirm among 300 connections, p99", percentile(times, 0.99), "ms", 100)
    report.add("reads answered 503 meanwhile", statuses.get("503", 0), "")
    report.add("reads answered 200 meanwhile", statuses.get("200", 0), "")


def slow(report, plant, attack, tasks):
    """A scanner confirms while 200 clients are slow."""
    with attack(plant, 200) as attackers:
        times = confirm_each(plant, tasks, pause=0.02)
        attackers.check()
    report.add(f"confirm while 200 clients are slow ({attack.NAME}), p99",
               percentile(times, 0.99), "ms", 100)
