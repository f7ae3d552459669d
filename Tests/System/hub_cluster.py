#!/usr/bin/python3
"""Two hubs over PostgreSQL that pass each stored batch on to three NATS nodes, one of them killed.

`make hub-cluster` runs it alone. Real processes on loopback, from Debian's packages postgresql and
nats-server; skipped where one of them is missing.
"""

import gzip
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import backlogs
import hub_fleet
from hub_fleet import FACILITIES, FleetHub, Postgres, Sender, authority
from suite import Suite, equal, until

NODES = 3
USER, PASSWORD = "hub", "let-me-in"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """One NATS server with JetStream, in a cluster with the others; it wants TLS and a log-in."""

    def __init__(self, folder, name, port, cluster_port, routes, context):
        self.name, self.port, self.folder, self.process = name, port, folder / name, None
        self.context = context
        self.folder.mkdir()
        peers = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
        (self.folder / "nats.conf").write_text(
            f'server_name: "{name}"\nlisten: "127.0.0.1:{port}"\n'
            f'tls {{ cert_file: "{folder}/hub.pem", key_file: "{folder}/hub.key", '
            f'ca_file: "{folder}/ca.pem", verify: true }}\n'
            f'authorization {{ user: "{USER}", password: "{PASSWORD}" }}\n'
            f'jetstream {{ store_dir: "{self.folder}" }}\n'
            f'cluster {{ name: "stowage", listen: "127.0.0.1:{cluster_port}", routes: [{peers}] }}\n'
        )

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [program(), "-c", str(self.folder / "nats.conf")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)


def program():
    """The server of Debian's package; None where it is not installed."""
    found = shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin")
    return found


class Reader:
    """Speaks so much of the NATS protocol as it takes to read a stream to its end."""

    def __init__(self, node):
        plain = socket.create_connection(("127.0.0.1", node.port), 30)
        # The server's greeting comes before TLS: byte by byte, so that nothing more is read.
        head = b""
        while not head.endswith(b"\n"):
            byte = plain.recv(1)
            assert byte, "the server closed the connection"
            head += byte
        assert head.startswith(b"INFO "), head
        self.line = node.context.wrap_socket(plain, server_hostname="localhost")
        self.file = self.line.makefile("rb")
        hello = {"verbose": False, "headers": True, "no_responders": True}
        hello |= {"user": USER, "pass": PASSWORD}
        self.say(b"CONNECT " + json.dumps(hello).encode())
        self.number = 0

    def say(self, *lines):
        self.line.sendall(b"\r\n".join(lines) + b"\r\n")

    def subscribe(self):
        self.number += 1
        inbox = f"_INBOX.{os.getpid()}.{id(self)}.{self.number}".encode()
        self.say(b"SUB " + inbox + b" " + str(self.number).encode())
        return inbox

    def message(self):
        """The next message: (header, body)."""
        while True:
            words = self.file.readline().split()
            assert words, "the server closed the connection"
            if words[0] == b"PING":
                self.say(b"PONG")
            elif words[0] == b"MSG":
                body = self.file.read(int(words[-1]) + 2)[:-2]
                return b"", body
            elif words[0] == b"HMSG":
                size = int(words[-2])
                whole = self.file.read(int(words[-1]) + 2)[:-2]
                return whole[:size], whole[size:]
            elif words[0] == b"-ERR":
                raise AssertionError(words)

    def ask(self, subject, body=b""):
        inbox = self.subscribe()
        self.say(b"PUB %s %s %d" % (subject.encode(), inbox, len(body)), body)
        return json.loads(self.message()[1] or b"{}")

    def state(self):
        return self.ask("$JS.API.STREAM.INFO.STOWAGE")

    def messages(self, count):
        """The first messages of the stream: (id, body)."""
        inbox = self.subscribe()
        config = {"deliver_subject": inbox.decode(), "deliver_policy": "all", "ack_policy": "none"}
        body = json.dumps({"stream_name": "STOWAGE", "config": config}).encode()
        reply = self.subscribe()
        self.say(b"PUB $JS.API.CONSUMER.CREATE.STOWAGE %s %d" % (reply, len(body)), body)
        found = []
        while len(found) < count:
            head, data = self.message()
            if not head:
                assert b'"error"' not in data, data
                continue
            fields = dict(
                part.split(": ", 1) for part in head.decode().split("\r\n")[1:] if ": " in part
            )
            found.append((fields["Nats-Msg-Id"], data))
        return found


def greets(node):
    try:
        return Reader(node).ask("$JS.API.INFO")
    except (OSError, AssertionError, ValueError):
        return None


def stream(nodes):
    """What a living node says of the stream; None while the cluster makes up its mind."""
    for node in nodes:
        try:
            said = Reader(node).state()
            if said.get("config") and said.get("cluster", {}).get("leader"):
                return said
        except (OSError, AssertionError, ValueError):
            pass
    return None


def drive(told, nodes, hubs, context):
    """Sends every backlog while the stream's leader is killed and comes back."""
    senders = [Sender(told[n::8], hubs, context, n) for n in range(8)]
    for sender in senders:
        sender.start()
    said = until(lambda: stream(nodes), "the hubs make the stream", 120)
    until(lambda: (stream(nodes) or {"state": {}})["state"].get("messages"), "messages", 60)
    leader = next(node for node in nodes if node.name == said["cluster"]["leader"])
    leader.kill()
    print(f"  {leader.name} led the stream and was killed")
    time.sleep(2)
    leader.start()
    for sender in senders:
        sender.join(600)
    problems = [sender.problem for sender in senders if sender.problem]
    assert not problems, problems
    return said


def relay_words(folder, ports, host="localhost", password=PASSWORD, authority="ca.pem", own="box"):
    """The options of a hub that passes batches on over TLS, with a certificate and a log-in."""
    words = ["--relay-authority", str(folder / authority)]
    if own:
        words += ["--relay-certificate", str(folder / f"{own}.pem")]
        words += ["--relay-key", str(folder / f"{own}.key")]
    for port in ports:
        words += ["--relay", f"nats://{USER}:{password}@{host}:{port}"]
    return words


def strangers(folder, server, ports, context):
    """Batches wait in the store; a hub that can't prove who it is, or whom it speaks to, moves none."""
    other = folder / "other"
    other.mkdir()
    authority(other)
    ways = {
        "another authority": {"authority": "other/ca.pem"},
        "no certificate of its own": {"own": None},
        "a certificate of another authority": {"own": "other/box"},
        "a name that the certificate does not have": {"host": "127.1"},
        "another password": {"password": "wrong"},
    }
    for number, (way, changes) in enumerate(ways.items()):
        words = relay_words(folder, ports, **changes)
        hub = FleetHub(folder / f"stranger{number}", folder, server.parameters, *words)
        hub.start()
        try:
            until(
                lambda hub=hub: "stowage_hub_relay_healthy 0" in metrics(hub, context),
                f"with {way} the relay says that it cannot",
                60,
            )
            told = [line for line in metrics(hub, context) if "relayed_batches_total{" in line]
            equal({line.split()[-1] for line in told}, {"0"}, way)
        finally:
            hub.kill()


def metrics(hub, context):
    return hub_fleet.page(hub, context, "/metrics").splitlines()


def complete(told, nodes, hubs, context):
    """The stream holds every batch once, byte for byte."""
    wanted = {}
    for backlog in told:
        for sequence, digest, _ in backlog.batches:
            wanted[f"{backlog.code}:{backlog.epoch}:{sequence}"] = digest
    until(
        lambda: ((stream(nodes) or {"state": {}})["state"].get("messages") or 0) >= len(wanted),
        "everything is in the stream",
        180,
    )
    # Once more, since a repeat would come late.
    time.sleep(2)
    found = Reader(nodes[0]).messages(stream(nodes)["state"]["messages"])
    equal(len(found), len(wanted), "messages in the stream")
    equal({name for name, _ in found}, set(wanted), "their ids")
    for name, body in found:
        equal(hashlib.sha256(gzip.decompress(body)).hexdigest(), wanted[name], name)
    repeats = 0
    for hub in hubs:
        until(
            lambda hub=hub: "stowage_hub_relay_healthy 1" in metrics(hub, context),
            "with nothing left to pass on, the relay is healthy",
            120,
        )
        for line in metrics(hub, context):
            if line.startswith('stowage_hub_relayed_batches_total{repeat="yes"}'):
                repeats += int(line.split()[-1])
    print(f"  {len(found)} messages; {repeats} repeats were offered and dropped by their id")


def main():
    suite = Suite("cluster")
    missing = [
        name
        for name, there in [("postgresql", hub_fleet.programs()), ("nats-server", program())]
        if not there
    ]
    if missing:
        print(f"  skipped: needs {' and '.join(missing)} (apt install {' '.join(missing)})")
        print("0 passed, 0 failed, 1 skipped")
        return
    folder = Path(tempfile.mkdtemp(prefix="stowage-cluster-"))
    os.chmod(folder, 0o755)
    server = Postgres(folder / "pg")
    nodes, hubs, told = [], [], backlogs.fleet(FACILITIES, folder, 0)
    try:
        authority(folder)
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.load_cert_chain(str(folder / "box.pem"), str(folder / "box.key"))
        server.start()
        ports, routes = [free_port() for _ in range(NODES)], [free_port() for _ in range(NODES)]
        nodes = [
            Node(folder, f"node{n + 1}", ports[n], routes[n], routes, context)
            for n in range(NODES)
        ]
        relay = relay_words(folder, ports)
        hubs = [FleetHub(folder / f"hub{n}", folder, server.parameters, *relay) for n in (1, 2)]
        for hub in hubs:
            hub.start()
        with suite.test("hubs store and acknowledge while the message cluster is away"):
            first = Sender(told[:1], hubs, context, 99)
            first.run()
            equal(first.problem, None, "problem")
            for hub in hubs:
                status, answer = hub_fleet.ask(hub, context, "/v1/watermark?facility=SITE-0")
                equal((status, answer["highest"]), (200, len(told[0].batches)), "what is durable")
        for hub in hubs:
            hub.kill()
        for node in nodes:
            node.start()
        until(lambda: all(greets(node) for node in nodes), "the nodes take log-ins", 60)
        with suite.test("a hub that cannot prove who it is, or to whom it speaks, passes nothing on"):
            strangers(folder, server, ports, context)
        for hub in hubs:
            hub.start()
        with suite.test("backlogs arrive while the node that leads the stream is killed"):
            said = drive(told, nodes, hubs, context)
            equal(said["config"]["num_replicas"], NODES, "replicas")
            equal(said["config"]["storage"], "file", "storage")
        with suite.test("every batch is in the stream once, byte for byte, and none twice"):
            complete(told, nodes, hubs, context)
        with suite.test("both hubs answer the same for every facility"):
            for hub in hubs:
                hub_fleet.exactly_once(told, hub, context)
    finally:
        for process in [*hubs, *nodes]:
            process.kill()
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    suite.finish()


if __name__ == "__main__":
    sys.exit(main())
