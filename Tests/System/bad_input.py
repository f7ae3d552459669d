#!/usr/bin/python3
"""Bad input over the real binary: refused with the right words, nothing half written, still up."""

import http.client
import json
import socket
import tempfile
import time
from pathlib import Path

from stowage_box import Box, milli, parse
from suite import Suite, equal

HEAD = "code,name,base_unit,weight_kg\n"
# What is refused of a CSV file: kind, bytes, the row that is named, words of the rule.
FILES = {
    "an empty file": ("materials", b"", 0, "empty"),
    "a wrong header": ("materials", b"code,nam\nM1,x\n", 1, "name"),
    "a header without a column that is needed": (
        "demand",
        b"material,day\nA,2026-01-01\n",
        1,
        "missing",
    ),
    "a unit that is missing in the header": ("materials", b"code,weight\nM1,3\n", 1, "weight_kg"),
    "a line cut off": ("materials", (HEAD + "M1,a,EACH,1\nM2,b").encode(), 3, "2 fields where 4"),
    "a cell too many": ("materials", (HEAD + "M1,a,EACH,1,2\n").encode(), 2, "5 fields where 4"),
    "a quote that is never closed": (
        "materials",
        (HEAD + 'M1,"a,EACH,1\nM2,b,EACH,1\n').encode(),
        0,
        "line 2",
    ),
    "invalid UTF-8": ("materials", HEAD.encode() + b"M1,\xff\xfe,EACH,1\n", 2, "UTF-8"),
    "UTF-16": ("materials", HEAD.encode("utf-16"), 1, "UTF-16"),
    "a workbook": ("materials", b"PK\x03\x04" + bytes(200), 1, "workbook"),
    "1e18": ("materials", (HEAD + "M1,a,EACH,1e18\n").encode(), 2, ""),
    "a negative weight": ("materials", (HEAD + "M1,a,EACH,-5\n").encode(), 2, "negative"),
    "NaN": ("materials", (HEAD + "M1,a,EACH,NaN\n").encode(), 2, "number"),
    "infinity": ("materials", (HEAD + "M1,a,EACH,inf\n").encode(), 2, "number"),
    "a thousands separator": ("materials", (HEAD + 'M1,a,EACH,"1,000"\n').encode(), 2, ""),
    "a word that is none of ours": ("materials", (HEAD + "M1,a,PIECES,1\n").encode(), 2, "one of"),
    "a duplicate code": ("materials", (HEAD + "M1,a,EACH,1\nM2,b,EACH,1\nM1,c,EACH,1\n").encode(), 4, ""),
    "a control character": ("materials", (HEAD + "M\x011,a,EACH,1\n").encode(), 2, ""),
    "a code that is too long": ("materials", (HEAD + "M" * 65 + ",a,EACH,1\n").encode(), 2, "64"),
    "an unknown material": ("demand", b"material,day,quantity\nNO-SUCH,2026-01-01,1\n", 2, ""),
    "a day that does not exist": (
        "demand",
        b"material,day,quantity\nREAL,2026-02-30,1\n",
        2,
        "day",
    ),
    "a day twice": (
        "demand",
        b"material,day,quantity\nREAL,2026-01-01,1\nREAL,2026-01-01,2\n",
        3,
        "already",
    ),
    "a negative demand": ("demand", b"material,day,quantity\nREAL,2026-01-01,-1\n", 2, "negative"),
    "half a piece": ("opening-stock", b"material,location,quantity\nREAL,BIN,0.5\n", 2, "whole"),
    "an unknown location": (
        "opening-stock",
        b"material,location,quantity\nREAL,NOWHERE,5\n",
        2,
        "",
    ),
}
# What is refused of a JSON body: bytes, status, the member that is pointed at.
LINE = '{"number":"R-1","dock":"DOCK","lines":[%s]}'
BODIES = {
    "broken JSON": (b'{"number": ', 400, None),
    "two documents": (b"{} {}", 400, None),
    "no JSON at all": (b"hello", 400, None),
    "an empty body": (b"", 400, None),
    "invalid UTF-8": (b'{"number":"\xff\xfe"}', 400, None),
    "NaN": ((LINE % '{"material":"REAL","quantity":NaN}').encode(), 400, None),
    "a key twice": (b'{"number":"a","number":"b","lines":[]}', 400, None),
    "deep nesting": (b"[" * 100_000, 400, None),
    "deep nesting that is closed": (b'{"a":' * 500 + b"1" + b"}" * 500, 400, None),
    "a list instead of an object": (b"[]", (400, 422), None),
    "a wrong type": (
        (LINE % '{"material":"REAL","quantity":[1]}').encode(),
        422,
        "/lines/0/quantity",
    ),
    "a text that is no number": (
        (LINE % '{"material":"REAL","quantity":"many"}').encode(),
        422,
        "/lines/0/quantity",
    ),
    "1e18": ((LINE % '{"material":"REAL","quantity":1e18}').encode(), 422, "/lines/0/quantity"),
    "1e999": ((LINE % '{"material":"REAL","quantity":1e999}').encode(), (400, 422), None),
    "a negative quantity": (
        (LINE % '{"material":"REAL","quantity":-1}').encode(),
        422,
        "/lines/0/quantity",
    ),
    "four decimals": (
        (LINE % '{"material":"REAL","quantity":1.0001}').encode(),
        422,
        "/lines/0/quantity",
    ),
    "half a piece": (
        (LINE % '{"material":"REAL","quantity":0.5}').encode(),
        422,
        "/lines/0/quantity",
    ),
    "an unknown material": (
        (LINE % '{"material":"NO-SUCH","quantity":1}').encode(),
        422,
        "/lines/0/material",
    ),
    "an unknown key": (
        (LINE % '{"material":"REAL","quantiy":1}').encode(),
        422,
        "/lines/0/quantiy",
    ),
    "no lines": (b'{"number":"R-1","dock":"DOCK","lines":[]}', 422, None),
    "an unknown dock": (
        b'{"number":"R-1","dock":"NOWHERE","lines":[{"material":"REAL","quantity":1}]}',
        (404, 422),
        None,
    ),
    "a null in a text": (
        (LINE % '{"material":"REAL","quantity":1,"lot":"a\\u0000b"}').encode(),
        422,
        None,
    ),
}


def rows(plant):
    """The rows of every table that a client can change."""
    counts = plant.doctor()["rows"]
    for quiet in (
        "job_runs",
        "jobs",
        "cache_refresh_status",
        "idempotency_keys",
        "imports",
        "outbox",
        "events",
    ):
        counts.pop(quiet, None)
    return counts


def seed(plant, folder):
    """One good material, bin and dock, from files with a byte order mark, CRLF and quotes."""
    for kind, text, count in [
        (
            "locations",
            "code,kind,zone,aisle,max_weight_kg\nDOCK,DOCK,D,D,\nBIN,STORAGE,A,1,500\n",
            2,
        ),
        (
            "materials",
            '\ufeffcode,name,base_unit,weight_kg\r\n"REAL","a ""real"", good one",EACH,"1.5"\r\n',
            1,
        ),
        ("materials", "code;name;base_unit;weight_kg\nSEMI;semicolons;EACH;2\n", 1),
    ]:
        path = folder / f"{kind}.csv"
        path.write_bytes(text.encode())
        equal(plant.load(kind, path)["applied"], count, f"good {kind}")
    found = parse(plant.client().send("GET", "/api/v1/materials/REAL").body)
    equal((found["name"], found["weight_g"]), ('a "real", good one', 1500), "the good material")


def files(plant, folder):
    """Each bad file through the command line: exit code 2, the row, the rule, nothing written."""
    for what, (kind, content, row, rule) in FILES.items():
        path = folder / "bad.csv"
        path.write_bytes(content)
        before = rows(plant)
        result = plant.load(kind, path, ok=(2,))
        text = json.dumps(result, default=str)
        faults = result.get("faults", [])
        assert faults, f"{what}: no fault is named: {text[:300]}"
        named = [fault["row"] for fault in faults]
        assert row in named, f"{what}: names rows {named}, must name {row}: {text[:300]}"
        assert any(
            rule.lower() in fault["rule"].lower() + str(fault.get("column")).lower()
            for fault in faults
        ), f"{what}: no word of {rule!r}: {faults[:2]}"
        equal(result.get("applied", 0), 0, f"{what}: applied")
        equal(rows(plant), before, f"{what}: rows")


def keep_good(plant, folder):
    """With --keep-good the good rows go in, and the others come back to be mended."""
    path, rejects = folder / "mixed.csv", folder / "mixed.rejects.csv"
    path.write_text(HEAD + "G1,a,EACH,1\nB1,b,EACH,-1\nG2,c,EACH,2\nB2,d,NONE,1\n")
    before = rows(plant)["materials"]
    result = plant.load("materials", path, "--keep-good", "--rejects", rejects, ok=(1,))
    equal((result["applied"], result["faulty"]), (2, 2), "applied and faulty")
    equal(rows(plant)["materials"], before + 2, "materials")
    text = rejects.read_text()
    assert "B1" in text and "B2" in text and "G1" not in text, text
    path.write_text(HEAD + "G3,a,EACH,1\n")
    dry = plant.load("materials", path, "--dry-run")
    equal((dry["dry_run"], dry["valid"]), (True, 1), "the dry run")
    equal(rows(plant)["materials"], before + 2, "materials after the dry run")


def long_answers(plant, folder):
    """A reject file of more than 4 MiB comes back whole, though no document so long is taken."""
    path, rejects = folder / "long.csv", folder / "long.rejects.csv"
    name, count = "n" * 60, 70_000
    path.write_text(HEAD + "G4,a,EACH,1\n" + "".join(
        f"L{row},{name},EACH,-1\n" for row in range(count)
    ))
    result = plant.load("materials", path, "--keep-good", "--rejects", rejects, ok=(1,))
    equal((result["applied"], result["faulty"]), (1, count), "applied and faulty")
    text = rejects.read_text()
    equal(text.count(name), count, "rejected rows in the file")
    assert len(text) > 4 * 1024 * 1024, len(text)


def bodies(plant):
    """Each bad body over HTTP: the status, a problem document, the member that is to blame."""
    client, before = plant.client(), rows(plant)
    for what, (body, status, pointer) in BODIES.items():
        answer = client.send("POST", "/api/v1/receipts", body)
        statuses = status if isinstance(status, tuple) else (status,)
        assert answer.status in statuses, f"{what}: {answer.status} {answer.body[:200]}"
        kind = answer.headers.get("Content-Type", "")
        assert kind.startswith("application/problem+json"), f"{what}: answered as {kind}"
        problem = parse(answer.body)
        assert problem["detail"] and problem["type"].startswith("urn:stowage:problem:"), problem
        if pointer:
            pointers = [fault["pointer"] for fault in problem.get("errors", [])]
            assert pointer in pointers, f"{what}: points at {pointers}"
    equal(rows(plant), before, "rows")


def requests(plant):
    """Requests that are wrong before their body is read."""
    client, before = plant.client(), rows(plant)
    good = (LINE % '{"material":"REAL","quantity":1}').encode()
    for what, status, answer in [
        ("no idempotency key", 400, client.send("POST", "/api/v1/receipts", good, key=False)),
        (
            "a key that is too long",
            422,
            client.send("POST", "/api/v1/receipts", good, key="k" * 200),
        ),
        (
            "another media type",
            415,
            client.send("POST", "/api/v1/receipts", good, kind="text/html"),
        ),
        ("no such path", 404, client.send("GET", "/api/v1/nothing")),
        (
            "no such import",
            404,
            client.send("POST", "/api/v1/imports/nothing", b"a\n", kind="text/csv"),
        ),
        ("another method", 405, client.send("DELETE", "/api/v1/receipts")),
        ("an unusable limit", 422, client.send("GET", "/api/v1/materials?limit=0")),
        ("an unusable cursor", 422, client.send("GET", "/api/v1/materials?after=%00%ff")),
        ("an id that is none", 404, client.send("GET", "/api/v1/receipts/1%20OR%201=1")),
        ("no such material", 404, client.send("GET", "/api/v1/materials/NO-SUCH")),
    ]:
        assert answer.status in (status, 400), f"{what}: {answer.status} {answer.body[:200]}"
        assert answer.headers["Content-Type"].startswith("application/problem+json"), what
    equal(rows(plant), before, "rows")


def flood(plant, path, kind, head_only):
    """Sends 100 MB, or only says that it would; gives the status, or None where it was cut off."""
    size = 100 * 1024 * 1024
    with socket.create_connection(("127.0.0.1", plant.port), timeout=60) as line:
        lengths = (
            f"Content-Length: {size}" if head_only != "chunked" else "Transfer-Encoding: chunked"
        )
        line.sendall(
            (
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
                f"Authorization: Bearer {plant.token}\r\n"
                f"Idempotency-Key: flood\r\n{lengths}\r\n\r\n"
            ).encode()
        )
        piece = b"x" * 65_536
        try:
            if head_only == "chunked":
                for _ in range(size // len(piece)):
                    line.sendall(b"10000\r\n" + piece + b"\r\n")
                line.sendall(b"0\r\n\r\n")
            elif not head_only:
                for _ in range(size // len(piece)):
                    line.sendall(piece)
        except OSError:
            pass  # It need not listen to the end.
        try:
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None


def large(plant, folder):
    """100 MB bodies: refused early, in little memory, and the next request is answered."""
    before, memory = rows(plant), plant.memory_mb()
    begun = time.monotonic()
    for path, kind in (
        ("/api/v1/receipts", "application/json"),
        ("/api/v1/imports/materials", "text/csv"),
    ):
        for form in (True, False, "chunked"):
            status = flood(plant, path, kind, form)
            assert status == 413 or (
                status is None and form is not True
            ), f"{path} {form}: {status}"
    file = folder / "large.csv"
    file.write_bytes(b"code\n" + b"x" * 100 * 1024 * 1024)
    said = plant.command("import", "materials", file, ok=(2,))
    file.unlink()
    equal(plant.client().send("GET", "/healthz").status, 200, "health after the floods")
    equal(rows(plant), before, "rows")
    grown = plant.memory_mb() - memory
    print(
        f"  {time.monotonic() - begun:.1f} s, {grown:.0f} MB more memory; {said[:80]}", flush=True
    )
    assert grown < 150, f"memory grew by {grown:.0f} MB"


def garbage(plant):
    """Bytes that are no HTTP, and connections that end in the middle."""
    for text in (
        b"\x16\x03\x01\x02\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/v1/receipts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/receipts HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", plant.port), timeout=5) as line:
            try:
                line.sendall(text)
                line.settimeout(0.3)
                line.recv(1000)
            except OSError:
                pass
    equal(plant.client().send("GET", "/healthz").status, 200, "health after the garbage")


def good_still_works(plant):
    """After all of it a good receipt goes through as if nothing had been."""
    client = plant.client()
    answer = client.send(
        "POST", "/api/v1/receipts", (LINE % '{"material":"REAL","quantity":2}').encode()
    )
    equal(answer.status, 201, f"a good receipt: {answer.body[:300]}")
    lot = parse(answer.body)["lines"][0]["lot"]
    stock = client.rows(f"/api/v1/stock?lot={lot}")
    equal([(row["location"], milli(row["quantity"])) for row in stock], [("DOCK", 2000)], "stock")
    plant.doctor()


def main():
    suite = Suite("bad input")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plant = Box(folder / "data")
        plant.command("init", "--facility", "BAD-1")
        plant.start()
        try:
            with suite.test("good files with BOM, CRLF, quotes and semicolons are read"):
                seed(plant, folder)
            with suite.test(f"{len(FILES)} kinds of bad files change nothing"):
                files(plant, folder)
            with suite.test("--keep-good takes the good rows, --dry-run none"):
                keep_good(plant, folder)
            with suite.test("a reject file of more than 4 MiB comes back whole"):
                long_answers(plant, folder)
            with suite.test(f"{len(BODIES)} kinds of bad bodies change nothing"):
                bodies(plant)
            with suite.test("wrong requests are refused before their body is read"):
                requests(plant)
            with suite.test("bodies of 100 MB are refused in little memory"):
                large(plant, folder)
            with suite.test("bytes that are no HTTP do no harm"):
                garbage(plant)
            with suite.test("the server is still up, and good input still works"):
                good_still_works(plant)
                equal(plant.stop(), 0, "exit code")
        finally:
            plant.kill()
    suite.finish()


if __name__ == "__main__":
    main()
