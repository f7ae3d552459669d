#!/usr/bin/python3
"""The whole main job on real data: real bins, parts, pallets, demand, from import to head office.

In the middle of traffic the process is killed as a power cut would end it. Afterwards every answer
that the crew got must still be true: each request is sent again under its own key, the ledger and
the stock are added up anew, and head office must count what the appliance counts.
"""

import csv
import datetime
import random
import tempfile
import time
from pathlib import Path

from stowage_box import Audit, Box, Hub, Traffic, admin, compare_hub, explain, milli, parse, shared
from suite import Suite, equal

SEED = 20261120
FACILITY = "REAL-1"
SKU_MAP = {
    "ID": "code",
    "Tradability": "-",
    "Init status": "-",
    "Unitprice": "-",
    "Expire date": "shelf_life_days",
    "Outbound number": "-",
    "Total outbound": "-",
    "Pal grossweight": "weight_kg",
    "Pal height": "height_m",
    "Units per pal": "handling_unit_quantity",
}


def table(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def write(path, head, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def mapped(names):
    """The `--map` flags of a table of names."""
    return [word for theirs, ours in names.items() for word in ("--map", f"{theirs}={ours}")]


def load_locations(plant, folder):
    """The real shelf, with zone and aisle read off its codes, and a made pallet store and docks."""
    head, rows = table(shared("packing", "sku", "wareviz", "locations.csv"))
    rows = [row + ["SHELF", row[0].split("-")[0]] for row in rows]
    path = write(folder / "locations.csv", head + ["zone", "aisle"], rows)
    names = {
        "loc_id": "code",
        "pos_x": "map_x_mm",
        "pos_y": "map_y_mm",
        "pos_z": "reach_mm",
        "loc_width": "width_mm",
        "loc_depth": "depth_mm",
        "loc_height": "height_mm",
    }
    result = plant.load("locations", path, *mapped(names))
    equal((result["rows"], result["applied"], result["faulty"]), (357, 357, 0), "locations")
    made = [
        ["DOCK-1", "DOCK", "DOCK", "D", "", "", "", ""],
        ["DOCK-2", "DOCK", "DOCK", "D", "", "", "", ""],
    ]
    for number in range(1500):
        aisle, height = number // 100, 1200 + 400 * (number % 4)
        made.append(
            [
                f"P{aisle:02}-{number % 100:03}",
                "STORAGE",
                "PALLETS",
                f"P{aisle:02}",
                1300,
                1000,
                height,
                1000,
            ]
        )
    head = ["code", "kind", "zone", "aisle", "width_mm", "depth_mm", "height_mm", "max_weight_kg"]
    result = plant.load("locations", write(folder / "pallets.csv", head, made))
    equal(result["applied"], len(made), "the pallet store")


def load_materials(plant, folder):
    """67 parts, and 1,500 pallet SKUs whose zeros mean that nobody measured them."""
    parts = {
        "item_id": "code",
        "pkg_len": "length_mm",
        "pkg_width": "width_mm",
        "pkg_depth": "height_mm",
        "pkg_weight": "weight_kg",
        "items_per_pkg": "handling_unit_quantity",
        "demand": "-",
        "abc_class": "pick_class",
    }
    path = shared("packing", "sku", "wareviz", "parts.csv")
    equal(plant.load("materials", path, *mapped(parts))["applied"], 67, "parts")
    head, rows = table(shared("packing", "sku", "pallet_sku_dev1500.csv"))
    head += ["length_m", "width_m"]
    rows = [row + ["1.2", "0.8"] for row in rows]
    path = write(folder / "skus.csv", head, rows)
    zero = {
        row[0] for row in rows if 0 in (float(row[4]), float(row[7]), float(row[8]), float(row[9]))
    }
    dry = plant.load("materials", path, *mapped(SKU_MAP), "--dry-run", ok=(0, 1, 2))
    equal(dry["faulty"], len(zero), "rows with an unmeasured value")
    equal(
        len(
            plant.load(
                "materials",
                path,
                *mapped(SKU_MAP),
                "--keep-good",
                "--rejects",
                folder / "rejects.csv",
                ok=(1,),
            )["faults"]
        ),
        100,
        "faults shown",
    )
    head, rejects = table(folder / "rejects.csv")
    mended, column = [], {name: head.index(name) for name in [*SKU_MAP, "length_m", "width_m"]}
    for row in rejects:
        for name in ("Expire date", "Pal grossweight", "Pal height", "Units per pal"):
            if float(row[column[name]] or 0) == 0:
                row[column[name]] = ""
        if not row[column["Pal height"]]:
            row[column["length_m"]] = row[column["width_m"]] = ""
        mended.append(row)
    equal({row[column["ID"]] for row in mended}, zero, "rejected rows")
    names = {
        **SKU_MAP,
        **{name: "-" for name in head if name not in [*SKU_MAP, "length_m", "width_m"]},
    }
    result = plant.load("materials", write(folder / "mended.csv", head, mended), *mapped(names))
    equal(result["applied"], len(zero), "mended rows")


def load_demand(plant, folder, today):
    """1,798 days of 52 grocery SKUs, moved by whole weeks so that they end before today."""
    head, rows = table(shared("forecast", "pasta_daily.csv"))
    days = [datetime.date.fromisoformat(day) for day in head[1:]]
    weeks = (today - days[-1]).days // 7
    moved = [day + datetime.timedelta(weeks=weeks) for day in days]
    codes = [[row[0], "EACH", 12, 400, 300, 200, 6] for row in rows]
    columns = [
        "code",
        "base_unit",
        "handling_unit_quantity",
        "length_mm",
        "width_mm",
        "height_mm",
        "weight_kg",
    ]
    equal(
        plant.load("materials", write(folder / "pasta.csv", columns, codes))["applied"], 52, "SKUs"
    )
    path = write(folder / "demand.csv", ["sku", *moved], rows)
    result = plant.load("demand", path, "--map", "sku=material")
    days_known = sum(value != "" for row in rows for value in row[1:])
    equal((result["rows"], result["applied"]), (52, days_known), "demand")
    sample = random.Random(SEED).sample(rows, 3)
    return {row[0]: dict(zip((day.isoformat() for day in moved), row[1:])) for row in sample}


def load_stock(plant):
    """What lay in the real shelf, with a report to sign."""
    path = shared("packing", "sku", "wareviz", "allocations.csv")
    _, rows = table(path)
    names = {"loc_id": "location", "item_id": "material", "alloc_qty": "quantity"}
    result = plant.load("opening-stock", path, *mapped(names))
    equal(result["applied"], 174, "allocations")
    totals = {}
    for _, material, quantity in rows:
        totals[material] = totals.get(material, 0) + milli(quantity)
    signed = {row["material"]: milli(row["quantity"]) for row in result["report"]["materials"]}
    equal(signed, totals, "the report to sign")
    again = plant.load("opening-stock", path, *mapped(names), ok=(2,))
    equal((again["applied"], again["faulty"]), (0, 174), "the same file again")


def goods(client):
    """What the crew receives: code and handling unit in thousandths, of every kind."""
    chosen = []
    for row in client.rows("/api/v1/materials"):
        unit = milli(row["handling_unit_quantity"])
        if row["size_mm"] and row["weight_g"]:
            chosen.append((row["code"], unit))
    return chosen


def forecast_all(plant):
    """Every series with demand has a forecast and a suggestion."""
    client = plant.client()
    run = plant.json("forecast", "run")
    wanted = {
        row["material"] for row in csv.DictReader(plant.command("export", "demand").splitlines())
    }
    equal(run["materials"], len(wanted), "materials that were forecast")
    made = plant.json("job", "run", "replenishment")
    assert made["succeeded"], made
    suggested = {row["material"] for row in client.rows("/api/v1/replenishment")}
    for code in sorted(wanted):
        path = parse(client.send("GET", f"/api/v1/materials/{code}/forecast").body)
        equal(len(path["rows"]), 90, f"days of {code}")
        for row in path["rows"]:
            values = [row[f"q{level}"] for level in ("0.05", "0.5", "0.95")]
            assert 0 <= values[0] <= values[1] <= values[2], f"{code}: {row}"
        answer = client.send("GET", f"/api/v1/materials/{code}/policy")
        equal(answer.status, 200, f"policy of {code}")
        needed = parse(answer.body)["suggested_quantity"] > 0
        assert not needed or code in suggested, f"{code} should be ordered and is not suggested"
    return len(wanted), len(suggested)


def last_days(count=3):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return [(today - datetime.timedelta(days=back)).isoformat() for back in range(count)]


def check_books(plant, hub, crew):
    """Doctor, our own sums, the crew's books, head office."""
    plant.doctor()
    client = plant.client()
    ledger, stock = explain(client)
    places = Audit(crew.records).compare(client)
    sent = admin(plant, "POST", "/admin/sync/run")
    equal((sent["pending_batches"], sent["unbatched_events"]), (0, 0), "what still waits")
    demand, held = compare_hub(plant, hub, FACILITY, last_days())
    print(
        f"  {ledger} ledger rows explain {stock} stocks, {places} of them the crew's; head office "
        f"has {demand} days of demand and {held} materials",
        flush=True,
    )


def day_of_work(suite, plant, hub, folder):
    client = plant.client()
    crew = None
    with suite.test("50 receipts are planned, confirmed, overridden, rejected, picked"):
        suite.needs("real master data, stock and demand are imported")
        places = [
            row["code"] for row in client.rows("/api/v1/locations") if row["kind"] == "STORAGE"
        ]
        crew = Traffic(goods(client), ["DOCK-1", "DOCK-2"], places, SEED)
        crew.run(plant, stations=5, limit=10)
        equal(crew.counts["receipt"], 50, "receipts")
        for what in ("plan", "confirm", "override", "reject", "pick"):
            assert crew.counts[what] >= 5, f"too few of {what}: {crew.counts}"
        print(f"  {dict(crew.counts)}", flush=True)
    with suite.test("every series is forecast and judged for replenishment"):
        suite.needs("real master data, stock and demand are imported")
        print("  {} series, {} suggestions".format(*forecast_all(plant)), flush=True)
    with suite.test("the books agree, here and at head office"):
        suite.needs("50 receipts are planned, confirmed, overridden, rejected, picked")
        check_books(plant, hub, crew)
    with suite.test("kill -9 in the middle of traffic loses nothing that was answered"):
        suite.needs("50 receipts are planned, confirmed, overridden, rejected, picked")
        threads = crew.start(plant, stations=6)
        time.sleep(4)
        plant.kill()
        crew.stopping.set()
        for thread in threads:
            thread.join()
        assert not crew.faults, crew.faults[0]
        seconds = plant.start()
        plant.doctor()
        doubtful, replayed = crew.settle(plant.client())
        check_books(plant, hub, crew)
        print(
            f"  up again in {seconds:.2f} s; {replayed} answers replayed, {doubtful} were in doubt",
            flush=True,
        )
    with suite.test("the forecasts run again after the restart, and it stops cleanly"):
        suite.needs("kill -9 in the middle of traffic loses nothing that was answered")
        forecast_all(plant)
        equal(plant.stop(), 0, "exit code")


def main():
    suite = Suite("main job")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Hub(folder / "hub") as hub:
            plant = Box(folder / "data", hub=hub)
            plant.command("init", "--facility", FACILITY, "--time-zone", "UTC")
            plant.start()
            try:
                with suite.test("real master data, stock and demand are imported"):
                    today = datetime.datetime.now(datetime.timezone.utc).date()
                    load_locations(plant, folder)
                    load_materials(plant, folder)
                    sample = load_demand(plant, folder, today)
                    load_stock(plant)
                    rows = plant.doctor()["rows"]
                    equal((rows["locations"], rows["materials"]), (1859, 1619), "rows")
                    client = plant.client()
                    for code, days in sample.items():
                        found = parse(
                            client.send(
                                "GET", f"/api/v1/materials/{code}/demand?from={min(days)}"
                            ).body
                        )["rows"]
                        wanted = {day: milli(value) for day, value in days.items() if value}
                        equal({row["day"]: milli(row["quantity"]) for row in found}, wanted, code)
                day_of_work(suite, plant, hub, folder)
            finally:
                plant.kill()
    suite.finish()


if __name__ == "__main__":
    main()
