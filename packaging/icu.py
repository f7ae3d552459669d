#!/usr/bin/env python3
"""Makes the part of ICU's data that Stowage can need, as an object to link before Swift's own.

usage: packaging/icu.py OUT.o           (prints the words that the linker wants beside it)

Swift's static Foundation brings ICU's data of all languages and code pages: 34 MB, nearly half of
the binary. Stowage speaks to machines: it needs time zones, normalisation, collation and the rules
of English. This copies exactly those items, byte for byte, out of the toolchain's own library into
a package of the same format. The linker then reads ICU's one mention of the big package as a
mention of this one (`--wrap`), and leaves the big one where it is. A toolchain that keeps its data
elsewhere gets no words, and a larger binary.
"""

import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

# Of each folder of locales: the indices, and English with what it falls back to.
LOCALES = {"root", "en", "en_001", "en_150", "en_GB", "en_US", "en_US_POSIX", "pool", "res_index"}
# Whole kinds that only serve other languages, other code pages or other scripts.
UNUSED = (".cnv", ".spp", ".dict", ".cfu", "/unames.icu", "_cj.brk", "/line_loose.brk")
FOLDERS_UNUSED = {"translit", "rbnf"}
# In the top folder a resource that is named like a locale is one; the others are rules.
LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)*$")
RULES_NAMED_LIKE_LOCALES = {"root", "units"}


def needed(item):
    """Whether an item of the data is kept; `item` is its path, the package's name first."""
    parts = item.split("/")[1:]
    if item.endswith(UNUSED) or parts[0] in FOLDERS_UNUSED:
        return False
    name, _, kind = parts[-1].rpartition(".")
    if kind != "res" or name in LOCALES | RULES_NAMED_LIKE_LOCALES:
        return True
    return len(parts) == 1 and not LOCALE.match(name)


def items(data):
    """The header of the package, and its items as (name, bytes), in their order."""
    size, first, second = struct.unpack_from("<HBB", data, 0)
    assert (first, second) == (0xDA, 0x27) and data[12:16] == b"CmnD", "this is no ICU data"
    assert data[8] == 0 and data[16] == 1, "this ICU data is laid out in an unknown way"
    count = struct.unpack_from("<I", data, size)[0]
    table = [struct.unpack_from("<II", data, size + 4 + 8 * place) for place in range(count)]
    ends = [at for _, at in table[1:]] + [len(data) - size]
    found = []
    for (name, begin), end in zip(table, ends):
        stop = data.index(b"\0", size + name)
        found.append((data[size + name:stop].decode(), data[size + begin:size + end]))
    return data[:size], found


def package(header, kept):
    """The items as a package: a table in the order of names, the names, the items on 16 bytes."""
    names = b"".join(name.encode() + b"\0" for name, _ in kept)
    begin = 4 + 8 * len(kept) + len(names)
    at, place, table, body = 4 + 8 * len(kept), begin + -(len(header) + begin) % 16, b"", b""
    gap = b"\xaa" * (place - begin)
    for name, content in kept:
        table += struct.pack("<II", at, place + len(body))
        at += len(name) + 1
        body += content + b"\xaa" * (-len(content) % 16)
    return header + struct.pack("<I", len(kept)) + table + names + gap + body


def run(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout


def assembly(symbol, path):
    """The source of an object that holds a file under a name."""
    return (
        f".section .rodata\n.globl {symbol}\n.type {symbol}, @object\n.balign 16\n{symbol}:\n"
        f'.incbin "{path}"\n.size {symbol}, . - {symbol}\n'
        '.section .note.GNU-stack,"",@progbits\n'
    )


def main():
    out = Path(sys.argv[1]).resolve()
    target = json.loads(run("swiftc", "-print-target-info"))
    runtime = Path(target["paths"]["runtimeResourcePath"])
    library = runtime.with_name("swift_static") / "linux" / "lib_FoundationICU.a"
    if not library.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        raw, whole, part = (Path(folder) / name for name in ("raw.o", "whole", "part"))
        raw.write_bytes(run("ar", "p", library, "icu_packaged_data.cpp.o"))
        symbol = re.search(r"\bicudt\d+_dat\b", run("nm", raw).decode())[0]
        run("objcopy", "-O", "binary", "--only-section=.rodata", raw, whole)
        header, found = items(whole.read_bytes())
        # What is understood well enough to be written again as it was may be written in part.
        assert package(header, found) == whole.read_bytes(), "this ICU data is not as expected"
        part.write_bytes(package(header, [item for item in found if needed(item[0])]))
        source = Path(folder) / "icu.s"
        source.write_text(assembly(f"__wrap_{symbol}", part))
        out.parent.mkdir(parents=True, exist_ok=True)
        run("gcc", "-c", source, "-o", out)
    print(f"-Xlinker {out} -Xlinker --wrap={symbol}")


if __name__ == "__main__":
    main()
