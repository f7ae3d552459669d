"""What a supervisor decides on the pages: what is ordered, which moves become tasks, which units."""

import csv
import io
import random
import re
import tempfile
from datetime import date, timedelta
from pathlib import Path

from browser import DESK, HANDHELD, STATION, Crew, picture, scan, shown
from pages_desk import visit
from pages_station import articles
from stowage_box import Box
from suite import equal, until

PATH = "/api/v1/replenishment"


def rows_of(client, status):
    return client.get(f"{PATH}?status={status}&limit=1000")["rows"]


def choose(page, count):
    """Chooses the first rows of the list; gives their articles."""
    names = []
    for index in range(count):
        row = page.locator("#main tbody tr").nth(index)
        names.append(row.locator("td:nth-child(2)").inner_text())
        row.locator("input[type=checkbox]").check()
    return names


def ordered(suite, crew, floor):
    with suite.test("supervisor: many suggestions approved at once, durable, undone, handed on"):
        before = len(rows_of(floor.client, "OPEN"))
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "orders")
            page.click("button:text-is('Approve the chosen')")
            page.wait_for_selector("text=Choose some rows first.")
            first = choose(page, 2)
            page.fill("#note", "agreed with the mill")
            page.click("button:text-is('Approve the chosen')")
            page.wait_for_selector("text=2 approved.")
            picture(page, "office-approved-desk")
            approved = rows_of(floor.client, "APPROVED")
            equal(sorted(row["material"] for row in approved), sorted(first), "approved")
            equal({row["decided_by"] for row in approved}, {"operator:B-300"}, "by whom")
            equal({row["note"] for row in approved}, {"agreed with the mill"}, "note")
            shown_now = page.locator("#main tbody td:nth-child(2)").all_inner_texts()
            assert not set(first) & set(shown_now), "approved rows stand among the open ones"
            page.click("#undo")
            page.wait_for_selector("text=2 open again.")
            equal(len(rows_of(floor.client, "OPEN")), before, "open after undo")
            second = choose(page, 3)
            page.click("button:text-is('Approve the chosen')")
            page.wait_for_selector("text=3 approved.")
            rejected = choose(page, 1)
            page.click("button:text-is('Turn the chosen down')")
            page.wait_for_selector("text=1 turned down.")
            # The nightly run: what was decided stays, everything else is made anew.
            page.click("button:text-is('Work out anew')")
            page.wait_for_selector("text=/suggestions for .* articles/")
            found = {row["material"]: row for row in floor.client.get(f"{PATH}?limit=1000")["rows"]}
            equal([found[name]["status"] for name in second], ["APPROVED"] * 3, "after the run")
            equal(found[rejected[0]]["status"], "REJECTED", "after the run")
            with page.expect_download() as download:
                page.click("button:text-is('Approved, for purchasing (CSV)')")
            with open(download.value.path(), encoding="utf-8", newline="") as file:
                lines = list(csv.DictReader(file))
            equal(sorted(line["material"] for line in lines), sorted(second), "for purchasing")
            equal({line["approved_by"] for line in lines}, {"operator:B-300"}, "approved by")
            page.select_option("#state", "REJECTED")
            page.wait_for_selector("#main td:has-text('turned down')")
            choose(page, 1)
            page.click("button:text-is('Take the decision back')")
            page.wait_for_selector("text=1 open again.")
        audit = floor.client.get("/api/v1/audit?limit=50")["rows"]
        kinds = [row["action"] for row in audit if row["action"].startswith("replenishment.")]
        equal(sorted(kinds), sorted(["replenishment.approved"] * 2 + ["replenishment.reopened"] * 2
                                    + ["replenishment.rejected"]), "audit")  # fmt: skip
    with suite.test("supervisor: who was faster with a suggestion is told, and nothing is half done"):
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "orders")
            names = choose(page, 2)
            floor.client.post(f"{PATH}/decisions",
                              {"decision": "REJECT", "suggestions": [{"material": names[1]}]})  # fmt: skip
            page.click("button:text-is('Approve the chosen')")
            page.wait_for_selector("#main [role=alert]")
            said = page.inner_text("#main")
            assert names[1] in said and "is REJECTED already" in said, said[:600]
            found = {row["material"]: row["status"] for row in
                     floor.client.get(f"{PATH}?limit=1000")["rows"]}  # fmt: skip
            equal((found[names[0]], found[names[1]]), ("OPEN", "REJECTED"), "statuses")
        floor.client.post(f"{PATH}/decisions",
                          {"decision": "REOPEN", "suggestions": [{"material": names[1]}]})  # fmt: skip
    with suite.test("supervisor: the same in Spanish; who only plans sees it and decides nothing"):
        with crew.page("/", "B-300", DESK, locale="es-ES") as page:
            visit(page, "orders")
            choose(page, 1)
            page.click("button:text-is('Aprobar lo elegido')")
            page.wait_for_selector("text=1 aprobadas.")
            page.click("#undo")
            page.wait_for_selector("text=1 abiertas de nuevo.")
        with crew.page("/", "B-200", DESK) as page:
            visit(page, "orders")
            page.wait_for_selector("#main tbody td")
            equal(page.locator("button:text-is('Approve the chosen')").count(), 0, "the button")


def searched(suite, crew, floor):
    with suite.test("supervisor: the ledger is searched by days"):
        newest = floor.client.get("/api/v1/transactions?newest=1&limit=1")["rows"][0]
        today = newest["local_day"] if "local_day" in newest else newest["occurred_at"][:10]
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "ledger")
            page.fill("input[name=to]", "2001-01-01")
            page.click("button:text-is('Search')")
            page.wait_for_selector("td.empty:has-text('Nothing fits.')")
            page.fill("input[name=from]", str(date.fromisoformat(today) - timedelta(days=1)))
            page.fill("input[name=to]", str(date.fromisoformat(today) + timedelta(days=1)))
            page.click("button:text-is('Search')")
            page.wait_for_selector("#main tbody tr:nth-child(3)")
            page.fill("input[name=to]", "2001-01-01")
            page.click("button:text-is('Search')")
            page.wait_for_selector("text=wrong way round")


def healthy(suite, crew, floor):
    with suite.test("supervisor: what each check says stands in Spanish on a Spanish page"):
        with crew.page("/", "B-300", DESK, locale="es-ES") as page:
            visit(page, "box")
            page.wait_for_selector("#main tbody tr:nth-child(8)")
            text = page.inner_text("#main table")
            for word in ("La base de datos admite cambios.", "Lo confirmado sobrevive", "del disco"):
                assert word in text, (word, text)
            english = page.locator("#main table").first.locator("[lang=en]").all_inner_texts()
            assert len([one for one in english if one.strip()]) <= 1, english


WARNED = """async () => (await import("/assets/common/told.js")).warningText({
  code: "WEIGHT", message: "The beam carries 500 kg, 812 kg lie there now." })"""


def measured(suite, crew, floor):
    with suite.test("US customary units: shown and entered on every page, metric in the API"):
        place = next(row for row in floor.client.get("/api/v1/locations?zone=INKS&limit=50")["rows"]
                     if row["size_mm"])  # fmt: skip
        wide = place["size_mm"][0]
        with crew.page("/", "B-300", DESK) as page:
            visit(page, f"place/{place['code']}", "floor")
            assert f"{wide / 1000:g} m" in page.inner_text("#main .cards"), wide
            visit(page, "settings")
            page.click('button[aria-label="Change: facility.units"]')
            page.select_option("dialog #value", "US")
            page.click("dialog button:text-is('Put in force')")
            page.wait_for_selector("dialog", state="detached")
        try:
            with crew.page("/", "B-300", DESK) as page:
                visit(page, f"place/{place['code']}", "floor")
                text = page.inner_text("#main .cards")
                feet = f"{round(wide / 304.8, 2):g} ft"
                assert feet in text and " lb" in text and " kg" not in text, (feet, text)
                picture(page, "office-place-us-desk")
                said = page.evaluate(WARNED)
                equal(said, "The beam carries 1,102.3 lb, 1,790.2 lb lie there now.", "warning")
                visit(page, "settings")
                row = page.locator("tr:has(button[aria-label='Change: slotting.walking-speed-m-s'])")
                assert "3.28 ft/s" in row.inner_text(), row.inner_text()
                page.click('button[aria-label="Change: slotting.bay-step-mm"]')
                begun = page.input_value("dialog #value")
                was = setting(floor, "slotting.bay-step-mm")
                equal(float(begun), round(was / 25.4, 2), "inches")
                page.fill("dialog #value", "100")
                page.click("dialog button:text-is('Put in force')")
                page.wait_for_selector("dialog", state="detached")
                until(lambda: setting(floor, "slotting.bay-step-mm") == 2540, "100 in as mm")
                page.click('button[aria-label="Change: slotting.bay-step-mm"]')
                page.click("dialog button:text-is('Back to the configuration')")
                page.wait_for_selector("dialog", state="detached")
                visit(page, "people")
                page.wait_for_selector("label:has-text('Width, in')")
            with crew.page("/", "B-300", DESK, locale="es-ES") as page:
                visit(page, f"place/{place['code']}", "floor")
                feet = f"{round(wide / 304.8, 2):g} ft".replace(".", ",")
                assert feet in page.inner_text("#main .cards"), feet
            equal(floor.client.get(f"/api/v1/locations/{place['code']}")["size_mm"][0], wide, "API")
        finally:
            back(floor, "facility.units")


def setting(floor, key):
    rows = floor.client.get("/api/v1/settings")["rows"]
    return next(row for row in rows if row["key"] == key)["value"]


def back(floor, key):
    """Takes a setting of the site back."""
    found = floor.client.get("/api/v1/settings")["rows"]
    values = {row["key"]: row["site"] for row in found if row["site"] is not None and row["key"] != key}
    put(floor.client, values)


def put(connection, values):
    """Sets what the site has set."""
    connection.fields = {**connection.fields, "If-Match": "*"}
    connection.call("PUT", "/api/v1/settings", {"values": values})


def progress(suite, crew, floor):
    with suite.test("station: a plan in the making tells its rounds and its best score so far"):
        lines = [{"material": code, "quantity": amount} for code, amount in
                 articles(floor, 120, seed=9)]  # fmt: skip
        made = floor.client.post("/api/v1/receipts",
                                 {"number": "TOLD-1", "arrived": True, "lines": lines})  # fmt: skip
        path = f"/api/v1/receipts/{made['id']}/plan"
        equal(floor.client.get(path), {"planning": False}, "before")
        with crew.page(f"/station#{made['id']}", "B-200", STATION) as page:
            page.wait_for_selector("#algorithm")
            page.select_option("#budget", "5000")
            page.click("button:text-is('Plan')")
            word = page.wait_for_selector("text=/rounds, best score so far/").inner_text()
            seen = re.search(r"([\d,]+) rounds, best score so far (0\.\d+), (\d+) units", word)
            assert seen, word
            page.wait_for_selector("#plan .map rect.target")
        equal(floor.client.get(path), {"planning": False}, "after")
        floor.client.post(f"/api/v1/receipts/{made['id']}/release", {})


class Hall:
    """A hall that is full but for one place, with the goods the wrong way round.

    Four aisles of ten pallet positions. The twelve articles that are ordered lie farthest away, the
    more often they are ordered the farther; what nobody orders lies in front of them.
    """

    def __init__(self, folder):
        self.box = Box(folder / "hall")
        self.box.command("init")
        self.box.start()
        places = [f"P{aisle}-{bay}" for aisle in range(4, 0, -1) for bay in range(10, 0, -1)]
        head = ("code,kind,zone,aisle,bay,level,width_mm,depth_mm,height_mm,max_weight_kg,"
                "max_handling_units,travel_m\nD1,DOCK,DOCK,D,0,0,,,,,,\n")  # fmt: skip
        self.load("locations", head + "".join(
            f"{place},STORAGE,A,{place[1]},{place[3:]},0,1300,900,1600,900,1,"
            f"{int(place[1]) * 6 + int(place[3:]) * 2}\n" for place in places))  # fmt: skip
        numbers = range(1, len(places))
        self.load("materials", "code,name,base_unit,handling_unit_quantity,length_mm,width_mm,"
                  "height_mm,weight_kg\n" + "".join(f"M{n},Goods {n},EACH,400,1200,800,1000,150\n"
                                                    for n in numbers))  # fmt: skip
        self.load("opening-stock", "material,location,quantity,lot\n" + "".join(
            f"M{n},{place},400,LOT{n}\n" for n, place in zip(numbers, places, strict=False)))  # fmt: skip
        today = date.today()
        dice = random.Random(11)
        orders = ["number,due,material,ordered,shipped\n"]
        for number in range(600):
            due = today - timedelta(days=80 - 78 * number // 600)
            wanted = {min(dice.randint(1, 12), dice.randint(1, 12)) for _ in range(dice.randint(1, 3))}
            orders += [f"O{number},{due}T12:00:00Z,M{n},1,1\n" for n in sorted(wanted)]
        self.load("orders", "".join(orders))
        put(self.client, {"slotting.move-s": 60})

    @property
    def client(self):
        return self.box.client()

    def load(self, kind, text):
        status, body = self.client.exchange(
            "POST", f"/api/v1/imports/{kind}", text.encode(), kind="text/csv"
        )
        assert status == 200, f"{kind}: {status} {body[:500]}"

    def lies(self, lot):
        rows = self.client.get(f"/api/v1/stock?lot={lot}&limit=10")["rows"]
        return [row["location"] for row in rows]


def moved(suite, playwright):
    with suite.test("re-slotting: the engine's own moves are accepted, worked off in order, and pay"):
        with tempfile.TemporaryDirectory() as name:
            hall = Hall(Path(name))
            try:
                crew = Crew(hall.box, playwright)
                try:
                    carried(crew, hall)
                finally:
                    crew.close()
            finally:
                hall.box.kill()


def carried(crew, hall):
    proposed = hall.client.get("/api/v1/reslotting")
    moves = proposed["moves"]
    assert len(moves) >= 3, proposed
    assert proposed["net_m"] > 0 and proposed["tour_after_m"] < proposed["tour_before_m"], proposed
    # Nearly full: some place must first be emptied by another move.
    left = {move["from"] for move in moves}
    assert any(move["to"] in left for move in moves), moves
    with crew.page("/", "B-300", DESK) as page:
        visit(page, "slotting")
        page.wait_for_selector("button:text-is('Accept these moves as tasks')")
        page.wait_for_selector("td:has-text('makes room for M1')")
        picture(page, "office-slotting-proposed-desk")
        page.click("button:text-is('Accept these moves as tasks')")
        page.wait_for_selector("text=/Accepted by operator:B-300/")
        page.wait_for_selector("td:text-is('waits')")
        picture(page, "office-moves-desk")
        plan = hall.client.get("/api/v1/reslotting/plans")["rows"][0]
        equal([(step["lot_number"], step["from"], step["to"]) for step in plan["steps"]],
              [(move["lot_number"], move["from"], move["to"]) for move in moves], "steps")  # fmt: skip
        equal({step["status"] for step in plan["steps"]} - {"RECOMMENDED", "WAITING"}, set(), "states")
        work_off(crew, hall, plan["steps"])
        visit(page, "today")
        visit(page, "slotting")
        page.wait_for_selector("text=/ended\\./")
    done = hall.client.get(f"/api/v1/reslotting/plans/{plan['id']}")
    equal((done["done"], done["ended_by"]), (len(moves), "operator:B-100"), "the plan")
    kinds = [row["kind"] for row in hall.client.get("/api/v1/transactions?newest=1&limit=100")["rows"]]
    equal(kinds.count("MOVE"), len(moves), "moves in the ledger")
    after = hall.client.get("/api/v1/reslotting")
    assert after["tour_before_m"] < proposed["tour_before_m"], "the ways are no shorter"
    assert abs(after["tour_before_m"] - proposed["tour_after_m"]) < 0.2, (after, proposed)


def work_off(crew, hall, steps):
    """One handheld carries the moves out: lot by lot, each as soon as it has a task."""
    where = {step["lot_number"]: step["from"] for step in reversed(steps)}
    with crew.page("/scan", "B-100", HANDHELD) as page:
        for number, step in enumerate(steps):
            lot = step["lot_number"]
            scan(page, lot)
            shown(page, "task")
            equal(page.inner_text("#place"), step["to"], f"step {number + 1}")
            assert "re-slotting: step" in page.inner_text("#screen"), page.inner_text("#screen")
            if number == 0:
                picture(page, "scan-move-handheld")
            scan(page, step["to"])
            shown(page, "done")
            equal(page.get_attribute("#screen", "data-mood"), "right", f"step {number + 1}")
            where[lot] = step["to"]
            until(lambda lot=lot: hall.lies(lot) == [where[lot]], f"{lot} in {where[lot]}")
            places = list(where.values())
            equal(len(set(places)), len(places), "two lots in one place")


def decide(suite, crew, floor):
    """All that works on the demo plant."""
    ordered(suite, crew, floor)
    searched(suite, crew, floor)
    healthy(suite, crew, floor)
    measured(suite, crew, floor)
    progress(suite, crew, floor)


def papers(suite, crew, floor):
    with suite.test("labels of places on paper read back, each with its own code"):
        import zxingcpp
        from PIL import Image

        with crew.page("/", "B-300", DESK) as page:
            page.evaluate("() => { window.print = () => { window.printed = true; }; }")
            visit(page, "floor")
            page.locator("rect[data-bay]").first.click()
            page.wait_for_selector("#main a[href^='#place/']")
            codes = page.locator("#main tbody a[href^='#place/']").all_inner_texts()
            page.emulate_media(media="print")
            page.evaluate("[...document.querySelectorAll('button')]"
                          ".find((one) => one.textContent === 'On paper').click()")  # fmt: skip
            until(lambda: page.evaluate("window.printed"), "the print")
            read = []
            for index in range(len(codes)):
                symbol = page.locator(".printed .label svg").nth(index)
                image = Image.open(io.BytesIO(symbol.screenshot()))
                image = image.resize((image.width * 4, image.height * 4), Image.NEAREST)
                found = zxingcpp.read_barcodes(image)
                read.append(found[0].text if found else None)
            equal(read, codes, "what a decoder reads")
