"""Putaway tasks for the benchmarks, and confirms of them as the bytes of whole requests."""

import json
import random
import uuid

from appliance import Appliance

DOCKS = 20


def hall(folder, name, variables=None, locations=2_000, materials=500, seed=4):
    """A hall of shelves with room for any of its cartons, and docks; not started."""
    plant, source = Appliance(folder / name, variables=variables), random.Random(seed)
    plant.command("init")
    with open(folder / "locations.csv", "w") as file:
        file.write("code,kind,zone,aisle,bay,level,position,width_mm,depth_mm,height_mm,"
                   "max_weight_kg,storage_types,mixing\n")
        for dock in range(1, DOCKS + 1):
            file.write(f"DOCK-{dock},DOCK,IN,DOCK,{dock},1,1,,,,,,\n")
        for number in range(locations - DOCKS):
            aisle, cell = divmod(number, 500)
            bay, level = divmod(cell, 5)
            file.write(f"L{aisle:02}-{bay:03}-{level},STORAGE,STORE,A{aisle:02},{bay + 1},"
                       f"{level + 1},1,2700,1200,1800,3000,,MIXED\n")
    with open(folder / "materials.csv", "w") as file:
        file.write("code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,"
                   "weight_kg,pick_class\n")
        for number in range(materials):
            edges = sorted((source.randrange(60, 240) for _ in range(3)), reverse=True)
            file.write(f"M{number:06},Carton {number},EACH,1,{edges[0]},{edges[1]},{edges[2]},"
                       f"{source.randrange(100, 4_000) / 1000},{source.choice('ABCCCC')}\n")
    for kind in ("locations", "materials"):
        plant.command("import", kind, folder / f"{kind}.csv")
    return plant


def open_tasks(client, count, tag="WORK", lines=50, materials=500, seed=3):
    """So many recommendations of a hall that wait for their confirm."""
    tasks, source, number = [], random.Random(seed), 0
    while len(tasks) < count:
        rows = [{"material": f"M{source.randrange(materials):06}", "quantity": 1,
                 "lot": f"{tag}-{number}-{at}"} for at in range(lines)]
        receipt = client.post("/api/v1/receipts", {
            "number": f"{tag}-{number}", "dock": f"DOCK-{number % DOCKS + 1}", "lines": rows})
        plan = client.post(f"/api/v1/receipts/{receipt['id']}/plan", {"budget_ms": 0})
        found = [task for line in plan["lines"] for task in line["recommendations"]]
        assert found, f"no place is left for {tag}-{number}"
        tasks += found
        number += 1
    return tasks[:count]


def confirm(task, plant):
    """The confirm of a task at the place that it names, with a key of its own."""
    payload = json.dumps({"location": task["location"]}).encode()
    head = (
        f"POST /api/v1/putaway/recommendations/{task['id']}/confirm HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {plant.token}\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


def check_confirmed(client, tasks):
    """Fails where one of the tasks, all of them answered, is not confirmed in the books."""
    wanted, after = {task["id"] for task in tasks}, None
    while wanted:
        query = "?status=CONFIRMED&limit=1000" + (f"&after={after}" if after else "")
        page = client.get("/api/v1/putaway/recommendations" + query)
        wanted -= {row["id"] for row in page["rows"]}
        after = page["next"]
        if not after:
            break
    assert not wanted, f"{len(wanted)} confirms were answered, and are not in the books"
