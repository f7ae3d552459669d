#!/usr/bin/python3
"""The demo plant: the same seed makes the same one, and the walk through the main job is green."""

import socket
import tempfile
from pathlib import Path

from stowage_box import Box, Hub, parse
from suite import Suite, equal


def made(folder, seed):
    """Makes a plant; gives its report and what lies in it."""
    plant = Box(folder)
    report = plant.json("demo", "--seed", seed)
    held = sorted(plant.command("export", "stock").splitlines()[1:])
    # Ids of lots are new in every plant; everything else must be the same.
    columns = plant.command("export", "stock").splitlines()[0].split(",")
    drop = columns.index("lot") if "lot" in columns else 0
    goods = plant.command("export", "materials")
    places = plant.command("export", "locations")
    rows = sorted(
        ",".join(cell for index, cell in enumerate(line.split(",")) if index != drop)
        for line in held
    )
    return report, rows, goods, places


def walk(plant, *flags, ok=(0,)):
    text = plant.command(
        "demo", "--check", "--server", f"http://127.0.0.1:{plant.port}", *flags, ok=ok
    )
    return text


def main():
    suite = Suite("demo")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with suite.test("the same seed makes the same plant, another one another"):
            first, second = made(folder / "a", 5), made(folder / "b", 5)
            equal(second[0], first[0], "report")
            for one, two, what in zip(first[1:], second[1:], ("stock", "materials", "locations")):
                assert one == two, f"the {what} of two plants of one seed differ"
            report = first[0]
            equal(
                (report["materials"], report["locations"]), (500, 2005), "materials and locations"
            )
            assert made(folder / "c", 6)[2] != first[2], "another seed made the same materials"
        with Hub(folder / "hub") as hub:
            with Box(folder / "a", hub=hub) as plant:
                for number in (1, 2):
                    with suite.test(f"the walk through the main job is green, time {number}"):
                        print(walk(plant), end="", flush=True)
                with suite.test("its JSON says so too"):
                    report = parse(walk(plant, "--json"))
                    assert report["passed"] and len(report["steps"]) == report["steps_in_walk"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Box(folder / "b", "--hub", f"http://127.0.0.1:{port}") as plant:
            for number in (1, 2):
                with suite.test(f"where no hub runs it starts one for the walk, time {number}"):
                    text = walk(plant)
                    assert "started for this walk" in text, text
                    with socket.socket() as gone:
                        assert gone.connect_ex(("127.0.0.1", port)), "the hub was left running"
        with Box(folder / "c") as plant:
            with suite.test("with no hub configured the aggregates wait"):
                text = walk(plant)
                assert "wait in the outbox" in text, text
        with suite.test("it refuses to walk through a warehouse that is no demo"):
            plant = Box(folder / "real")
            plant.command("init", "--facility", "REAL-1")
            with plant:
                text = walk(plant, ok=(2,))
                assert "no demo plant" in text, text
                equal(plant.doctor()["rows"]["receipts"], 0, "receipts")
    suite.finish()


if __name__ == "__main__":
    main()
