"""The uplink: a million rows from the outbox to the hub's disk, and what the hub takes in."""

import http.client
import json
import os
import random
import sqlite3
import threading
import time
from pathlib import Path

import backlogs
import hub_fleet
from appliance import SocketConnection
from figures import percentile
from stowage_box import Box, Hub, admin

ROWS = 1_000_000
FACILITIES, BATCHES, EVENTS = 64, 24, 100


def uplink(report, folder):
    catch_up(report, folder)
    scans(report, folder)
    intake(report, folder)


def fill(box, rows):
    """Rows of the size of an hour's figures, as weeks without a line leave them."""
    database = sqlite3.connect(box.data / "stowage.db")
    data = '{"day":"2026-03-01","zones":[{"zone":"R%d","locations":400,"occupied":%d,' \
        '"average_ratio":0.5312,"overfull":0}]}'
    database.executemany(
        "INSERT INTO outbox (kind, subject, revision, created_at, data_json) VALUES "
        "('bench.row', ?, 1, 1774746000000, ?)",
        ((f"row/{number}", data % (number % 40, number % 400)) for number in range(rows)),
    )
    database.commit()
    database.close()


def memory_mb(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sync(box):
    """One session until everything is acknowledged, however long it takes."""
    connection = SocketConnection(box.data / "stowage.sock", timeout=1_800)
    connection.request("POST", "/admin/sync/run", "{}", {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text[:400]


def catch_up(report, folder):
    with Hub(folder / "hub") as hub:
        box = Box(folder / "box", hub=hub, variables={"STOWAGE_JOBS_SYNC": "off"})
        box.command("init")
        fill(box, ROWS)
        with box:
            before = (memory_mb(box.process), memory_mb(hub.process))
            begun = time.perf_counter()
            sync(box)
            seconds = time.perf_counter() - begun
            state = admin(box, "GET", "/admin/sync")
            assert state["unbatched_events"] + state["pending_batches"] == 0, state
            there = hub.client().send("GET", "/metrics").body.decode()
            held = 'stowage_hub_newest_events{kind="bench.row"} ' + str(ROWS)
            assert held in there, "the hub does not hold every row"
            report.add(f"{ROWS:,} outbox rows packed, sent, stored, acknowledged", seconds, "s", 60)
            report.add("  processor time of the box", cpu_seconds(box.process), "s")
            report.add("  processor time of the hub", cpu_seconds(hub.process), "s")
            report.add("  the box's memory grew to, at most", memory_mb(box.process), "MB")
            report.add("    before", before[0], "MB")
            report.add("  the hub's memory grew to, at most", memory_mb(hub.process), "MB")
            report.add("    before", before[1], "MB")


def scans(report, folder, rows=200_000):
    """Recommend and confirm at an easy pace, alone and beside a full catch-up."""
    with Hub(folder / "hub2") as hub:
        box = Box(folder / "demo", hub=hub, variables={"STOWAGE_JOBS_SYNC": "off"})
        box.command("demo")
        fill(box, rows)
        with box:
            client = box.client()
            materials = client.rows("/api/v1/materials")
            source = random.Random(1)
            lots = []
            for number in range(16):
                lines = [
                    {"material": source.choice(materials)["code"], "quantity": 1,
                     "lot": f"U{number}-{line}"}
                    for line in range(50)
                ]
                sent = client.send("POST", "/api/v1/receipts", {"number": f"U-{number}", "lines": lines})
                lots += [f"U{number}-{line}" for line in range(50)]
                assert sent.status == 201, sent.body[:300]
            quiet = confirms(box, lots[:400])
            report.add("confirm without a catch-up, p99", percentile(quiet, 0.99), "ms")
            thread = threading.Thread(target=sync, args=(box,))
            thread.start()
            busy = confirms(box, lots[400:], thread)
            thread.join()
            report.add("confirm beside a full catch-up, p50", percentile(busy, 0.5), "ms")
            report.add("confirm beside a full catch-up, p99", percentile(busy, 0.99), "ms", 50)
            report.add("  confirms counted in it", len(busy), "")


def confirms(box, lots, beside=None):
    """Times of confirms; only while `beside` is at work, where there is one."""
    client, times = box.client(), []
    for lot in lots:
        if beside and not beside.is_alive():
            break
        answer = client.send("POST", "/api/v1/putaway/recommendations", {"lot": lot})
        if answer.status == 409:
            continue
        document = json.loads(answer.body)
        task = (document.get("rows") or [document])[0]
        begun = time.perf_counter()
        done = client.send(
            "POST",
            f"/api/v1/putaway/recommendations/{task['id']}/confirm",
            {"location": task["location"]},
        )
        times.append(1000 * (time.perf_counter() - begun))
        assert done.status in (200, 409), done.body[:300]
        time.sleep(0.005)
    assert times, "nothing was confirmed"
    return times


def intake(report, folder):
    """How many batches of a hundred events the hub stores in a second, each with its commit."""
    told = [backlogs.made(number, BATCHES, EVENTS) for number in range(FACILITIES)]
    with Hub(folder / "sqlite") as hub:
        note(report, "SQLite, one hub", drive([hub.port], told))
    if not hub_fleet.programs():
        print("  PostgreSQL is not installed: its figures are left out")
        return
    for count in (1, 2):
        place = folder / f"fleet{count}"
        place.mkdir()
        for above in [place, *place.parents][:2]:
            os.chmod(above, 0o755)
        server = hub_fleet.Postgres(place / "pg")
        server.start()
        hubs = [
            Hub(place / f"hub{number}", "--database", server.parameters) for number in range(count)
        ]
        try:
            for hub in hubs:
                hub.start()
            name = f"PostgreSQL, {count} hub{'s' if count > 1 else ''}"
            note(report, name, drive([hub.port for hub in hubs], told))
        finally:
            for hub in hubs:
                hub.kill()
            server.kill()


def note(report, name, seconds):
    rate = FACILITIES * BATCHES / seconds
    report.add(f"batches of {EVENTS} events stored, {name}", rate, "/s")
    report.add("  events", rate * EVENTS, "/s")


def drive(ports, told, connections=8):
    """Sends every backlog in order; gives the seconds that it took."""
    faults = []

    def work(number):
        line = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=120)
        for backlog in told[number::connections]:
            for sequence, digest, body in backlog.batches:
                line.request(
                    "POST", "/v1/batches", body,
                    {
                        "Content-Type": "application/cloudevents-batch+json",
                        "Content-Encoding": "gzip", "Stowage-Facility": backlog.code,
                        "Stowage-Epoch": backlog.epoch, "Stowage-Sequence": str(sequence),
                        "Stowage-Digest": "sha-256=" + digest, "Stowage-Schema": "1",
                    },
                )  # fmt: skip
                answer = line.getresponse()
                text = answer.read()
                if answer.status != 200:
                    faults.append((answer.status, text[:200]))
                    return

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[0]
    return time.perf_counter() - begun
