"""A running appliance for suites and benchmarks: started on a free port, spoken to over HTTP."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

from suite import BIN


class Refused(AssertionError):
    """An answer of 400 and more where another one was needed."""

    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path}: {status} {body}")
        self.status, self.body = status, body


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout=120):
        super().__init__("appliance", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def make_token(data, *scopes):
    """A token of the appliance that runs on a data folder, made over its socket."""
    connection = SocketConnection(Path(data) / "stowage.sock")
    connection.request(
        "POST",
        "/api/v1/tokens",
        json.dumps({"name": "suite", "scopes": list(scopes), "days": 1}),
        {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"},
    )
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status == 201, f"no token: {answer.status} {text[:400]}"
    return json.loads(text)["secret"]


class Client:
    """One connection that is kept open, as a scanner keeps its own; it shows a token, if any."""

    def __init__(self, port, timeout=60, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.fields = {"Authorization": f"Bearer {token}"} if token else {}

    def exchange(self, method, path, body=None, key=None, kind="application/json"):
        """Sends a request; gives (status, body as bytes). A POST gets an idempotency key."""
        headers = dict(self.fields)
        if body is not None:
            headers["Content-Type"] = kind
            if not isinstance(body, bytes):
                body = json.dumps(body).encode()
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            # The next request opens a new connection.
            self.connection.close()
            raise

    def call(self, method, path, body=None, key=None):
        """The answer's JSON; an answer of 400 and more raises `Refused`."""
        status, answer = self.exchange(method, path, body, key)
        if status >= 400:
            raise Refused(method, path, status, answer.decode("utf-8", "replace")[:600])
        return json.loads(answer) if answer else None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body, key=None):
        return self.call("POST", path, body, key)

    def close(self):
        self.connection.close()


class Appliance:
    """`stowage serve` on a data folder."""

    def __init__(self, data, *flags, variables=None):
        self.data = Path(data)
        self.flags = [str(flag) for flag in flags]
        # A suite works for many devices with one token, which would be too fast for one.
        self.variables = {
            "STOWAGE_LOGGING_LEVEL": "warning",
            "STOWAGE_HTTP_REQUESTS_PER_SECOND": "0",
            **(variables or {}),
        }
        self.process, self.port, self.log, self.token = None, None, None, None

    def command(self, *words, ok=(0,), timeout=600):
        """Runs a command of the program on the data folder; gives its standard output."""
        done = subprocess.run(
            [str(BIN / "stowage"), *map(str, words), "--data", str(self.data)],
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        told = f"stowage {' '.join(map(str, words))}: ended with {done.returncode}"
        assert done.returncode in ok, f"{told}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, seconds=60):
        """Starts it, and gives the seconds until its first answer."""
        begun = time.monotonic()
        log = self.data.parent / f"{self.data.name}.log"
        self.log = open(log, "ab")
        at = self.log.tell()
        self.process = subprocess.Popen(
            [str(BIN / "stowage"), "serve", "--data", str(self.data), "--port", "0", *self.flags],
            env={**os.environ, **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        while time.monotonic() - begun < seconds:
            said = log.read_bytes()[at:].decode("utf-8", "replace")
            found = re.search(r"127\.0\.0\.1:(\d+)", said)
            if found:
                self.port = int(found[1])
                Client(self.port).exchange("GET", "/healthz")
                took = time.monotonic() - begun
                # It outlives a restart, as that of a device does.
                self.token = self.token or make_token(self.data, "admin", "supervisor")
                return took
            assert self.process.poll() is None, f"it did not start:\n{said}"
            time.sleep(0.002)
        raise AssertionError(f"it did not listen within {seconds} s:\n{said}")

    def client(self):
        return Client(self.port, token=self.token)

    def headers(self):
        """The fields by which a request of a client of its own is known."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def stop(self, seconds=30):
        """Stops it as systemd would; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended(seconds)

    def kill(self):
        """Ends it as a power cut would, as far as the process sees."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self._ended(30)

    def _ended(self, seconds):
        code = self.process.wait(seconds)
        self.log.close()
        return code

    def memory_mb(self):
        """Resident memory, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def cpu_seconds(self):
        """Processor time spent so far, by all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
