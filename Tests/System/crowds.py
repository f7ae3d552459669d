"""Clients that are slow on purpose, many of them from one thread: the attacks of slowhttptest."""

import selectors
import socket
import threading
import time
import uuid


def raw_get(path, plant=None, method="GET", more=""):
    """A request as bytes; a POST brings an empty object and a key of its own."""
    fields = f"Host: 127.0.0.1\r\n{more}"
    for name, value in getattr(plant, "headers", lambda: {})().items():
        fields += f"{name}: {value}\r\n"
    if method == "POST":
        fields += f"Content-Type: application/json\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
        fields += "Content-Length: 2\r\n\r\n{}"
    else:
        fields += "\r\n"
    return f"{method} {path} HTTP/1.1\r\n{fields}".encode()


class Attack:
    """Keeps so many connections busy until it is left; one that the server cuts is opened again."""

    NAME = ""
    # Seconds between two drops on one connection.
    PAUSE = 1.0

    def __init__(self, plant, count):
        self.plant, self.count = plant, count
        self.opened = self.cut = 0
        self.stopping = threading.Event()
        self.full = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def first(self):
        """What is sent at once."""
        raise NotImplementedError

    def drop(self, line):
        """What is done once a second."""
        line.send(b"a")

    def open(self):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        line.settimeout(10)
        line.connect(("127.0.0.1", self.plant.port))
        line.sendall(self.first())
        line.setblocking(False)
        self.opened += 1
        return line

    def run(self):
        lines = []
        while not self.stopping.is_set():
            begun = time.monotonic()
            while len(lines) < self.count and not self.stopping.is_set():
                try:
                    lines.append(self.open())
                except OSError:
                    time.sleep(0.05)
            self.full.set()
            kept = []
            for line in lines:
                try:
                    self.drop(line)
                    kept.append(line)
                except BlockingIOError:
                    kept.append(line)
                except OSError:
                    self.cut += 1
                    line.close()
            lines = kept
            self.stopping.wait(max(0.0, self.PAUSE - (time.monotonic() - begun)))
        for line in lines:
            line.close()

    def check(self):
        """Fails where the attack did not take place."""
        assert self.opened >= self.count, f"only {self.opened} connections were opened"

    def __enter__(self):
        self.thread.start()
        assert self.full.wait(60), "the attackers could not connect"
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


class SlowHeads(Attack):
    """A head that never ends: a byte a second."""

    NAME = "heads"

    def first(self):
        return b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "

    def drop(self, line):
        line.send(b"a")
        if ended(line):
            raise ConnectionResetError


class SlowBodies(Attack):
    """A body that never ends: a byte a second."""

    NAME = "bodies"

    def first(self):
        whole = raw_get("/api/v1/receipts", self.plant, method="POST")
        return whole.replace(b"Content-Length: 2\r\n\r\n{}", b"Content-Length: 100000\r\n\r\n")

    def drop(self, line):
        line.send(b" ")
        if ended(line):
            raise ConnectionResetError


class SlowReaders(Attack):
    """Answers that are asked for and not read: a hundred bytes a second."""

    NAME = "reads"

    def first(self):
        return raw_get("/openapi.json", self.plant) * 8

    def drop(self, line):
        if line.recv(100) == b"":
            raise ConnectionResetError


def ended(line):
    """Whether the other side has closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        return bool(selector.select(0)) and line.recv(65_536) == b""
