"""Many connections at once, each with one request under way: one thread, so that the client takes
as little of the machine as Python can."""

import json
import selectors
import socket
import time
import uuid


def request(path, body, token):
    """A POST as bytes, with a key of its own."""
    payload = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


class Line:
    """One kept-open connection with the answer that it is reading."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun, self.bytes = 0.0, b""

    def send(self, request):
        self.begun, self.bytes = time.perf_counter(), b""
        self.socket.sendall(request)

    def answer(self):
        """Reads what is there; gives (status, body) once the answer is whole."""
        piece = self.socket.recv(65_536)
        assert piece, "the server closed a connection"
        self.bytes += piece
        head, mark, body = self.bytes.partition(b"\r\n\r\n")
        if not mark:
            return None
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        length = int(lower[at:].split(b"\r\n")[0])
        return (int(head[9:12]), body) if len(body) >= length else None


def drive(port, requests, connections):
    """Sends all requests over so many connections; gives the seconds and each answer's time."""
    waiting, times, statuses = list(reversed(requests)), [], {}
    with selectors.DefaultSelector() as selector:
        begun, busy = time.perf_counter(), 0
        for _ in range(min(connections, len(requests))):
            line = Line(port)
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(waiting.pop())
            busy += 1
        while busy:
            for key, _ in selector.select():
                line = key.data
                answer = line.answer()
                if answer is None:
                    continue
                times.append(time.perf_counter() - line.begun)
                statuses[answer[0]] = statuses.get(answer[0], 0) + 1
                if waiting:
                    line.send(waiting.pop())
                else:
                    busy -= 1
                    selector.unregister(line.socket)
                    line.socket.close()
        return time.perf_counter() - begun, times, statuses
