"""What warehouses have to tell after weeks without a line: made backlogs, and recorded ones.

A recorded backlog is that of a real box: made by `stowage`, given demand, corrected twice, its days
closed by the job, and written out by `stowage sync export`. Its batches are sent byte for byte.
What the hub must then hold is worked out here from the bodies alone.
"""

import base64
import datetime
import gzip
import hashlib
import json
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from suite import BIN

ROUNDS = 3


@dataclass
class Backlog:
    code: str
    epoch: str
    # Sequence, SHA-256 of the body, packed body.
    batches: list

    @property
    def events(self):
        return [event for _, _, body in self.batches for event in json.loads(gzip.decompress(body))]

    def demand(self):
        """Demand by day and material, as the newest revision of each day has it."""
        newest = {}
        for event in self.events:
            if event["type"] != "org.stowage.demand.daily":
                continue
            known = newest.get(event["subject"])
            if known is None or known["revision"] < event["revision"]:
                newest[event["subject"]] = event
        return {
            (event["data"]["day"], row["material"]): row["quantity"]
            for event in newest.values() for row in event["data"]["rows"]
        }  # fmt: skip


def made(number, batches=12, events=8):
    """Many small batches whose days overlap."""
    code = f"SITE-{number}"
    epoch = f"0190a1b2-c3d4-7e5f-8a9b-{number:012x}"
    found = []
    for sequence in range(1, batches + 1):
        documents = []
        for place in range(events):
            day = f"2026-03-{1 + (sequence + place) % 28:02}"
            row = {"material": f"M-{place}", "unit": "EA", "quantity": sequence, "stock_out": False}
            documents.append({
                "specversion": "1.0", "id": f"{epoch}:{sequence * 100 + place}",
                "source": f"/facilities/{code}", "type": "org.stowage.demand.daily",
                "subject": day, "time": "2026-03-29T01:00:00.000Z",
                "datacontenttype": "application/json",
                "dataschema": "urn:stowage:schema:demand.daily:1", "facility": code,
                "epoch": epoch, "sequence": f"{sequence:012}-{place:04}", "revision": sequence,
                "data": {"day": day, "part": 1, "parts": 1, "rows": [row]},
            })  # fmt: skip
        body = json.dumps(documents).encode()
        found.append((sequence, hashlib.sha256(body).hexdigest(), gzip.compress(body, 1)))
    return Backlog(code, epoch, found)


def recorded(number, folder):
    """What a real box has to tell; it is made and thrown away."""
    code, source = f"SITE-{number}", random.Random(number)
    place = folder / f"recorded{number}"
    place.mkdir()

    def box(*words):
        subprocess.run(
            [str(BIN / "stowage"), *map(str, words), "--data", str(place / "box")],
            check=True, capture_output=True,
        )  # fmt: skip

    box("init", "--facility", code, "--name", code, "--time-zone", "Europe/Berlin")
    materials = [f"M-{at}" for at in range(1, source.randrange(3, 12))]
    (place / "materials.csv").write_text("code\n" + "\n".join(materials) + "\n")
    box("import", "materials", place / "materials.csv")
    today = datetime.datetime.now(datetime.UTC).date()
    days = [today - datetime.timedelta(back) for back in range(1, 22)]
    for turn in range(ROUNDS):
        rows = [
            f"{material},{day},{source.randrange(1, 50)}\n"
            for material in materials for day in days if source.random() < 0.6
        ]  # fmt: skip
        (place / "demand.csv").write_text("material,day,quantity\n" + "".join(rows))
        box("import", "demand", place / "demand.csv")
        box("job", "run", "daily-aggregates")
        box("sync", "export", place / f"carried{turn}.ndjson")
    lines = (place / f"carried{ROUNDS - 1}.ndjson").read_text().splitlines()
    batches = [
        (line["sequence"], line["sha256"], base64.b64decode(line["body_gzip"]))
        for line in map(json.loads, lines)
    ]
    assert len(batches) >= ROUNDS, f"{code} has only {len(batches)} batches to tell"
    return Backlog(code, json.loads(lines[0])["epoch"], batches)


def fleet(count, folder, real):
    """Backlogs of a fleet; the first `real` of them recorded."""
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda number: recorded(number, folder), range(real)))
    return told + [made(number) for number in range(real, count)]
