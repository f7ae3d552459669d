"""Load from `wrk` (Debian's): it takes little of the two cores that it shares with the server."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


class Load:
    """A run of `wrk` that goes on beside other work until it is asked for its figures."""

    def __init__(self, port, connections, seconds, path="/", headers=None, script=(), pause=0):
        fields = [part for name, value in (headers or {}).items()
                  for part in ("-H", f"{name}: {value}")]
        if pause:
            script = (SCRIPTS / "pause.lua", pause)
        words = ["-s", str(script[0])] if script else []
        self.process = subprocess.Popen(
            ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", *fields,
             *words, f"http://127.0.0.1:{port}{path}", "--", *map(str, script[1:])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )

    def told(self, timeout=300):
        """What it printed at its end."""
        text = self.process.communicate(timeout=timeout)[0]
        assert self.process.returncode == 0, text
        return text


def is_there():
    if shutil.which("wrk"):
        return True
    print("  wrk is not installed: left out (apt-get install wrk)")
    return False


def milliseconds(text, share):
    """A percentile of wrk's own table."""
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s)", text, re.MULTILINE)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1_000}[found[2]]


def get(port, path, connections, seconds=5, headers=None):
    """Requests a second of one GET and its p99 in ms; fails on any answer of 400 and more."""
    text = Load(port, connections, seconds, path, headers).told()
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), milliseconds(text, 99)


def crowd_figures(text):
    """Of a crowd's run: (requests, of them answered with 400 and more)."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return int(re.search(r"(\d+) requests in", text)[1]), int(refused[1]) if refused else 0


class Once:
    """Sends each request once; `figures` waits for the end."""

    def __init__(self, port, requests, connections, pause=0, seconds=120):
        self.count, self.connections = len(requests), connections
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "requests"
        file.write_bytes(b"".join(b"%d\n%b" % (len(one), one) for one in requests))
        script = (SCRIPTS / "once.lua", file, connections, *([pause] if pause else []))
        self.load = Load(port, connections, seconds, script=script)

    def figures(self):
        """(requests a second, p50, p99, worst in ms); fails where one was not answered well."""
        text = self.load.told()
        self.folder.cleanup()
        line = next(line for line in text.splitlines() if line.startswith("once "))
        sent, seconds, p50, p99, worst, refused, broken = map(float, line.split()[1:])
        assert sent >= self.count, f"only {sent:.0f} of {self.count} were sent:\n{text}"
        assert not refused and not broken, f"{refused:.0f} refused, {broken:.0f} broken:\n{text}"
        # When the last one is sent, nearly as many answers as there are connections are missing.
        return (self.count - self.connections) / seconds, p50, p99, worst
