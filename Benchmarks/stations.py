"""Eight stations at once, ten thousand reservations, and space for fewer than half of them."""

import json
import multiprocessing
import os
import time

from appliance import Appliance
from figures import percentile

STATIONS, LOTS, LOCATIONS, UNITS = 8, 10_000, 400, 10


def plant_of(folder, lots):
    """A hall of pallet places; each takes ten pallets."""
    plant = Appliance(folder / "stations")
    plant.command("init")
    with open(folder / "locations.csv", "w") as file:
        file.write("code,kind,zone,aisle,bay,level,position,width_mm,depth_mm,height_mm,"
                   "max_weight_kg,max_handling_units,mixing\n")
        file.write("DOCK-1,DOCK,IN,DOCK,1,1,1,,,,,,\n")
        for number in range(LOCATIONS):
            aisle, bay = divmod(number, 40)
            file.write(f"F{aisle:02}-{bay:02},STORAGE,STORE,F{aisle:02},{bay + 1},1,1,6500,2500,"
                       f"2400,10000,{UNITS},MIXED\n")
    with open(folder / "materials.csv", "w") as file:
        file.write("code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,"
                   "weight_kg\nPALLET,Pallet,EACH,1,1200,800,1000,300\n")
    for kind in ("locations", "materials"):
        plant.command("import", kind, folder / f"{kind}.csv")
    plant.start()
    client, found = plant.client(), []
    while len(found) < lots:
        count = min(500, lots - len(found))
        lines = [{"material": "PALLET", "quantity": 1, "lot": f"S{len(found) + line}"}
                 for line in range(count)]
        body = {"number": f"STATIONS-{len(found)}", "lines": lines}
        for line in client.post("/api/v1/receipts", body)["lines"]:
            found.append(line["lot"]["id"] if isinstance(line["lot"], dict) else line["lot"])
    return plant, found


def station(plant, share, answers):
    """One station, a process of its own: asks for one lot after the other."""
    client = plant.client()
    times, placed, refused, odd = [], [], [], []
    for lot in share:
        begun = time.perf_counter()
        status, body = client.exchange("POST", "/api/v1/putaway/recommendations", {"lot": lot})
        times.append(1000 * (time.perf_counter() - begun))
        answer = json.loads(body)
        if status in (200, 201):
            placed.append((answer.get("rows") or [answer])[0]["location"])
        elif status in (409, 422) and answer.get("code") and answer.get("detail"):
            refused.append({key: answer.get(key) for key in ("code", "context", "hint")})
        else:
            odd.append((status, answer))
    answers.put((times, placed, refused, odd))


def stations(report, folder):
    lots = int(os.environ.get("STOWAGE_STATION_LOTS", LOTS))
    plant, found = plant_of(folder, lots)
    # Threads of one Python would wait for each other and not for the appliance.
    forked = multiprocessing.get_context("fork")
    answers = forked.Queue()
    try:
        workers = [
            forked.Process(target=station, args=(plant, found[number::STATIONS], answers))
            for number in range(STATIONS)
        ]
        used, begun = plant.cpu_seconds(), time.perf_counter()
        for worker in workers:
            worker.start()
        parts = [answers.get() for _ in workers]
        seconds, used = time.perf_counter() - begun, plant.cpu_seconds() - used
        for worker in workers:
            worker.join()
    finally:
        plant.kill()
    times, placed, refused, odd = (sum((part[kind] for part in parts), []) for kind in range(4))
    assert not odd, f"{len(odd)} answers are neither a place nor a refusal, the first: {odd[0]}"
    fullest = max(placed.count(place) for place in set(placed))
    assert fullest <= UNITS, f"{fullest} pallets are promised to a place for {UNITS}"
    room = min(lots, LOCATIONS * UNITS)
    assert len(placed) == room, f"{len(placed)} were placed where there is room for {room}"
    unnamed = [answer for answer in refused if not answer.get("context") and not answer.get("hint")]
    assert not unnamed, f"a refusal without its reason: {unnamed[0]}"
    report.add(f"{lots:,} reservations from {STATIONS} stations", lots / seconds, "/s")
    report.add("  processor time of the appliance for each", 1000 * used / lots, "ms")
    report.add("  placed", len(placed), "")
    report.add("  refused, each with its reason", len(refused), "")
    report.add("  fullest place, pallets", fullest, "", UNITS)
    report.add("  wait, p50", percentile(times, 0.5), "ms")
    report.add("  wait, p99", percentile(times, 0.99), "ms", 50)
