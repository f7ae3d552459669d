#!/usr/bin/python3
"""Keeps a served demo plant busy, kills it again and again, and looks whether anything was lost.

usage: Benchmarks/soak.py BIN_FOLDER [--minutes 10] [--seed 1] [--connections 8] [--kill-every 45]

Every confirm that was answered is asked for after each restart: it must be there. The ledger must
explain the stock (`stowage doctor`). Memory is printed each time; it must not grow with the work.
Ends with 1 as soon as something is wrong, and keeps the data folder then.
"""

import argparse
import http.client
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "System"))
sys.dont_write_bytecode = True


class Crew:
    """People at work: each takes a lot, asks for a place, and confirms, overrides or rejects."""

    def __init__(self, plant, seed, connections):
        self.plant, self.seed, self.connections = plant, seed, connections
        self.lock = threading.Lock()
        self.confirmed, self.faults, self.counts = {}, [], {}
        self.stopping = threading.Event()

    def work(self, number, round_number):
        from appliance import Refused

        source = random.Random(f"{self.seed}/{round_number}/{number}")
        while not self.stopping.is_set():
            client = self.plant.client()
            try:
                self.shift(client, source, f"{round_number}-{number}-{source.randrange(10**9)}")
            except Refused as fault:
                if fault.status >= 500 and fault.status != 503:
                    self.faults.append(str(fault))
                self.count(f"answer {fault.status}")
            except (OSError, http.client.HTTPException):
                # It was killed in the middle: what was not answered may be there or not.
                self.count("cut off")
                if self.stopping.wait(0.2):
                    return
            finally:
                client.close()

    def shift(self, client, source, tag):
        materials = client.get("/api/v1/materials?limit=500")["rows"]
        lines = [
            {"material": source.choice(materials)["code"], "quantity": source.randrange(1, 4),
             "lot": f"S-{tag}-{line}"}
            for line in range(10)
        ]
        receipt = client.post("/api/v1/receipts", {"number": f"S-{tag}", "lines": lines})
        answer = client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 20})
        tasks = [task for line in answer["lines"] for task in line["recommendations"]]
        for task in tasks:
            if self.stopping.is_set():
                return
            path = f"/api/v1/putaway/recommendations/{task['id']}"
            if source.random() < 0.1:
                client.post(path + "/reject", {"reason": "BLOCKED"})
                self.count("rejected")
                continue
            client.post(path + "/confirm", {"location": task["location"]})
            with self.lock:
                self.confirmed[task["id"]] = task["location"]
            self.count("confirmed")

    def count(self, word):
        with self.lock:
            self.counts[word] = self.counts.get(word, 0) + 1


def look(plant, crew, source):
    """What must hold after a restart."""
    client = plant.client()
    known = list(crew.confirmed.items())
    # All of the newest, and a sample of the older ones.
    older = known[:-500]
    for task, location in known[-500:] + source.sample(older, min(200, len(older))):
        found = client.get(f"/api/v1/putaway/recommendations/{task}")
        assert found["status"] == "CONFIRMED", f"the confirm of {task} was answered, and is lost"
    plant.command("doctor")
    assert not crew.faults, f"{len(crew.faults)} faults, the first: {crew.faults[0]}"


def main():
    parser = argparse.ArgumentParser(description="Soaks a demo plant.")
    parser.add_argument("bin")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--kill-every", type=float, default=45, metavar="S")
    options = parser.parse_args()
    os.environ["STOWAGE_BIN"] = str(Path(options.bin).resolve())
    from appliance import Appliance

    folder = Path(tempfile.mkdtemp(prefix="stowage-soak-"))
    plant = Appliance(folder / "data")
    plant.command("demo")
    crew = Crew(plant, options.seed, options.connections)
    source = random.Random(options.seed)
    end, round_number = time.monotonic() + 60 * options.minutes, 0
    print(f"seed {options.seed}, data in {folder}", flush=True)
    try:
        plant.start()
        while time.monotonic() < end:
            round_number += 1
            crew.stopping.clear()
            threads = [
                threading.Thread(target=crew.work, args=(number, round_number))
                for number in range(options.connections)
            ]
            for thread in threads:
                thread.start()
            time.sleep(min(options.kill_every * source.uniform(0.5, 1.5), end - time.monotonic()))
            memory = plant.memory_mb()
            plant.kill()
            crew.stopping.set()
            for thread in threads:
                thread.join()
            seconds = plant.start()
            look(plant, crew, source)
            counts = ", ".join(f"{number:,} {word}" for word, number in sorted(crew.counts.items()))
            print(
                f"round {round_number}: {counts}; {memory:.0f} MB before the kill, "
                f"up again in {seconds:.2f} s; nothing lost",
                flush=True,
            )
        code = plant.stop()
        assert code == 0, f"the stop ended with {code}"
    except AssertionError as fault:
        print(f"WRONG: {fault}\nThe data is in {folder}.", flush=True)
        return 1
    finally:
        crew.stopping.set()
        plant.kill()
    shutil.rmtree(folder)
    print(f"{round_number} kills, {len(crew.confirmed):,} confirms, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
