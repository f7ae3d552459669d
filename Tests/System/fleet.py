#!/usr/bin/python3
"""Fifty scanners that are often out of reach, on a box that dies again and again.

Each scanner does its shift with a clock that is hours off, and keeps what it did in a queue. The
queue goes out in lists and one by one; answers are cut off, deliveries come twice and in the wrong
order, the box is killed in between. At the end every operation took effect exactly once, the stock
is what the model says, each scanner's operations stand in the ledger in its own order, and the
conflicts are exactly those that the model expects.

`OPERATIONS=N` sets how many (SOAK=1: 100,000). The seed is printed; `SEED=N` sets it.
"""

import collections
import datetime
import http.client
import os
import random
import tempfile
import threading
import time
import uuid
from pathlib import Path

from stowage_box import Box, explain, milli, parse
from suite import Suite, equal

SCANNERS = 50
SEED = int(os.environ.get("SEED", "11"))
OPERATIONS = int(
    os.environ.get("OPERATIONS", "100000" if int(os.environ.get("SOAK", "0")) else "2000")
)
LOTS, TASKS = 2, 4
DOCKS = ["DOCK-1", "DOCK-2", "DOCK-3"]
FACT, INTENT = "fact", "intent"


def text(moment):
    """A moment as RFC 3339, from seconds since the epoch."""
    made = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    return made.strftime("%Y-%m-%dT%H:%M:%S.") + f"{made.microsecond // 1000:03d}Z"


class Operation:
    """One thing that a scanner did, what must come of it, and what came of it."""

    def __init__(self, scanner, kind, path, body, expected, at):
        self.key, self.kind, self.path = str(uuid.uuid4()), kind, path
        self.expected, self.at = expected, at
        self.sequence = scanner.sequence = scanner.sequence + 1
        self.body = {**body, "client_sequence": self.sequence, "device": scanner.name}
        self.body["occurred_at"] = text(at + scanner.skew)
        if kind == FACT:
            self.body["id"] = str(uuid.uuid4())
        self.statuses = []

    @property
    def item(self):
        return {
            "id": self.key,
            "client_sequence": self.sequence,
            "href": self.path,
            "body": self.body,
        }

    @property
    def status(self):
        return self.statuses[-1] if self.statuses else None


class Scanner:
    """A device with a queue, a clock that is off, and a bad network."""

    def __init__(self, number, plant, model):
        self.name, self.plant, self.model = f"scanner-{number}", plant, model
        self.random = random.Random(f"{SEED}/{number}")
        self.skew = self.random.uniform(-9, 9) * 3600
        self.sequence, self.operations, self.faults = 0, [], []
        self.acknowledged = 0
        self.counts = collections.Counter()

    def add(self, *words):
        self.operations.append(Operation(self, *words))

    def left(self):
        """What the box has not said to have taken; a gap in the numbers would be refused."""
        return self.operations[self.acknowledged :]

    # How it delivers.

    def batch(self, client, operations, cut=False):
        """Sends a list; gives its status, or None where the answer was cut off."""
        body = {
            "device": self.name,
            "sent_at": text(time.time() + self.skew),
            "after": operations[0].sequence - 1,
            "operations": [one.item for one in operations],
        }
        if cut:
            client.connection.getresponse = self.hang_up
        answer = client.send("POST", "/api/v1/operations", body)
        if answer.status == 409:
            return 409
        assert answer.status == 200, f"{answer.status} {answer.body[:400]}"
        said = parse(answer.body)
        for one, result in zip(operations, said["results"], strict=True):
            equal(result["id"], one.key, "the order of the answers")
            taken = self.take(one, result["status"], result["body"])
            # More may be taken already, but its answers were lost: those are asked for again. One
            # that was answered by itself counts only when a list with it was taken: the box may
            # have died before it noted the number.
            if taken and one.sequence == self.acknowledged + 1:
                self.acknowledged += 1
        return 200

    def single(self, client, one):
        """Sends an operation by itself, as a scanner in reach does."""
        headers = {"X-Client-Time": text(time.time() + self.skew)}
        answer = client.send("POST", one.path, one.body, key=one.key, headers=headers)
        self.take(one, answer.status, parse(answer.body))

    def take(self, one, status, body):
        """Notes an answer; False where the box said that it has not come to this one."""
        # Another delivery of the same operation is being worked on: it is not answered yet.
        if status in (429, 500, 503) or (status == 409 and body["code"] == "in_progress"):
            self.counts["not taken"] += 1
            assert status != 500, body
            return False
        one.statuses.append(status)
        return True

    @staticmethod
    def hang_up():
        raise OSError("the network is gone")

    def work(self):
        """Delivers the queue until all of it is answered."""
        client = self.plant.client()
        source = self.random
        while left := self.left():
            some = left[: source.randint(1, 40)]
            drawn = source.random()
            try:
                if drawn < 0.10 and len(left) > len(some):
                    # The later list comes first: the box sees the gap and takes nothing, unless
                    # it has the earlier one already and only its answer was lost.
                    refused = self.batch(client, left[len(some) :][:5]) == 409
                    self.counts["wrong order" + ("" if refused else ", no gap")] += 1
                elif drawn < 0.25:
                    self.counts["cut off"] += 1
                    self.batch(client, some, cut=True)
                elif drawn < 0.35:
                    self.counts["twice"] += 1
                    self.batch(client, some)
                    self.batch(client, some)
                elif drawn < 0.45:
                    self.counts["by itself"] += 1
                    self.single(client, some[0])
                    self.batch(client, some)
                elif drawn < 0.50:
                    time.sleep(source.uniform(0, 0.2))
                else:
                    self.batch(client, some)
            except (OSError, http.client.HTTPException):
                client.close()
                time.sleep(source.uniform(0.005, 0.05))
                client = self.plant.client()
            except AssertionError as fault:
                self.faults.append(f"{self.name}: {fault}")
                return
        client.close()


class Model:
    """What the warehouse must look like, added up from what was done."""

    def __init__(self):
        self.stock = collections.defaultdict(int)
        self.contested = collections.defaultdict(list)
        self.facts = {}


def furnish(client, count):
    """Lots for every scanner on the docks, and tasks for some of them."""
    goods = [
        row
        for row in client.rows("/api/v1/materials")
        if not row["hazard_class"] and row["temperature_zone"] == "AMBIENT"
        and row["base_unit"] in ("SHEET", "EACH", "CARTON", "PACK") and not row["shelf_life_days"]
    ]
    lots, tasks = [], []
    for number in range(count):
        lines = []
        for line in range(LOTS + TASKS):
            row = goods[(number * (LOTS + TASKS) + line) % len(goods)]
            unit = milli(row["handling_unit_quantity"]) // 1000
            lines.append(
                {
                    "material": row["code"],
                    "quantity": unit if line >= LOTS else unit * 40,
                    "lot": f"F{number}-{line}",
                }
            )
        body = {"number": f"FLEET-{number}", "dock": DOCKS[number % 3], "lines": lines}
        answer = client.send("POST", "/api/v1/receipts", {**body, "arrived": False})
        assert answer.status == 201, answer.body[:300]
        # It came before the shift began: a count of the shift must not be older than the goods.
        path = f"/api/v1/receipts/{parse(answer.body)['id']}/arrive"
        came = client.send("POST", path, {"occurred_at": text(time.time() - 12 * 3600)})
        assert came.status == 200, came.body[:300]
        receipt = parse(came.body)
        own = receipt["lines"][:LOTS]
        lots.append([(line["lot"], receipt["dock"], milli(line["quantity"])) for line in own])
        mine = []
        for line in receipt["lines"][LOTS:]:
            asked = client.send("POST", "/api/v1/putaway/recommendations", {"lot": line["lot"]})
            if asked.status != 200:
                continue
            found = parse(asked.body)
            for task in found.get("rows", [found]):
                mine.append(task)
        tasks.append(mine)
    return lots, tasks


def shift(scanner, operations, lots, tasks, others, begun):
    """What a scanner does in its shift: movements of its own lots, tasks, and some mistakes."""
    source, model = scanner.random, scanner.model
    books = {}
    for lot, dock, quantity in lots:
        books[lot] = collections.defaultdict(int, {dock: quantity})
    step = 11 * 3600 / operations
    moments = iter(begun - 60 - step * (operations - number) for number in range(operations))

    def movement():
        lot = source.choice(list(books))
        there = books[lot]
        place = source.choice([p for p in there if there[p] >= 3000])
        drawn = source.random()
        quantity = source.randint(1, 3) * 1000
        body = {"lot": lot, "from": place}
        if drawn < 0.55:
            body.update(kind="PICK", quantity=quantity // 1000)
            there[place] -= quantity
        elif drawn < 0.80:
            to = source.choice([dock for dock in DOCKS if dock != place])
            body.update(kind="MOVE", quantity=quantity // 1000, to=to)
            there[place] -= quantity
            there[to] += quantity
        elif drawn < 0.92:
            counted = max(0, there[place] + source.choice([-1000, 0, 0, 1000, 2000]))
            body.update(kind="COUNT", counted=counted // 1000)
            there[place] = counted
        else:
            body.update(kind="RETURN", source="PRESS", quantity=quantity // 1000, to=place)
            del body["from"]
            there[place] += quantity
        body["entry"] = source.choice(["SCAN", "HAND"])
        scanner.add(FACT, "/api/v1/transactions", body, {201}, next(moments))

    plan = ["movement"] * operations
    spots = sorted(source.sample(range(operations), min(operations, 2 * (len(tasks) + len(others)))))
    for task in tasks:
        first, second = spots.pop(0), spots.pop(0)
        # In this order each: what comes after the end of a task is a conflict, or a late fact.
        story = source.choice([("start", "confirm"), ("confirm", "start"), ("reject", "confirm")])
        plan[first], plan[second] = (story[0], task, story), (story[1], task, story)
    for task in others:
        plan[spots.pop(0)] = ("foreign", task, None)
        plan[spots.pop(0)] = ("intrude", task, None)
    for entry in plan:
        if entry == "movement":
            movement()
            continue
        what, task, story = entry
        base = f"/api/v1/putaway/recommendations/{task['id']}"
        at = next(moments)
        if what in ("confirm", "foreign"):
            # Whoever comes first has put it away; nobody else can have.
            body = {"location": task["location"], "entry": "SCAN"}
            scanner.add(FACT, f"{base}/confirm", body, {200, 409}, at)
            model.contested[task["id"]].append(scanner.operations[-1])
        elif what == "start":
            # Started before it was confirmed: unless another scanner was faster.
            expected = {200} if story[0] == "start" else {409}
            if task["contested"]:
                expected.add(409)
            scanner.add(INTENT, f"{base}/start", {}, expected, at)
        elif what == "reject":
            fine = {200, 409} if task["contested"] else {200}
            scanner.add(INTENT, f"{base}/reject", {"reason": "FULL"}, fine, at)
        else:
            # It belongs to another scanner: never allowed.
            scanner.add(INTENT, f"{base}/start", {}, {409}, at)
    for lot, places in books.items():
        for place, quantity in places.items():
            model.stock[lot, place] += quantity


def butcher(plant, source, stopping, killed):
    """Kills the box and starts it again."""
    while not stopping.wait(source.uniform(0.3, 2.0)):
        plant.kill()
        plant.start()
        killed.append(time.time())


def check_facts(scanners, model, ledger):
    """Every fact stands in the books exactly once, as it was told, and nothing else does."""
    rows = collections.defaultdict(list)
    for row in ledger:
        rows[row["id"]].append(row)
    wanted = 0
    for scanner in scanners:
        last = 0
        for one in scanner.operations:
            if one.kind != FACT:
                continue
            found = rows.get(one.body["id"], [])
            if one.status == 409:
                equal(found, [], "rows of a conflict")
                continue
            equal(len(found), 1, f"rows of {one.body}")
            row, wanted = found[0], wanted + 1
            assert row["number"] > last, f"{scanner.name} {one.sequence} is out of its order"
            last = row["number"]
            equal(row["client_sequence"], one.sequence, "client_sequence")
            equal(row["client_at"], one.body["occurred_at"], "client_at")
            equal(row["device"], scanner.name, "device")
            equal(row["entry"], one.body["entry"], "entry")
            said = datetime.datetime.fromisoformat(row["occurred_at"]).timestamp()
            assert abs(said - one.at) < 60, f"{said - one.at} s off after the clock was put right"
    names = {scanner.name for scanner in scanners}
    equal(len([row for row in ledger if row["device"] in names]), wanted, "rows of the fleet")
    return wanted


def check_conflicts(scanners, model):
    """Who came second got a conflict, and nobody else did."""
    conflicts = 0
    for one in (one for scanner in scanners for one in scanner.operations):
        equal(len(set(one.statuses)), 1, f"answers to one operation: {one.statuses} {one.body}")
        assert one.status in one.expected, f"{one.path} {one.body}: {one.status}"
        conflicts += one.status == 409
    for task, claims in model.contested.items():
        won = [one for one in claims if one.status == 200]
        equal(len(won), 1, f"confirms of task {task} that were taken, of {len(claims)}")
    return conflicts


def check_stock(client, model, lots):
    found = {}
    for row in client.rows("/api/v1/stock"):
        if row["lot"] in lots:
            found[row["lot"], row["location"]] = milli(row["quantity"])
    wanted = {place: quantity for place, quantity in model.stock.items() if quantity}
    wrong = [
        (*place, found.get(place, 0), wanted.get(place, 0))
        for place in found.keys() | wanted.keys()
        if found.get(place, 0) != wanted.get(place, 0)
    ]
    assert not wrong, f"{len(wrong)} of {len(wanted)} stocks differ: {wrong[:3]}"
    return len(wanted)


def prepare(plant):
    """A furnished box and its scanners with all that they will have done."""
    client, model = plant.client(), Model()
    lots, tasks = furnish(client, SCANNERS)
    scanners = [Scanner(number, plant, model) for number in range(SCANNERS)]
    begun, source = time.time(), random.Random(SEED)
    foreign = [[] for _ in scanners]
    for number, mine in enumerate(tasks):
        for task in mine:
            held = client.send(
                "POST",
                f"/api/v1/putaway/recommendations/{task['id']}/start",
                {"device": scanners[number].name},
            )
            equal(held.status, 200, "a task for its scanner")
            task["contested"] = source.random() < 0.4
            if task["contested"]:
                other = source.choice([n for n in range(SCANNERS) if n != number])
                foreign[other].append(task)
    for number, scanner in enumerate(scanners):
        share = OPERATIONS // SCANNERS
        shift(scanner, share, lots[number], tasks[number], foreign[number], begun)
    return client, model, scanners, {lot for own in lots for lot, _, _ in own}


def main():
    suite = Suite("fleet")
    print(f"seed {SEED}, {SCANNERS} scanners, {OPERATIONS} operations", flush=True)
    with tempfile.TemporaryDirectory() as name:
        plant = Box(Path(name) / "data")
        plant.command("demo", "--seed", SEED)
        plant.start()
        stopping, killed = threading.Event(), []
        try:
            with suite.test("the fleet does its shift out of reach"):
                client, model, scanners, lots = prepare(plant)
                client.close()
            with suite.test("all of it is delivered over a bad network to a box that dies"):
                suite.needs("the fleet does its shift out of reach")
                begun = time.monotonic()
                killer = threading.Thread(
                    target=butcher, args=(plant, random.Random(SEED), stopping, killed)
                )
                threads = [threading.Thread(target=one.work) for one in scanners]
                for thread in [killer, *threads]:
                    thread.start()
                for thread in threads:
                    thread.join()
                stopping.set()
                killer.join()
                faults = [fault for one in scanners for fault in one.faults]
                assert not faults, f"{len(faults)} faults, the first: {faults[0]}"
                counts = sum((one.counts for one in scanners), collections.Counter())
                done = sum(len(one.operations) for one in scanners)
                print(
                    f"  {done} operations in {time.monotonic() - begun:.1f} s, "
                    f"{len(killed)} kills, {dict(counts)}",
                    flush=True,
                )
            with suite.test("every operation took effect exactly once, in its scanner's order"):
                suite.needs("all of it is delivered over a bad network to a box that dies")
                facts = check_facts(scanners, model, plant.client().rows("/api/v1/transactions"))
                print(f"  {facts} facts, each once", flush=True)
            with suite.test("the conflicts are exactly those that the model expects"):
                suite.needs("all of it is delivered over a bad network to a box that dies")
                print(f"  {check_conflicts(scanners, model)} conflicts", flush=True)
            with suite.test("the stock is what the model says, and the ledger explains it"):
                suite.needs("all of it is delivered over a bad network to a box that dies")
                print(f"  {check_stock(plant.client(), model, lots)} stocks", flush=True)
                explain(plant.client())
                plant.doctor()
            with suite.test("it stops cleanly"):
                equal(plant.stop(), 0, "exit code")
        finally:
            stopping.set()
            plant.kill()
    suite.finish()


if __name__ == "__main__":
    main()
