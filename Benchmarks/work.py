"""Putaway tasks for the benchmarks, and confirms of them as the bytes of whole requests."""

import json
import random
import uuid

def small_goods(client):
    """Materials of the demo of which many fit into one location."""
    found = []
    for row in client.get("/api/v1/materials?limit=1000")["rows"]:
        if row["size_mm"] and row["category"] in ("PLATES", "INK") and not row["hazard_class"]:
            found.append((row["code"], row["handling_unit_quantity"]))
    return found


def open_tasks(client, count, tag="WORK", lines=50, seed=3):
    """So many recommendations that wait for their confirm; the demo has room for about 4,800."""
    tasks, goods, source, number = [], small_goods(client), random.Random(seed), 0
    while len(tasks) < count:
        rows = [{"material": code, "quantity": unit, "lot": f"{tag}-{number}-{at}"}
                for at, (code, unit) in enumerate(source.choices(goods, k=lines))]
        receipt = client.post("/api/v1/receipts", {"number": f"{tag}-{number}", "lines": rows})
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
