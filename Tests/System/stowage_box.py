"""What the suites of the main job share: a hub, the admin's socket, traffic with its own books.

The client of `appliance.py` speaks to one server. Here is what stands around it: `Hub` runs
`stowage-hub`, `admin` asks over the unix socket what only people on the box may ask, `Traffic`
works like a crew with scanners and writes down every answer that it got, and `Audit` compares what
the box says with those books. Nothing here is shared with the program under test: quantities are
added up again in whole thousandths, from what was sent and answered.
"""

import collections
import http.client
import json
import os
import random
import re
import subprocess
import threading
import time
import uuid
from decimal import Decimal
from pathlib import Path

from appliance import Appliance, Client, SocketConnection
from suite import BIN, ROOT, Skip, equal

SHARED = Path(os.environ.get("STOWAGE_SHARED", ROOT.parent / "shared")) / "data"


def shared(*parts):
    """A file of the shared test data; a test that needs it skips where it is missing."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise Skip(f"needs {path}")
    return path


def parse(body):
    """JSON with its decimals kept exact."""
    return json.loads(body, parse_float=Decimal)


def milli(value):
    """A quantity in whole thousandths; fails where it has finer parts."""
    scaled = Decimal(str(value)) * 1000
    assert scaled == scaled.to_integral_value(), f"{value} has more than three decimals"
    return int(scaled)


Answer = collections.namedtuple("Answer", "status headers body")


class Scanner(Client):
    """A client that also sees the header fields of its answers."""

    def send(self, method, path, body=None, key=None, kind="application/json", headers=()):
        """Sends a request; gives status, header fields and bytes."""
        fields = {**self.fields, **dict(headers)}
        if body is not None:
            fields["Content-Type"] = kind
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        if method == "POST" and key is not False:
            fields["Idempotency-Key"] = key or str(uuid.uuid4())
        try:
            self.connection.request(method, path, body, fields)
            answer = self.connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def rows(self, path):
        """All rows of a listing, page after page."""
        rows, after = [], None
        while True:
            query = (
                ("&" if "?" in path else "?") + "limit=1000" + (f"&after={after}" if after else "")
            )
            answer = self.send("GET", path + query)
            assert answer.status == 200, f"GET {path}: {answer.status} {answer.body[:300]}"
            page = parse(answer.body)
            rows += page["rows"]
            after = page.get("next")
            if not after:
                return rows


def admin(plant, method, path, body=None):
    """Asks the running appliance over its unix socket; gives the answer's JSON."""
    connection = SocketConnection(plant.data / "stowage.sock")
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
    sent = json.dumps(body or {}) if method == "POST" else None
    connection.request(method, path, sent, headers if method == "POST" else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 200, f"{method} {path}: {answer.status} {text[:400]}"
    return parse(text)


class Hub:
    """`stowage-hub serve` on a folder, always on the same port."""

    def __init__(self, folder, *flags):
        self.folder, self.port, self.process, self.flags = Path(folder), 0, None, flags
        self.log = Path(f"{folder}.log")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            at = log.tell()
            self.process = subprocess.Popen(
                [
                    str(BIN / "stowage-hub"),
                    "serve",
                    "--data",
                    str(self.folder),
                    "--port",
                    str(self.port),
                    *self.flags,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            said = self.log.read_bytes()[at:].decode("utf-8", "replace")
            found = re.search(r"127\.0\.0\.1:(\d+)", said)
            if found:
                self.port = int(found[1])
                return self
            assert self.process.poll() is None, f"the hub did not start:\n{said}"
            time.sleep(0.01)
        raise AssertionError(f"the hub did not listen:\n{said}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def client(self):
        return Scanner(self.port)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()


class Box(Appliance):
    """An appliance whose clients see header fields, and that may have a hub."""

    def __init__(self, data, *flags, hub=None, variables=None):
        more = ["--hub", hub.url] if hub else []
        super().__init__(data, *flags, *more, variables=variables)

    def client(self):
        return Scanner(self.port, token=self.token)

    def json(self, *words, ok=(0,)):
        """Runs a verb with --json; gives its document."""
        return parse(self.command(*words, "--json", ok=ok))

    def load(self, kind, path, *flags, ok=(0,)):
        """Imports a file; gives the result's document."""
        return self.json("import", kind, path, *flags, ok=ok)

    def doctor(self):
        """The doctor's report, which must be clean."""
        report = self.json("doctor", ok=(0, 1))
        found = [
            f"{check['name']}: {check['findings'][:3]}"
            for check in report["checks"]
            if check["findings"]
        ]
        assert report["findings"] == 0 and not found, f"the doctor found: {found}"
        return report


class Record:
    """One request with what came of it; without an answer it is in doubt."""

    def __init__(self, path, body, key=None):
        self.path, self.body = path, body
        self.key = key or str(uuid.uuid4())
        self.status, self.answer = None, None

    @property
    def done(self):
        return self.status is not None and self.status < 300

    def send(self, client):
        answer = client.send("POST", self.path, self.body, key=self.key)
        self.status, self.answer = answer.status, answer.body
        return answer


class Traffic:
    """A crew that receives, plans, confirms, overrides, rejects and picks, and keeps its books."""

    REASONS = ["FULL", "BLOCKED", "CLOSER", "MIX", "OTHER"]

    def __init__(self, goods, docks, places, seed, tag="T"):
        self.goods, self.docks, self.places = goods, docks, places
        self.seed, self.tag = seed, tag
        self.records, self.faults = [], []
        self.counts = collections.Counter()
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.round = 0

    def ask(self, client, what, path, body, fine=(409,)):
        """Sends and writes down; gives the answer's JSON, or None where it is refused."""
        record = Record(path, body)
        with self.lock:
            self.records.append(record)
        answer = record.send(client)
        self.counts[what if answer.status < 300 else f"{what} {answer.status}"] += 1
        if answer.status < 300:
            return parse(answer.body)
        if answer.status not in fine:
            self.faults.append(f"{what} {path}: {answer.status} {answer.body[:300]}")
        return None

    def receipt(self, client, source, number):
        """One receipt from its arrival to its last task."""
        lines = []
        for line in range(source.randint(2, 8)):
            code, unit = source.choice(self.goods)
            quantity = unit * source.randint(1, 2) / 1000
            lines.append({"material": code, "quantity": quantity, "lot": f"{number}-{line + 1}"})
        body = {"number": number, "dock": source.choice(self.docks), "lines": lines}
        receipt = self.ask(client, "receipt", "/api/v1/receipts", body)
        if not receipt:
            return
        plan = self.ask(
            client,
            "plan",
            f"/api/v1/receipts/{receipt['id']}/plan",
            {"algorithm": "HYBRID", "budget_ms": 0},
        )
        for line in (plan or {"lines": []})["lines"]:
            if line["status"] == "REFUSED" and not line.get("reason"):
                self.faults.append(f"{number}: refused without a reason")
            for task in line["recommendations"]:
                if self.stopping.is_set():
                    return
                self.task(client, source, task)

    def task(self, client, source, task):
        """One task: usually as recommended, sometimes elsewhere, rejected or left."""
        base = f"/api/v1/putaway/recommendations/{task['id']}"
        drawn = source.random()
        if drawn < 0.70:
            done = self.ask(client, "confirm", f"{base}/confirm", {"location": task["location"]})
        elif drawn < 0.82:
            place = source.choice([p for p in self.places if p != task["location"]])
            body = {"location": place, "reason": source.choice(self.REASONS)}
            done = self.ask(client, "override", f"{base}/confirm", body)
        elif drawn < 0.94:
            self.ask(client, "reject", f"{base}/reject", {"reason": source.choice(self.REASONS)})
            return
        else:
            return
        if done and source.random() < 0.4:
            entry = done["transaction"]
            body = {"kind": "PICK", "lot": entry["lot"], "from": entry["to"], "quantity": 1}
            self.ask(client, "pick", "/api/v1/transactions", body)

    def work(self, plant, number, limit=None):
        """One station: receipts until it is stopped, the server is gone, or the limit."""
        source = random.Random(f"{self.seed}/{self.round}/{number}")
        client, made = plant.client(), 0
        try:
            while not self.stopping.is_set() and (limit is None or made < limit):
                made += 1
                self.receipt(client, source, f"{self.tag}{self.round}-{number}-{made}")
        except (OSError, http.client.HTTPException):
            pass  # The server was killed: the last record stays in doubt.
        except Exception as fault:  # noqa: BLE001 - a station's fault is the test's
            self.faults.append(f"station {number}: {fault!r}")
        finally:
            client.close()

    def start(self, plant, stations, limit=None):
        """Starts so many stations; gives their threads."""
        self.round += 1
        self.stopping.clear()
        threads = [
            threading.Thread(target=self.work, args=(plant, number, limit))
            for number in range(stations)
        ]
        for thread in threads:
            thread.start()
        return threads

    def run(self, plant, stations, limit):
        """Works off so many receipts a station."""
        for thread in self.start(plant, stations, limit):
            thread.join()
        assert not self.faults, f"{len(self.faults)} faults, the first: {self.faults[0]}"

    def settle(self, client):
        """Sends every request again under its own key: what was answered must be answered so."""
        doubtful = replayed = 0
        for record in self.records:
            if record.status is None:
                doubtful += 1
                record.send(client)
                assert record.status < 500, f"{record.path}: {record.status} {record.answer[:300]}"
            elif record.done:
                again = client.send("POST", record.path, record.body, key=record.key)
                same = again.status == record.status and again.body == record.answer
                assert same, (
                    f"{record.path} was answered {record.status} {record.answer[:200]}, "
                    f"and now {again.status} {again.body[:200]}"
                )
                assert (
                    again.headers.get("Idempotent-Replayed") == "true"
                ), f"no replay: {again.headers}"
                replayed += 1
        return doubtful, replayed


class Audit:
    """What the answers in a crew's books add up to, against what the box says."""

    def __init__(self, records):
        self.stock = collections.defaultdict(int)
        self.entries, self.lots = set(), set()
        self.picked = collections.defaultdict(int)
        for record in records:
            if record.done:
                self.count(record.path, parse(record.answer))

    def count(self, path, answer):
        """Books one answer."""
        if path == "/api/v1/receipts":
            for line in answer["lines"]:
                self.lots.add(line["lot"])
                self.stock[line["lot"], answer["dock"]] += milli(line["quantity"])
        elif path.endswith("/confirm") or path == "/api/v1/transactions":
            entry = answer["transaction"]
            quantity = milli(entry["quantity"])
            assert entry["id"] not in self.entries, f"two answers booked {entry['id']}"
            self.entries.add(entry["id"])
            self.stock[entry["lot"], entry["from"]] -= quantity
            if entry.get("to"):
                self.stock[entry["lot"], entry["to"]] += quantity
            if entry["kind"] == "PICK":
                self.picked[entry["local_day"], entry["material"]] += quantity

    def compare(self, client):
        """The box has each answered effect exactly once, and nothing more for these lots."""
        ledger = client.rows("/api/v1/transactions")
        names = collections.Counter(row["id"] for row in ledger)
        lost = [name for name in self.entries if names[name] != 1]
        assert not lost, f"{len(lost)} answered bookings are not there exactly once: {lost[:3]}"
        booked = {
            row["id"] for row in ledger if row["lot"] in self.lots and row["kind"] != "RECEIPT"
        }
        equal(len(booked - self.entries), 0, "bookings that nobody was answered")
        found = {}
        for row in client.rows("/api/v1/stock"):
            if row["lot"] in self.lots:
                found[row["lot"], row["location"]] = milli(row["quantity"])
        wanted = {place: quantity for place, quantity in self.stock.items() if quantity}
        wrong = [
            place
            for place in found.keys() | wanted.keys()
            if found.get(place, 0) != wanted.get(place, 0)
        ]
        assert not wrong, (
            f"{len(wrong)} of {len(wanted)} stocks differ: {wrong[0]} has "
            f"{found.get(wrong[0], 0)}, must have {wanted.get(wrong[0], 0)}"
        )
        return len(wanted)


def explain(client):
    """Adds the whole ledger up again: it must give the whole stock. Gives the rows of both."""
    ledger = client.rows("/api/v1/transactions")
    sums = collections.defaultdict(int)
    for row in ledger:
        if row["kind"] in ("HOLD", "RELEASE"):
            continue
        quantity = milli(row["quantity"])
        if row.get("from"):
            sums[row["lot"], row["from"]] -= quantity
        if row.get("to"):
            sums[row["lot"], row["to"]] += quantity
    stock = client.rows("/api/v1/stock")
    held = {(row["lot"], row["location"]): milli(row["quantity"]) for row in stock}
    equal(held, {place: quantity for place, quantity in sums.items() if quantity}, "stock")
    return len(ledger), len(stock)


def compare_hub(plant, hub, facility, days):
    """The hub holds the demand of those days and the stock, exactly as the appliance says them."""
    client, there = plant.client(), hub.client()
    here = {}
    for material in client.rows("/api/v1/materials"):
        code = material["code"]
        path = f"/api/v1/materials/{code}/demand?from={min(days)}&to={max(days)}"
        for row in parse(client.send("GET", path).body)["rows"]:
            here[row["day"], code] = milli(row["quantity"])
    query = f"facility={facility}&from={min(days)}&to={max(days)}"
    found = {
        (row["day"], row["material"]): milli(row["quantity"])
        for row in there.rows(f"/v1/demand?{query}")
    }
    equal(found, here, "demand at the hub")
    stock = collections.defaultdict(int)
    for row in client.rows("/api/v1/stock"):
        stock[row["material"]] += milli(row["quantity"])
    held = {}
    for event in there.rows(f"/v1/events?facility={facility}&kind=stock.daily"):
        if event["subject"].startswith(max(days)):
            for row in event["data"]["rows"]:
                held[row["material"]] = milli(row["on_hand"])
    equal(held, {code: on_hand for code, on_hand in stock.items() if on_hand}, "stock at the hub")
    return len(here), len(held)
