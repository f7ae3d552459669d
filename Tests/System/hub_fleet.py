#!/usr/bin/python3
"""A fleet: a hundred backlogs into two hubs over PostgreSQL, with hubs and server killed on the way.

Real processes, real sockets, TLS with client certificates. Some of the backlogs are recorded from
real boxes, all of them with SOAK=1; the others are made. Skipped where PostgreSQL is missing.
"""

import glob
import http.client
import json
import os
import pwd
import random
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import backlogs
from suite import BIN, Suite, equal

FACILITIES = 100
RECORDED = FACILITIES if int(os.environ.get("SOAK", "0")) else 10


def programs():
    """The folder of PostgreSQL's programs, the newest; None where it is not installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(found[-1]).parent if found else None


class Postgres:
    """A cluster of our own on a unix socket."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        folder.mkdir()
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        data = str(folder / "data")
        self.call("initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "-N").wait(120)

    def call(self, program, *words):
        as_user = ["setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}"]
        as_user.append("--clear-groups")
        return subprocess.Popen(
            [*(as_user if self.user else []), str(programs() / program), *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def parameters(self):
        return f"host={self.folder} user=hub dbname=postgres connect_timeout=5"

    def start(self):
        options = ["-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=60"]
        self.process = self.call("postgres", "-D", str(self.folder / "data"), *options)
        deadline = time.monotonic() + 120
        check = [str(programs() / "pg_isready"), "-q", "-h", str(self.folder)]
        while subprocess.run(check, check=False).returncode != 0:
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.1)

    def kill(self):
        pid = self.folder / "data" / "postmaster.pid"
        if self.process and pid.exists():
            os.kill(int(pid.read_text().split("\n")[0]), 9)
            self.process.wait(60)
            time.sleep(0.5)


def authority(folder):
    """A private authority, the hub's certificate and a box's, in files."""

    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=Test authority")  # fmt: skip
    for name, usage in [("hub", "serverAuth"), ("box", "clientAuth")]:
        (folder / f"{name}.ext").write_text(
            f"subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage={usage}\n"
        )
        openssl("req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}")  # fmt: skip
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", "2",
                "-extfile", f"{name}.ext")  # fmt: skip


class FleetHub:
    """One of several hubs on one PostgreSQL."""

    def __init__(self, folder, certificates, parameters, *flags):
        self.folder, self.certificates, self.parameters = folder, certificates, parameters
        self.flags = flags
        self.port, self.process = 0, None
        folder.mkdir()

    def start(self):
        log = open(self.folder / "log", "ab")
        at = log.tell()
        self.process = subprocess.Popen(
            [
                str(BIN / "stowage-hub"), "serve", "--data", str(self.folder),
                "--port", str(self.port), "--database", self.parameters,
                "--certificate", str(self.certificates / "hub.pem"),
                "--key", str(self.certificates / "hub.key"),
                "--client-authority", str(self.certificates / "ca.pem"), *self.flags,
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            said = (self.folder / "log").read_bytes()[at:].decode("utf-8", "replace")
            found = re.search(r"127\.0\.0\.1:(\d+)", said)
            if found:
                self.port = int(found[1])
                return
            assert self.process.poll() is None, f"the hub did not start:\n{said}"
            time.sleep(0.05)
        raise AssertionError(f"the hub did not listen:\n{said}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)


class Sender(threading.Thread):
    """Sends backlogs as a box does: in order, again after every failure, to whichever hub."""

    def __init__(self, told, hubs, context, seed):
        super().__init__()
        self.told, self.hubs, self.context = told, hubs, context
        self.random = random.Random(seed)
        self.failures = 0
        self.problem = None

    def run(self):
        try:
            for backlog in self.told:
                for sequence, digest, body in backlog.batches:
                    self.send(backlog.code, backlog.epoch, sequence, digest, body)
        except Exception as error:  # told by the main thread
            self.problem = error

    def send(self, code, epoch, sequence, digest, body):
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            hub = self.random.choice(self.hubs)
            try:
                line = http.client.HTTPSConnection(
                    "localhost", hub.port, timeout=60, context=self.context
                )
                line.request("POST", "/v1/batches", body, {
                    "Content-Type": "application/cloudevents-batch+json",
                    "Content-Encoding": "gzip", "Stowage-Facility": code,
                    "Stowage-Epoch": epoch, "Stowage-Sequence": str(sequence),
                    "Stowage-Digest": "sha-256=" + digest, "Stowage-Schema": "1",
                })  # fmt: skip
                answer = line.getresponse()
                said = json.loads(answer.read())
                line.close()
                if answer.status == 200:
                    assert said["durable_through"]["sequence"] >= sequence, said
                    # Now and then once more: a repeat is harmless.
                    if self.random.random() > 0.05:
                        return
                    continue
                assert answer.status >= 500, (answer.status, said)
            except (OSError, http.client.HTTPException, ssl.SSLError, ValueError):
                pass
            self.failures += 1
            time.sleep(self.random.uniform(0, 0.5))
        raise AssertionError(f"{code} {sequence} was never taken")


def fetch(hub, context, path):
    line = http.client.HTTPSConnection("localhost", hub.port, timeout=60, context=context)
    line.request("GET", path)
    answer = line.getresponse()
    return answer.status, answer.read().decode()


def page(hub, context, path):
    status, text = fetch(hub, context, path)
    equal(status, 200, path)
    return text


def ask(hub, context, path):
    status, text = fetch(hub, context, path)
    return status, json.loads(text)


def drive(told, hubs, server, context):
    """Sends everything while one hub and the server are killed and come back; the failures."""
    senders = [Sender(told[n::8], hubs, context, n) for n in range(8)]
    for sender in senders:
        sender.start()
    time.sleep(1)
    hubs[0].kill()
    time.sleep(1)
    server.kill()
    time.sleep(1)
    server.start()
    hubs[0].start()
    for sender in senders:
        sender.join(600)
    problems = [sender.problem for sender in senders if sender.problem]
    assert not problems, problems
    return sum(sender.failures for sender in senders)


def exactly_once(told, hub, context):
    """Every batch is there once, with every event, and the newest of what corrects itself counts."""
    status, answer = ask(hub, context, "/v1/facilities")
    equal(status, 200, "facilities")
    rows = {row["facility"]: row for row in answer["rows"]}
    equal(set(rows), {backlog.code for backlog in told}, "facilities")
    for backlog in told:
        row, count = rows[backlog.code], len(backlog.batches)
        found = (row["durable_through"], row["gaps"], row["batches"], row["quarantined"])
        equal(found, (count, [], count, 0), backlog.code)
        equal(row["events"], len(backlog.events), backlog.code)
        wanted = backlog.demand()
        days = sorted(day for day, _ in wanted)
        path = f"/v1/demand?facility={backlog.code}&from={days[0]}&to={days[-1]}"
        status, answer = ask(hub, context, path)
        equal(status, 200, path)
        found = {(line["day"], line["material"]): line["quantity"] for line in answer["rows"]}
        equal(found, wanted, f"demand of {backlog.code}")


def main():
    suite = Suite("fleet")
    if not programs():
        print("  skipped: needs PostgreSQL (apt install postgresql)")
        print("0 passed, 0 failed, 1 skipped")
        return
    folder = Path(tempfile.mkdtemp(prefix="stowage-fleet-"))
    os.chmod(folder, 0o755)
    server = Postgres(folder / "pg")
    hubs = []
    try:
        authority(folder)
        told = backlogs.fleet(FACILITIES, folder, RECORDED)
        server.start()
        hubs = [FleetHub(folder / f"hub{n}", folder, server.parameters) for n in (1, 2)]
        for hub in hubs:
            hub.start()
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        plain = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.load_cert_chain(str(folder / "box.pem"), str(folder / "box.key"))
        with suite.test("a caller without a client certificate is refused"):
            try:
                status, _ = ask(hubs[0], plain, "/v1/facilities")
                equal(status, 403, "without a certificate")
            except (OSError, http.client.HTTPException):
                pass
        with suite.test("a hundred backlogs arrive while a hub and the server are killed"):
            print(f"  {drive(told, hubs, server, context)} attempts failed and were repeated")
        with suite.test("each batch and each event is there exactly once, whichever hub is asked"):
            for hub in hubs:
                exactly_once(told, hub, context)
    finally:
        for hub in hubs:
            hub.kill()
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    suite.finish()


if __name__ == "__main__":
    sys.exit(main())
