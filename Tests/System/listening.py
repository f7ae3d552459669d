#!/usr/bin/python3
"""How the real binary listens: a socket handed over, HTTPS with a certificate renewed while it
serves, a stop under fire, crowds around every limit, and clients that are slow on purpose."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from appliance import Appliance, Client
from crowds import SlowBodies, SlowHeads, SlowReaders, raw_get
from suite import BIN, Suite, equal, until


def certificate(folder, name):
    """A key and a certificate that vouches for itself; gives both as texts."""
    key, cert = Path(folder) / f"{name}.key", Path(folder) / f"{name}.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True, timeout=60,
    )
    return key.read_text(), cert.read_text()


def shown(port):
    """The certificate that a new connection is shown, PEM."""
    return ssl.get_server_certificate(("127.0.0.1", port)).strip()


def https(port, authority, path="/healthz"):
    """Asks over TLS, believing one certificate alone; gives the status."""
    context = ssl.create_default_context(cadata=authority)
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


class Secure(Appliance):
    """An appliance that speaks HTTPS, to which the plain first request of `start` means nothing."""

    def start(self, seconds=60):
        try:
            return super().start(seconds)
        except (http.client.HTTPException, OSError):
            return 0.0


def tls(suite, folder):
    files = Path(folder) / "tls"
    files.mkdir()
    old, new, third = (certificate(folder, name) for name in ("old", "new", "third"))

    def put(key, cert):
        for name, text in (("key", key), ("crt", cert)):
            (files / f"{name}.new").write_text(text)
            (files / f"{name}.new").rename(files / name)

    put(*old)
    plant = Secure(
        folder / "secure",
        variables={
            "STOWAGE_LOGGING_LEVEL": "notice",
            "STOWAGE_HTTP_TLS_CERTIFICATE_FILE": str(files / "crt"),
            "STOWAGE_HTTP_TLS_PRIVATE_KEY_FILE": str(files / "key"),
        },
    )
    plant.command("init")
    log = folder / "secure.log"
    with plant:
        with suite.test("HTTPS shows the configured certificate, and plain HTTP is not answered"):
            equal(https(plant.port, old[1]), 200, "status")
            try:
                Client(plant.port, timeout=10).exchange("GET", "/healthz")
                raise AssertionError("plain HTTP was answered on the TLS port")
            except (OSError, http.client.HTTPException):
                pass
        with suite.test("TLS below 1.2 is refused"):
            done = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{plant.port}", "-tls1_1",
                 "-cipher", "ALL:@SECLEVEL=0"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
            )
            assert done.returncode != 0 or "Cipher is (NONE)" in done.stdout, done.stdout[-500:]
        with suite.test("a renewed pair is in service after SIGHUP; who is connected goes on"):
            context = ssl.create_default_context(cadata=old[1])
            kept = http.client.HTTPSConnection("127.0.0.1", plant.port, context=context, timeout=30)
            kept.request("GET", "/healthz")
            kept.getresponse().read()
            put(*new)
            plant.process.send_signal(signal.SIGHUP)
            until(lambda: shown(plant.port) == new[1].strip(), "the new certificate")
            equal(https(plant.port, new[1]), 200, "status")
            kept.request("GET", "/healthz")
            equal(kept.getresponse().read() != b"", True, "an answer on the old connection")
            kept.close()
        with suite.test("files that cannot be used leave the old pair in force, and the log says so"):
            for key, cert in ((old[0], third[1]), ("nonsense", third[1]), (third[0], "")):
                before = log.read_text().count("the old one stays")
                put(key, cert)
                plant.process.send_signal(signal.SIGHUP)
                until(lambda: log.read_text().count("the old one stays") > before, "words in the log")
                equal(shown(plant.port), new[1].strip(), "the certificate")
            equal(https(plant.port, new[1]), 200, "status")
        with suite.test("a change of the files is seen without any signal"):
            put(*third)
            until(lambda: shown(plant.port) == third[1].strip(), "the third certificate", 60)
            equal(https(plant.port, third[1]), 200, "status")
        with suite.test("SIGHUP and SIGTERM together still end it well"):
            plant.process.send_signal(signal.SIGHUP)
            equal(plant.stop(), 0, "exit code")
    with suite.test("a certificate without its key is refused at the start"):
        done = subprocess.run(
            [str(BIN / "stowage"), "serve", "--data", str(folder / "secure"), "--port", "0"],
            env={**os.environ, "STOWAGE_HTTP_TLS_CERTIFICATE_FILE": str(files / "crt")},
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode != 0 and "private-key-file" in done.stderr + done.stdout, done.stderr


def activated(listening, data, log):
    """Starts the program as systemd would: the socket is number 3, and the environment says so."""
    # The shell becomes the program, so that LISTEN_PID is its own number.
    script = 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" serve --data "$1"'
    number = listening.fileno()

    def hand_over():
        os.dup2(number, 3)

    return subprocess.Popen(
        ["sh", "-c", script, str(BIN / "stowage"), str(data)],
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        pass_fds=(3,), preexec_fn=hand_over,
    )


def activation(suite, folder):
    plant = Appliance(folder / "handed")
    plant.command("init")
    with socket.socket() as listening, open(folder / "handed.out", "ab") as log:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        with suite.test("a socket that was handed over is served, whatever http.port says"):
            # Who connects before the program is there waits in the queue.
            early = socket.create_connection(("127.0.0.1", port), timeout=60)
            early.sendall(raw_get("/healthz"))
            first = activated(listening, folder / "handed", log)
            assert early.recv(4096).startswith(b"HTTP/1.1 200"), "who came early was not served"
            early.close()
        with suite.test("across a restart nobody is refused: connections wait for the next process"):
            faults, done, stopping = [], [0], threading.Event()

            def ask():
                while not stopping.is_set():
                    try:
                        client = Client(port, timeout=60)
                        status, _ = client.exchange("GET", "/healthz")
                        client.close()
                        done[0] += status == 200
                    except Exception as fault:  # any refusal at all is what must not be
                        faults.append(repr(fault))

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            until(lambda: done[0] > 20, "requests before the restart")
            first.send_signal(signal.SIGTERM)
            equal(first.wait(30), 0, "exit code")
            second = activated(listening, folder / "handed", log)
            after = done[0]
            until(lambda: done[0] > after + 20, "requests after the restart", 60)
            stopping.set()
            for thread in threads:
                thread.join()
            equal(faults, [], "refused or broken")
            second.send_signal(signal.SIGTERM)
            equal(second.wait(30), 0, "exit code")


def under_fire(suite, folder):
    with suite.test("a stop under fire loses no request that was accepted"):
        plant = Appliance(folder / "fire")
        plant.command("init")
        plant.start()
        answered, unanswered, lost, stopping = {}, [], [], threading.Event()

        def work(number):
            client, count = plant.client(), 0
            while not stopping.is_set():
                code, count = f"M-{number}-{count}", count + 1
                try:
                    status, body = client.exchange(
                        "POST", "/api/v1/materials", {"code": code, "name": "x"}, key=code
                    )
                except ConnectionRefusedError:
                    return
                except (ConnectionResetError, BrokenPipeError):
                    # Sent into a connection that was being closed: it must not have been taken.
                    unanswered.append(code)
                    continue
                except (OSError, http.client.HTTPException) as fault:
                    lost.append(f"{code}: {fault!r}")
                    return
                if status == 201:
                    answered[code] = True
                elif status != 503:
                    lost.append(f"{code}: {status} {body[:200]}")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        until(lambda: len(answered) > 200, "requests", 60)
        code = plant.stop()
        stopping.set()
        for thread in threads:
            thread.join()
        equal(code, 0, "exit code")
        equal(lost, [], "half answered")
        with plant:
            client = plant.client()
            for name in answered:
                client.get(f"/api/v1/materials/{name}")
            for name in unanswered:
                status, _ = client.exchange("GET", f"/api/v1/materials/{name}")
                equal(status, 404, f"{name}, which was not answered")


def crowds(suite, folder):
    plant = Appliance(folder / "crowd")
    plant.command("init")
    with plant:
        client = plant.client()
        client.post("/api/v1/locations", {"code": "L-1", "zone": "A", "aisle": "1", "bay": 1})
        path = "/api/v1/locations/L-1"
        for count in (127, 128, 129, 180):
            with suite.test(f"{count} connections at once are all answered, again and again"):
                # Those of the round before count until the server has seen them go.
                until(lambda: crowd_is_gone(plant), "the connections before", 30)
                lines = [socket.create_connection(("127.0.0.1", plant.port), timeout=30)
                         for _ in range(count)]
                for _ in range(5):
                    for line in lines:
                        line.sendall(raw_get(path, plant))
                    for line in lines:
                        assert answer(line).startswith(b"HTTP/1.1 200"), "not answered"
                for line in lines:
                    line.close()
        with suite.test("at 300 connections what can wait gets 503, and health and scans are served"):
            until(lambda: crowd_is_gone(plant), "the connections before", 30)
            lines = [socket.create_connection(("127.0.0.1", plant.port), timeout=30)
                     for _ in range(300)]
            # All are counted once the last is: they are accepted in their order.
            lines[-1].sendall(raw_get("/healthz", plant))
            assert answer(lines[-1]).startswith(b"HTTP/1.1 200"), "health was not served"
            lines[0].sendall(raw_get(path, plant))
            told = answer(lines[0])
            assert told.startswith(b"HTTP/1.1 503") and b"\r\nRetry-After: " in told, told[:300]
            assert b"\r\nConnection: close" in told, told[:300]
            task = "/api/v1/putaway/recommendations/019cad8f-ac00-7003-8000-0000000000ff"
            lines[1].sendall(raw_get(f"{task}/start", plant, method="POST"))
            told = answer(lines[1])
            # It is let in, and finds that there is no such task.
            assert told.startswith(b"HTTP/1.1 404"), told[:300]
            for line in lines:
                line.close()


def crowd_is_gone(plant):
    return len(os.listdir(f"/proc/{plant.process.pid}/task")) < 60


def answer(line):
    """One whole answer with a Content-Length, or what came before the end."""
    got = b""
    while True:
        head, mark, body = got.partition(b"\r\n\r\n")
        if mark:
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15:].split(b"\r\n")[0]) if at >= 0 else 0
            if len(body) >= length:
                return got
        piece = line.recv(65_536)
        if not piece:
            return got
        got += piece


def slow(suite, folder):
    plant = Appliance(folder / "slow")
    plant.command("demo")
    with plant:
        for attack in (SlowHeads, SlowBodies, SlowReaders):
            with suite.test(f"a scanner is served while 200 clients are slow: {attack.NAME}"):
                # No bound on the time here: Benchmarks/wire.py measures it.
                with attack(plant, 200) as attackers:
                    client = plant.client()
                    for number in range(60):
                        try:
                            client.post(
                                "/api/v1/materials", {"code": f"{attack.__name__}-{number}", "name": "x"}
                            )
                        except http.client.HTTPException:
                            client = plant.client()
                    attackers.check()


def main():
    suite = Suite("listening")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in (tls, activation, under_fire, crowds, slow):
            if len(sys.argv) > 1 and part.__name__ not in sys.argv[1:]:
                continue
            part(suite, folder)
    suite.finish()


if __name__ == "__main__":
    main()
