#!/usr/bin/python3
"""The way to head office as sites have it: private authority, client certificate, pin, proxy, pace.

Real boxes and hubs over real sockets; between them a proxy that counts, and a gate that refuses.
"""

import gzip
import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from directives import small_disk
from hub_fleet import authority
from stowage_box import Box, Hub, admin, parse
from suite import BIN, Suite, equal, until

FACILITY = "SITE-1"


def hub_command(*words, ok=(0,)):
    done = subprocess.run(
        [str(BIN / "stowage-hub"), *map(str, words)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode in ok, f"stowage-hub {words}: {done.stdout}{done.stderr}"
    return done.stdout.strip() + done.stderr.strip() if done.returncode else done.stdout.strip()


def pinned(certificate):
    """What curl calls the pin of a certificate's key."""
    words = f"openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform der" \
        " | openssl dgst -sha256 -binary | openssl enc -base64"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True)
    return "sha256//" + done.stdout.strip()


class Proxy:
    """A proxy that makes tunnels (CONNECT), and counts them."""

    def __init__(self):
        self.tunnels = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.tunnel, args=(line,), daemon=True).start()

    def tunnel(self, line):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = line.recv(4096)
            if not piece:
                return
            head += piece
        host, port = head.split()[1].decode().rsplit(":", 1)
        there = socket.create_connection((host, int(port)))
        self.tunnels += 1
        line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        for source, sink in [(line, there), (there, line)]:
            threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Gate:
    """Stands before a hub: passes calls on, or answers batches in its own way."""

    def __init__(self, hub):
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, headers, body):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle_call(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.command == "POST":
                    gate.seen.append((time.monotonic(), len(body)))
                    if gate.refusal:
                        status, headers, text = gate.refusal
                        return self.answer(status, headers, json.dumps({"detail": text}).encode())
                line = HTTPConnection("127.0.0.1", hub.port, timeout=60)
                line.request(self.command, self.path, body or None, dict(self.headers))
                answer = line.getresponse()
                text = answer.read()
                kept = [(name, value) for name, value in answer.getheaders()
                        if name.lower() in ("content-type", "retry-after")]
                return self.answer(answer.status, kept, text)

            do_GET = do_POST = handle_call

        self.refusal, self.seen = None, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"


def box_with(data, url, **settings):
    """A box whose uplink has these settings; nothing is sent but by hand."""
    variables = {"STOWAGE_SYNC_URL": url, "STOWAGE_JOBS_SYNC": "off"}
    variables["STOWAGE_FACILITY_CODE"] = FACILITY
    for name, value in settings.items():
        variables[f"STOWAGE_SYNC_{name.upper()}"] = str(value)
    return Box(data, variables=variables)


def fill(box, rows, size=2_000, tag=""):
    """Aggregates that pack badly, put into the outbox of a stopped box."""
    database = sqlite3.connect(box.data / "stowage.db")
    database.executemany(
        "INSERT INTO outbox (kind, subject, revision, created_at, data_json) VALUES "
        "('suite.row', ?, 1, 1774746000000, ?)",
        ((f"{tag}{n}", json.dumps({"noise": os.urandom(size // 2).hex()})) for n in range(rows)),
    )
    database.commit()
    database.close()


def told(hub, headers=()):
    """Every newest event of the facility at a hub, by kind and subject."""
    rows = hub.client().rows(f"/v1/events?facility={FACILITY}")
    return {(row["kind"], row["subject"]): (row["revision"], json.dumps(row["data"], default=str))
            for row in rows}


def run(box):
    return admin(box, "POST", "/admin/sync/run")


def waiting(state):
    return state["pending_batches"] + state["unbatched_events"]


def secured(folder):
    """Private authority, client certificate, pin and proxy: each must be right, and is enough."""
    authority(folder)
    (folder / "other").mkdir()
    authority(folder / "other")
    hub = Hub(folder / "tls-hub", "--certificate", folder / "hub.pem", "--key", folder / "hub.key",
              "--client-authority", folder / "ca.pem")  # fmt: skip
    key = folder / "key"
    hub.folder.mkdir()
    key.write_text(hub_command("facility", "add", FACILITY, "--data", hub.folder).split()[0])
    proxy = Proxy()
    right = {
        "key_file": key, "authority_file": folder / "ca.pem", "pinned_key": pinned(folder / "hub.pem"),
        "certificate_file": folder / "box.pem", "private_key_file": folder / "box.key",
        "proxy": f"http://127.0.0.1:{proxy.port}",
    }  # fmt: skip
    (folder / "wrong-key").write_text("stow_" + "0" * 64)
    wrong = {
        "no authority": {"authority_file": ""},
        "another authority": {"authority_file": folder / "other" / "ca.pem"},
        "another pin": {"pinned_key": pinned(folder / "box.pem")},
        "no certificate": {"certificate_file": "", "private_key_file": ""},
        "a certificate of another authority": {
            "certificate_file": folder / "other" / "box.pem",
            "private_key_file": folder / "other" / "box.key",
        },
        "another key": {"key_file": folder / "wrong-key"},
        "a dead proxy": {"proxy": "http://127.0.0.1:9"},
    }
    with hub:
        url = f"https://localhost:{hub.port}"
        data = folder / "tls-box"
        box_with(data, url).command("init", "--facility", FACILITY)
        for way, changes in wrong.items():
            with box_with(data, url, **{**right, **changes}) as box:
                state = run(box)
                assert waiting(state) > 0, f"with {way} something was taken: {state}"
                words = state["outcome"] + str(state["last_error"])
                assert "wait" in words or "held" in words, f"{way}: {words}"
                box.command("sync", "run", ok=(1,))
                # A box without an uplink is a healthy box.
                box.command("health", ok=(0, 1))
                print(f"    {way}: {state['outcome'][-90:]}")
        before = proxy.tunnels
        with box_with(data, url, **right) as box:
            state = run(box)
            equal(waiting(state), 0, "what waits with everything right")
            assert abs(state["clock_skew_ms"]) < 60_000, state
            assert proxy.tunnels > before, "the proxy was not used"
            equal(parse(box.command("sync", "verify", "--json"))["sound"], True, "verify")


def paced(folder):
    """A receiver's Retry-After, the site's own bandwidth, and a hub that names its pace."""
    with Hub(folder / "pace-hub") as hub:
        gate = Gate(hub)
        data = folder / "pace-box"
        box = box_with(data, gate.url)
        box.command("init", "--facility", FACILITY)
        with box:
            gate.refusal = (503, [("Retry-After", "120")], "come back later")
            begun = time.time()
            state = run(box)
            assert "come back later" in state["outcome"], state["outcome"]
            due = time.mktime(time.strptime(state["next_attempt_at"][:19], "%Y-%m-%dT%H:%M:%S"))
            assert due - time.timezone - begun >= 118, (state["next_attempt_at"], begun)
            count = len(gate.seen)
            for _ in range(4):
                run(box)
            state = admin(box, "GET", "/admin/sync")
            equal(state["circuit_open"], True, "the circuit after five failures")
            gate.refusal = None
            equal(waiting(run(box)), 0, "what waits after that")
            assert len(gate.seen) > count
        # Two megabytes that hardly pack, at 400,000 bytes a second: some five seconds.
        fill(box, 1_000, 4_000)
        for name, there, here in [("its own", (), {"max_bytes_per_s": 400_000}),
                                  ("the hub's", ("--max-bytes-per-s", "400000"), {})]:  # fmt: skip
            hub.kill()
            hub.flags = there
            hub.start()
            with box_with(data, gate.url, **here) as box:
                run(box)
                gate.seen.clear()
                begun = time.monotonic()
                box.command("job", "run", "sync", timeout=120)
                seconds = time.monotonic() - begun
                sent = [size for _, size in gate.seen]
                equal(waiting(admin(box, "GET", "/admin/sync")), 0, "what waits")
                # The last one need not be waited for, the first went before.
                assert len(sent) >= 3, sent
                rate = sum(sent[:-1]) / seconds
                assert rate < 420_000, f"{name} pace: {rate:.0f} bytes a second"
                print(f"    {name} pace of 400,000 bytes a second: {rate:.0f} measured")
            fill(box, 1_000, 4_000, tag=name)


def refused_for_good(folder):
    """A batch that is refused again and again is kept aside, its number passes, it can be requeued."""
    with Hub(folder / "dead-hub") as hub:
        gate = Gate(hub)
        data = folder / "dead-box"
        box = box_with(data, gate.url)
        box.command("init", "--facility", FACILITY)
        with box:
            gate.refusal = (422, [], "this form is not taken")
            for _ in range(3):
                state = run(box)
            # The third refusal is final; its tombstone is refused as well until the gate opens.
            until(lambda: run(box)["dead_letters"] == 1, "the batch is given up", 60)
            rows = parse(box.command("sync", "letters", "--json"))["rows"]
            equal([(row["sequence"], row["status"]) for row in rows], [(1, 422)], "letters")
            assert "not taken" in rows[0]["reason"], rows
            health = parse(box.command("health", "--json", ok=(0, 1)))
            sync = next(check for check in health["checks"] if "sync" in check["name"])
            assert sync["status"] in ("DEGRADED", "UNHEALTHY"), sync
            metrics = box.client().send("GET", "/metrics").body.decode()
            assert "sync_dead_letters" in metrics, "no metric of dead letters"
            gate.refusal = None
            until(lambda: waiting(run(box)) == 0, "the tombstone goes", 60)
            line = hub.client().rows("/v1/facilities")[0]
            equal((line["durable_through"] >= 1, line["gaps"]), (True, []), "the hub's books")
            asked = told(hub)
            assert ("tombstone", "1-1") in asked, list(asked)
            missing = rows[0]["events"]
            answer = parse(box.command("sync", "requeue", "--json"))
            equal((answer["letters"], answer["events"] <= missing), (1, True), "requeued")
            equal(waiting(run(box)), 0, "what waits after the requeue")
            equal(len(parse(box.command("sync", "letters", "--json"))["rows"]), 0, "letters left")
            kinds = {kind for kind, _ in told(hub)}
            assert {"software", "demand.daily", "stock.daily"} <= kinds, kinds


def same(first, second, what):
    """Both hold the same, but for the head of the audit log, which each call moves, and health."""
    moving = {"audit.head", "health"}
    names = {name for name in first.keys() | second.keys() if name[0] not in moving}
    assert len(names) > 5, names
    for name in names:
        equal(first.get(name), second.get(name), f"{what}: {name}")


def carried(folder):
    """A file carried by hand and the line give the same; nothing is overwritten by it."""
    data = folder / "carried-box"
    box = box_with(data, "http://127.0.0.1:9")
    box.command("init", "--facility", FACILITY)
    carried_file = folder / "carried.ndjson"
    with box:
        run(box)
        box.command("sync", "export", carried_file)
        text = carried_file.read_bytes()
        assert text.count(b"\n") >= 1, "nothing was exported"
        said = box.command("sync", "export", carried_file, ok=(64, 2))
        equal(carried_file.read_bytes(), text, "the file after a second export")
        del said
    by_hand = folder / "by-hand"
    loaded = hub_command("load", carried_file, "--data", by_hand)
    assert "stored" in loaded and "0 stored" not in loaded, loaded
    again = hub_command("load", carried_file, "--data", by_hand)
    assert "0 stored" in again and "0 set aside" in again, again
    broken = folder / "broken.ndjson"
    broken.write_bytes(text[: len(text) // 2])
    words = hub_command("load", broken, "--data", folder / "empty", ok=(2,))
    assert "Line 1" in words and "Copy the file again" in words, words
    with Hub(by_hand) as first, Hub(folder / "by-line") as second:
        with box_with(data, second.url) as box:
            state = run(box)
            equal(waiting(state), 0, "what waits on the line")
            known = told(second)
        same(told(first), known, "by hand and by line")
        with box_with(data, first.url) as box:
            before = first.client().rows("/v1/facilities")[0]["batches"]
            equal(waiting(run(box)), 0, "what waits for the hub that was fed by hand")
            line = first.client().rows("/v1/facilities")[0]
            equal((line["gaps"], line["quarantined"]), ([], 0), "its books")
            assert line["batches"] > before
        same(told(first), told(second), "both hubs in the end")


def put_back(folder):
    """The runbook's copy and restore: the copy is known as one, and head office ends with its state."""
    with Hub(folder / "copy-hub") as hub:
        data = folder / "copy-box"
        box = box_with(data, hub.url)
        box.command("init", "--facility", FACILITY)
        with box:
            run(box)
            source = sqlite3.connect(f"file:{data}/stowage.db?mode=ro", uri=True)
            copy = sqlite3.connect(folder / "copy.db")
            source.backup(copy)
            for database in (source, copy):
                database.close()
            for _ in range(3):
                # Each call is a new head of the audit log, in a batch with a number of its own.
                last = run(box)["last_sequence"]
            assert last >= 3, last
            equal(box.stop(), 0, "exit code")
        for end in ("", "-wal", "-shm"):
            path = data / f"stowage.db{end}"
            if path.exists():
                path.rename(folder / f"aside{end}")
        (data / "stowage.db").write_bytes((folder / "copy.db").read_bytes())
        with box_with(data, hub.url) as box:
            equal(waiting(run(box)), 0, "what waits after the restore")
            box.doctor()
            equal(parse(box.command("sync", "verify", "--json"))["sound"], True, "verify")
            newest = {}
            for kind, subject in told(hub):
                newest.setdefault(kind, subject)
            log = (folder / "copy-box.log").read_text()
        line = hub.client().rows("/v1/facilities")[0]
        equal((line["epochs"], line["gaps"], line["quarantined"]), (2, [], 0), "the hub's books")
        assert "put back" in log or "restored" in log or line["epochs"] == 2
        assert "audit.head" in newest, newest


def full(folder):
    """Head office's disk is full: it says so, and the box keeps all until there is room again."""
    with small_disk(folder / "disk") as disk, Hub(disk / "full-hub") as hub:
        data = folder / "full-box"
        box = box_with(data, hub.url)
        box.command("init", "--facility", FACILITY)
        fill(box, 4_000, 2_000)
        ballast = disk / "ballast"
        room = os.statvfs(disk)
        with open(ballast, "wb") as file:
            file.write(b"\0" * (room.f_bavail * room.f_frsize - (1 << 20)))
        with box:
            state = run(box)
            assert waiting(state) > 0 and "507" in state["outcome"], state["outcome"]
            before = hub.client().rows("/v1/facilities")
            held = before[0]["durable_through"] if before else 0
            equal(state["acknowledged_through"] <= held, True, "acknowledged and durable")
            ballast.unlink()
            equal(waiting(run(box)), 0, "what waits when there is room again")
            line = hub.client().rows("/v1/facilities")[0]
            equal((line["gaps"], line["quarantined"]), ([], 0), "its books")
            kinds = [name for name in told(hub) if name[0] == "suite.row"]
            equal(len(kinds), 4_000, "rows at head office")


def hostile(folder):
    """Real HTTP from strangers: refused, told why, and the hub goes on."""
    with Hub(folder / "hostile-hub") as hub:
        own = hub_command("facility", "add", "SITE-1", "--data", hub.folder).split()[0]
        other = hub_command("facility", "add", "SITE-2", "--data", hub.folder).split()[0]
        reader = hub_command("reader", "add", "board", "--data", hub.folder).split()[0]

        def post(body, key=own, facility="SITE-1", sequence=1, digest=None, packed=True, epoch=None,
                 **more):
            epoch = epoch or "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
            head = {
                "Content-Type": "application/cloudevents-batch+json",
                "Stowage-Facility": facility, "Stowage-Epoch": epoch,
                "Stowage-Sequence": str(sequence), "Stowage-Schema": "1",
                "Stowage-Digest": "sha-256=" + (digest or hashlib.sha256(body).hexdigest()),
                "Authorization": f"Bearer {key}", **more,
            }  # fmt: skip
            if packed:
                head["Content-Encoding"] = "gzip"
                body = gzip.compress(body, 6)
            line = HTTPConnection("127.0.0.1", hub.port, timeout=30)
            try:
                line.request("POST", "/v1/batches", body, head)
                answer = line.getresponse()
                return answer.status, json.loads(answer.read() or b"{}")
            finally:
                line.close()

        def event(facility="SITE-1", sequence=1, kind="software"):
            return json.dumps([{
                "specversion": "1.0", "id": f"x:{sequence}", "source": f"/facilities/{facility}",
                "type": f"org.stowage.{kind}", "subject": "stowage",
                "time": "2026-03-29T01:00:00.000Z", "datacontenttype": "application/json",
                "dataschema": f"urn:stowage:schema:{kind}:1", "facility": facility,
                "epoch": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                "sequence": f"{sequence:012}-0000", "revision": 1, "data": {"version": "9"},
            }]).encode()  # fmt: skip

        bomb = b" " * (64 << 20)
        tried = [
            ("a forged facility in the head", 403, post(event("SITE-2"), facility="SITE-2")),
            ("a forged facility in the body", 422, post(event("SITE-2"))),
            ("another facility's batch, replayed under the own key", 422,
             post(event("SITE-2"), facility="SITE-1")),
            ("another facility's batch, replayed as it was", 403,
             post(event("SITE-2"), key=own, facility="SITE-2")),
            ("a reader's key", 403, post(event(), key=reader)),
            ("no such key", 401, post(event(), key="stow_" + "1" * 64)),
            ("a number from the future", 422,
             post(event(sequence=2_000_000), sequence=2_000_000)),
            ("a wrong digest", 400, post(event(), digest="0" * 64)),
            ("a body that is too large", 413, post(b"[" + b" " * (2 << 20) + b"]", packed=False)),
            ("a bomb", 413, post(bomb)),
        ]  # fmt: skip
        for what, status, (found, answer) in tried:
            equal(found, status, f"{what}: {answer}")
            assert answer.get("detail") or answer.get("title"), (what, answer)
        hub_command("facility", "revoke", "SITE-2", "--data", hub.folder)
        equal(post(event("SITE-2"), key=other, facility="SITE-2")[0], 401, "a revoked key")
        short = hub_command("facility", "add", "SITE-3", "--days", "1", "--data", hub.folder).split()[0]
        ring = hub.folder / "keys.json"
        ring.write_text(re.sub(r'"expires_at":"[^"]*"', '"expires_at":"2026-01-01T00:00:00Z"',
                               ring.read_text()))  # fmt: skip
        status, answer = post(event("SITE-3"), key=short, facility="SITE-3")
        assert status == 401 and "expired on 2026-01-01" in answer["detail"], (status, answer)
        # An unknown kind is kept, counted, not lost.
        equal(post(event(kind="weather.daily"))[0], 200, "an unknown kind")
        line = HTTPConnection("127.0.0.1", hub.port, timeout=30)
        line.request("GET", "/metrics", headers={"Authorization": f"Bearer {reader}"})
        page = line.getresponse().read().decode()
        assert "stowage_hub_unknown_kind_events_total 1" in page, page
        assert 'stowage_hub_newest_events{kind="weather.daily"} 1' in page, page
        line.request("GET", "/v1/facilities", headers={"Authorization": f"Bearer {reader}"})
        rows = json.loads(line.getresponse().read())["rows"]
        books = {row["facility"]: row["batches"] for row in rows}
        equal({name: count for name, count in books.items() if count}, {"SITE-1": 1}, "what is there")


def main():
    suite = Suite("uplink")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, body in [
            ("private authority, client certificate, pin, key and proxy: all right or nothing", secured),
            ("Retry-After, an open circuit, the site's bandwidth and the hub's pace are kept", paced),
            ("a batch refused for good is kept, its number passes, and it can be sent again",
             refused_for_good),
            ("carried by hand or sent, the same is there; no file is overwritten", carried),
            ("a database put back by the runbook is known, and head office ends with its state",
             put_back),
            ("a full disk at head office loses nothing, and is told", full),
            ("strangers, forgeries, bombs and the future are refused; the unknown is kept", hostile),
        ]:  # fmt: skip
            with suite.test(title):
                body(folder)
    suite.finish()


if __name__ == "__main__":
    main()
