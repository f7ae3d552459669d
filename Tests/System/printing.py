#!/usr/bin/python3
"""Labels on real sockets: printers that answer, that are out of paper, off, slow, and a kill -9."""

import socket
import tempfile
import threading
import time
from pathlib import Path

from appliance import Appliance
from suite import Suite, equal

READY = b"\x02030,0,0,0480,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x020000,0\x03\r\n"
EMPTY = READY.replace(b"030,0,0,", b"030,1,0,", 1)


class Printer:
    """A sink on a port of its own that talks like a printer; keeps what it was sent."""

    def __init__(self, answer=READY, port=0, slow=False):
        self.answer, self.slow, self.jobs, self.lines = answer, slow, [], 0
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.lines += 1
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line):
        with line:
            got, asked = b"", False
            while True:
                try:
                    part = line.recv(65_536)
                except OSError:
                    break
                if not part:
                    break
                if self.slow:
                    time.sleep(0.3)
                got += part
                if not asked and b"~HS\r\n" in got:
                    asked = True
                    got = got.replace(b"~HS\r\n", b"", 1)
                    if self.answer:
                        line.sendall(self.answer)
            if got:
                self.jobs.append(got.decode())

    def close(self):
        # A thread that waits for connections keeps the port open unless it is woken.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def until(look, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def add(client, name, port):
    return client.post("/api/v1/printers", {"name": name, "host": "127.0.0.1", "port": port})["id"]


def label(client, printer, code="DOCK-1", **more):
    body = {"labels": [{"kind": "LOCATION", "code": code}], **more}
    return client.post(f"/api/v1/printers/{printer}/jobs", body)["id"]


def state(client, job):
    return client.get(f"/api/v1/print-jobs/{job}")["state"]


def main():
    suite = Suite("printing")
    with tempfile.TemporaryDirectory() as name:
        plant = Appliance(Path(name) / "plant")
        plant.command("demo")
        plant.start()
        try:
            run(suite, plant)
        finally:
            plant.kill()
    suite.finish()


def run(suite, plant):
    client = plant.client()
    place = client.get("/api/v1/locations?limit=1")["rows"][0]["code"]

    with suite.test("jobs arrive whole, in their order, as the API shows them"):
        sink = Printer()
        printer = add(client, "GOOD", sink.port)
        jobs = [label(client, printer, place, copies=number) for number in range(1, 6)]
        until(lambda: state(client, jobs[-1]) == "SENT")
        equal(sink.jobs, [client.get(f"/api/v1/print-jobs/{job}")["zpl"] for job in jobs])
        assert all(f"^PQ{n}^XZ" in text for n, text in zip(range(1, 6), sink.jobs))
        sink.close()

    with suite.test("a printer that never answers how it is gets its job all the same"):
        sink = Printer(answer=b"")
        job = label(client, add(client, "DUMB", sink.port), place)
        until(lambda: state(client, job) == "SENT")
        equal(len(sink.jobs), 1)
        sink.close()

    with suite.test("out of paper is told, and printed once there is some"):
        sink = Printer(answer=EMPTY)
        printer = add(client, "EMPTY", sink.port)
        job = label(client, printer, place)
        shown = until(
            lambda: (found := client.get(f"/api/v1/printers/{printer}"))["error"] and found)
        equal((shown["state"], shown["error"]), ("WAITING", "it is out of paper"))
        equal(sink.jobs, [])
        sink.answer = READY
        until(lambda: state(client, job) == "SENT")
        equal(len(sink.jobs), 1)
        sink.close()

    with suite.test("one that is off holds up nobody else; when it is on, it prints, also after kill -9"):
        off = Printer()
        off.close()
        printer = add(client, "OFF", off.port)
        waiting = [label(client, printer, place) for _ in range(3)]
        until(lambda: client.get(f"/api/v1/print-jobs/{waiting[0]}")["attempts"] >= 1)
        good = Printer()
        other = label(client, add(client, "OTHER", good.port), place)
        until(lambda: state(client, other) == "SENT")
        gone = client.post(f"/api/v1/print-jobs/{waiting[1]}/cancel", {})
        equal(gone["state"], "CANCELLED")
        client.close()
        plant.kill()
        plant.start()
        client = plant.client()
        equal([state(client, job) for job in waiting], ["QUEUED", "CANCELLED", "QUEUED"])
        on = Printer(port=off.port)
        until(lambda: state(client, waiting[2]) == "SENT")
        equal(state(client, waiting[0]), "SENT")
        equal(len(on.jobs), 2)
        on.close()
        good.close()

    with suite.test("500 labels for a slow printer arrive whole while the box answers others"):
        slow = Printer(slow=True)
        printer = add(client, "SLOW", slow.port)
        job = client.post(
            f"/api/v1/printers/{printer}/jobs",
            {"labels": [{"kind": "LOCATION", "code": place}] * 500})["id"]
        client.post("/api/v1/scans", {"text": place})
        until(lambda: state(client, job) == "SENT")
        until(lambda: slow.jobs)
        equal(slow.jobs[0].count("^XZ"), 500)
        slow.close()


if __name__ == "__main__":
    main()
