#!/usr/bin/python3
"""Head office away, back, and dying in between; and databases that must be refused untouched."""

import datetime
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from stowage_box import Box, Hub, admin, compare_hub, milli
from suite import BIN, Suite, equal, until

FACILITY = "PLANT-3"


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def days(count=3):
    return [(today() - datetime.timedelta(days=back)).isoformat() for back in range(count)]


def pick(client, times=1):
    """Takes goods out, so that the day has something new to tell."""
    rows = [row for row in client.rows("/api/v1/stock") if milli(row["quantity"]) >= 1000 * times]
    for row in rows[:times]:
        body = {"kind": "PICK", "lot": row["lot"], "from": row["location"], "quantity": 1}
        answer = client.send("POST", "/api/v1/transactions", body)
        equal(answer.status, 201, "a pick")


def waiting(plant):
    state = admin(plant, "GET", "/admin/sync")
    return state["pending_batches"] + state["unbatched_events"], state


def away(plant, hub):
    """With the hub away everything waits and the work goes on; then it catches up."""
    client = plant.client()
    hub.kill()
    for _ in range(3):
        pick(client, 2)
        state = admin(plant, "POST", "/admin/sync/run")
    left, _ = waiting(plant)
    assert left > 0, f"nothing waits though the hub is away: {state}"
    assert state["last_error"] or "outcome" in state, "no word about the failure"
    told = plant.json("sync", "status")
    equal(told["configured"], True, "sync status of the command line")
    hub.start()
    admin(plant, "POST", "/admin/sync/run")
    equal(waiting(plant)[0], 0, "what still waits")
    print("  {} days of demand, {} materials".format(*compare_hub(plant, hub, FACILITY, days())))


def across_restart(plant, hub):
    """What waited survives a kill of the appliance."""
    hub.kill()
    pick(plant.client(), 3)
    admin(plant, "POST", "/admin/sync/run")
    before, _ = waiting(plant)
    plant.kill()
    plant.start()
    equal(waiting(plant)[0], before, "what waits after the restart")
    hub.start()
    admin(plant, "POST", "/admin/sync/run")
    equal(waiting(plant)[0], 0, "what still waits")
    compare_hub(plant, hub, FACILITY, days())


def hub_dies(plant, hub):
    """The hub is killed while it receives, several times; it ends with each aggregate once."""
    for number in range(4):
        pick(plant.client(), 2)
        stop = threading.Event()

        def work():
            while not stop.is_set():
                try:
                    admin(plant, "POST", "/admin/sync/run")
                except AssertionError:
                    pass

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.05 * number)
        hub.kill()
        time.sleep(0.1)
        hub.start()
        stop.set()
        thread.join()
    until(
        lambda: admin(plant, "POST", "/admin/sync/run") and waiting(plant)[0] == 0,
        "the hub has everything",
    )
    compare_hub(plant, hub, FACILITY, days())
    line = next(
        row
        for row in hub.client().rows("/v1/events?facility=" + FACILITY)
        if row["kind"] == "demand.daily" and row["subject"] == days(1)[0]
    )
    assert line["revision"] > 1, f"the day was corrected and has revision {line['revision']}"


def content(folder):
    """Every file of a folder with its hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(folder, what, *words):
    """`serve`, `doctor` and `demo` refuse a data folder, say what to do, and change no byte."""
    before = content(folder)
    for command in (["serve", "--port", "0"], ["doctor"], ["demo"]):
        done = subprocess.run(
            [str(BIN / "stowage"), *command, "--data", str(folder)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        said = done.stdout + done.stderr
        equal(done.returncode, 2, f"{command[0]} on {what}: {said}")
        assert len(said.strip()) > 40, f"{command[0]} on {what} says only: {said}"
        if command[0] == "serve":
            for word in words:
                assert word.lower() in said.lower(), f"{what}: no {word!r} in {said}"
        equal(content(folder), before, f"files after {command[0]} on {what}")


def copied(source, folder, statement):
    """A copy of a closed database with one pragma changed, closed again."""
    folder.mkdir()
    shutil.copy(source / "stowage.db", folder / "stowage.db")
    database = sqlite3.connect(folder / "stowage.db")
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute(statement)
    database.commit()
    database.close()
    return folder


def databases(suite, plant, folder):
    data = plant.data
    with suite.test("a database of a newer program is refused, byte for byte as it was"):
        newer = copied(data, folder / "newer", "PRAGMA user_version = 9999")
        refused(newer, "a newer database", "9999", "newer")
    with suite.test("a database of another program is refused, byte for byte as it was"):
        foreign = copied(data, folder / "foreign", "PRAGMA application_id = 1234567")
        refused(foreign, "a foreign database")
        other = folder / "other"
        other.mkdir()
        database = sqlite3.connect(other / "stowage.db")
        database.execute("CREATE TABLE t (a)")
        database.commit()
        database.close()
        refused(other, "a database that is not ours")
    with suite.test("a file that is no database is refused, byte for byte as it was"):
        text = folder / "text"
        text.mkdir()
        (text / "stowage.db").write_text("this is a letter, not a database\n" * 200)
        refused(text, "a text file")


def main():
    suite = Suite("sync")
    os.environ["STOWAGE_FACILITY_TIME_ZONE"] = "UTC"  # so that days here are days there
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Hub(folder / "hub") as hub:
            plant = Box(folder / "data", hub=hub)
            plant.command("demo", "--seed", "3")
            plant.start()
            try:
                with suite.test("synchronous is FULL, read back from the running process"):
                    vitals = admin(plant, "GET", "/admin/vitals")
                    equal((vitals["synchronous"], vitals["journal_mode"]), (2, "wal"), "durability")
                with suite.test("the admin's routes are not on the network's listener"):
                    for path in ("/admin/vitals", "/admin/doctor", "/admin/sync"):
                        equal(plant.client().send("GET", path).status, 404, path)
                with suite.test("the hub holds exactly what the appliance counts"):
                    pick(plant.client(), 3)
                    admin(plant, "POST", "/admin/sync/run")
                    equal(waiting(plant)[0], 0, "what still waits")
                    compare_hub(plant, hub, FACILITY, days())
                with suite.test("with the hub away nothing is lost, and it catches up"):
                    away(plant, hub)
                with suite.test("what waits survives a kill of the appliance"):
                    across_restart(plant, hub)
                with suite.test("a hub that is killed while it receives holds everything once"):
                    hub_dies(plant, hub)
                with suite.test("the books are clean, and it stops cleanly"):
                    plant.doctor()
                    equal(plant.stop(), 0, "exit code")
                databases(suite, plant, folder)
            finally:
                plant.kill()
    suite.finish()


if __name__ == "__main__":
    main()
