"""The wire: reads by load generators around the numbers that matter, crowds, slow clients.

`wrk` and `slowhttptest` (Debian's) share the machine with the server, and are in each figure. Where
one is missing its part is left out, and the report says so.
"""

import shutil
import subprocess
import threading
import time

import wrk
from appliance import Appliance
from crowds import SlowBodies, SlowHeads, SlowReaders
from work import check_confirmed, confirm, open_tasks

LOCATION = "/api/v1/locations"


def wire(report, folder):
    if not wrk.is_there():
        return
    plant = Appliance(folder / "demo")
    plant.command("demo")
    with plant:
        client = plant.client()
        path = f"{LOCATION}/{client.get(f'{LOCATION}?limit=1')['rows'][0]['code']}"
        rates(report, plant, path)
        # The one above has been idle for too long by now.
        tasks = open_tasks(plant.client(), 4_000)
        crowd(report, plant, tasks[:2_000], path)
        for at, attack in enumerate((SlowHeads, SlowBodies, SlowReaders)):
            with attack(plant, 200) as attackers:
                scan(report, plant, tasks[2_000 + 300 * at:2_300 + 300 * at], attack.NAME)
                attackers.check()
        slow_tool(report, plant, tasks[2_900:])


def rates(report, plant, path, runs=2):
    headers = plant.headers()
    wrk.get(plant.port, path, 16, 1, headers)
    before = plant.cpu_seconds()
    found = [wrk.get(plant.port, path, 64, headers=headers) for _ in range(runs)]
    spent = plant.cpu_seconds() - before
    base, p99 = max(found)
    # Says more than the rate where other work shares the machine.
    report.add("CPU of the server for one GET", 1e6 * spent / sum(5 * run[0] for run in found), "us")
    report.add("GET of one location, warm, 64 connections", base, "/s", ("at least", 40_000))
    report.add("GET of one location, 64 connections, p99", p99, "ms")
    for connections in (127, 128, 129, 180):
        rate, _ = max(wrk.get(plant.port, path, connections, 3, headers) for _ in range(runs))
        report.add(f"the same, {connections} connections", rate, "/s", ("at least", base / 2))


def crowd(report, plant, tasks, path, readers=290, scanners=10):
    """300 connections: 290 ask ten times a second for what can wait; ten confirm."""
    reads = wrk.Load(plant.port, readers, 12, path, plant.headers(), pause=100)
    time.sleep(1)
    requests = [confirm(task, plant) for task in tasks]
    load = wrk.Once(plant.port, requests, scanners, pause=5)
    _, p50, p99, worst = load.figures()
    asked, refused = wrk.crowd_figures(reads.told())
    check_confirmed(plant.client(), tasks)
    report.add("confirm among 300 connections, p50", p50, "ms")
    report.add("confirm among 300 connections, p99", p99, "ms", 100)
    report.add("confirm among 300 connections, worst", worst, "ms")
    report.add("reads answered 503 meanwhile", refused, "")
    report.add("reads answered 200 meanwhile", asked - refused, "")


def scan(report, plant, tasks, name):
    """A scanner confirms, fifty times a second, while 200 clients are slow."""
    requests = [confirm(task, plant) for task in tasks]
    _, _, p99, _ = wrk.Once(plant.port, requests, 1, pause=15).figures()
    report.add(f"confirm while 200 clients are slow ({name}), p99", p99, "ms", 100)


def slow_tool(report, plant, tasks):
    """The same beside the tool that the attacks are named after."""
    if not shutil.which("slowhttptest"):
        print("  slowhttptest is not installed: left out (apt-get install slowhttptest)")
        return
    attacks = {"head": ("-H",), "body": ("-B", "-s", "100000"),
               "read": ("-X", "-w", "1", "-y", "10", "-n", "1", "-z", "10", "-k", "8")}
    share = len(tasks) // len(attacks)
    for at, (name, words) in enumerate(attacks.items()):
        path = "/openapi.json" if name == "read" else "/api/v1/devices/pair"
        attack = Again(
            ["slowhttptest", "-c", "200", "-r", "200", "-i", "1", "-l", "60", *words,
             "-u", f"http://127.0.0.1:{plant.port}{path}"])
        with attack:
            time.sleep(2)
            scan(report, plant, tasks[at * share:(at + 1) * share], f"slowhttptest, {name}")
        report.add(f"  runs of it until then ({name})", attack.runs, "")


class Again:
    """A program that is started again whenever it ends: attackers who were turned away come back."""

    def __init__(self, words):
        self.words, self.runs, self.stopping = words, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stopping.is_set():
            attack = subprocess.Popen(
                self.words, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
            self.runs += 1
            while attack.poll() is None and not self.stopping.wait(0.1):
                pass
            if attack.poll() is None:
                attack.terminate()
            attack.wait()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
