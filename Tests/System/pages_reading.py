"""What the pages say: every field filled where there is data, figures that add up, contrast, sizes."""

import json
import re

from browser import DESK, HANDHELD, PAGES, STATION, picture, scan, shown
from pages_desk import VIEWS, visit
from stowage_box import admin
from suite import Skip, equal

# Columns that may be empty in every row of a plant in which nothing is wrong.
MAY_BE_EMPTY = {
    "Hold", "Corrects", "Reason", "Difference", "What to do", "Expires", "Overfull", "Last seen",
    "What hinders it", "place: From", "material: Expiry", "Changed", "Rules",
}  # fmt: skip
# Words that only a mistake in a page writes, and keys of the catalogue that have no words.
WRONG = re.compile(
    r"\bundefined\b|\bNaN\b|\[object|Invalid Date|\bnull\b"
    r"|\b(?:status|kind|urgency|health|unit|measure|class|role|check|map|part|source|objective|explained)-[A-Za-z_]+\b"
)
TABLES = """() => [...document.querySelectorAll("#main table, #plan table, #receipts table, #desk table")]
  .filter((table) => table.offsetParent).map((table) => {
    const heads = [...table.querySelectorAll("thead th, thead td")].map((one) => one.innerText);
    const rows = [...table.querySelectorAll("tbody tr")]
      .filter((row) => row.children.length === heads.length).slice(0, 200);
    const said = (cell) => cell.innerText.trim() || (cell.querySelector("input, button") ? "x" : "");
    return { name: table.caption?.innerText ?? "", rows: rows.length,
      empty: heads.filter((head, index) => head && rows.length > 0
        && rows.every((row) => ["", "–"].includes(said(row.children[index])))) };
  })"""
CARDS = """() => Object.fromEntries([...document.querySelectorAll("#main .card")].map((card) =>
  [card.querySelector("dt").innerText, card.querySelector("dd").firstChild.textContent]))"""
# Contrast of what is drawn: texts on their ground, and lines and edges of pictures on theirs.
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1 && r !== undefined) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const name = (element) => `${element.tagName}.${element.getAttribute("class")} `
    + element.textContent.trim().slice(0, 30);
  const found = { text: [], svgText: [], lines: [] };
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || element.closest(":disabled, [hidden], .qr")) continue;
    const style = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    const hasText = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (isDrawn && element.localName === "text") {
      found.svgText.push([ratio(parse(style.fill), ground(element)), name(element)]);
    } else if (isDrawn && element.matches(".line, .second, .third, .axis, .map rect[data-bay], .wall")) {
      found.lines.push([ratio(parse(style.stroke), ground(element)), name(element)]);
    } else if (isDrawn && element.matches(".top, .front, .side")) {
      found.lines.push([ratio(parse(style.stroke), parse(style.fill)), name(element)]);
    } else if (isDrawn && element.matches(".mark")) {
      found.lines.push([ratio(parse(style.fill), ground(element)), name(element)]);
    } else if (!isDrawn && hasText) {
      found.text.push([ratio(parse(style.color), ground(element)), name(element)]);
    }
  }
  return found;
}"""


def trade(floor):
    """Some work of each kind, so that every table has something to show."""
    client = floor.client
    rows = client.get("/api/v1/stock?limit=1000")["rows"]
    places = {
        row["code"]: row for row in client.get("/api/v1/locations?limit=1000")["rows"]
        if row["kind"] == "STORAGE" and row["travel_mm"] is not None
    }  # fmt: skip
    picked = [row for row in rows if row["location"] in places and not row["hold"]]
    # From the nearest places: otherwise the savings are too small to be tested.
    picked.sort(key=lambda row: places[row["location"]]["travel_mm"])
    for row in picked[:60]:
        body = {"kind": "PICK", "lot": row["lot"], "from": row["location"], "quantity": 1}
        floor.client.post("/api/v1/transactions", {**body, "device": "trade"})
    # The jobs run at night; one runs now, so that its figures can be seen.
    job = client.get("/api/v1/jobs")["rows"][0]["job"]
    admin(floor.plant, "POST", f"/admin/jobs/{job}/run")


def said(page, where):
    """What is wrong with what a page says."""
    text = page.inner_text("body")
    found = [f"{where}: says {match[0]!r}" for match in WRONG.finditer(text)]
    for table in page.evaluate(TABLES):
        heads = [head.strip(" ▲▼") for head in table["empty"]]
        kind = where.split("/")[0]
        empty = [
            head for head in heads if not MAY_BE_EMPTY.intersection({head, f"{kind}: {head}"})
        ]
        found += [f"{where}: nothing in column {head!r} of {table['name']!r}" for head in empty]
    return found


def fields(suite, crew, floor):
    with suite.test("every page: no field is undefined, no column empty where there are data"):
        task = floor.take()
        found = []
        with crew.page("/", "B-300", DESK) as page:
            for view in VIEWS:
                visit(page, view)
                if view == "floor":
                    page.locator("rect[data-bay]").first.click()
                    page.wait_for_selector("#main a[href^='#place/']")
                found += said(page, view)
            code = task["material"]
            for view, shown_as in [(f"place/{task['from']}", "floor"), (f"material/{code}", "forecasts")]:
                visit(page, view, shown_as)
                found += said(page, view)
        with crew.page("/station", "B-200", STATION) as page:
            page.wait_for_selector("#receipts tbody button")
            page.click("#receipts tbody tr:has-text('planned') button")
            page.wait_for_selector("#plan .map rect.target")
            found += said(page, "station")
        with crew.page("/scan", "B-100") as page:
            scan(page, task["lot_number"])
            shown(page, "task")
            page.wait_for_selector(".way")
            found += said(page, "scan")
        assert not found, "\n".join(found[:12])
    with suite.test("in Spanish no reason, warning or figure of the floor stays English"):
        with crew.page("/scan", "B-100", locale="es-ES") as page:
            scan(page, floor.take()["lot_number"])
            shown(page, "task")
            text = page.inner_text(".why")
            assert not re.search(r"to picking|afterwards|open task|the place", text), text
        with crew.page("/", "B-300", DESK, locale="es-ES") as page:
            visit(page, "floor")
            text = page.locator(".map").text_content()
            assert "pasillo" in text and "aisle" not in text, text[:200]
            title = page.locator("rect[data-bay] title").first.text_content()
            assert "lleno" in title and "full" not in title, title


def figure(text):
    return float(re.sub(r"[^\d.\-]", "", text))


def money(suite, crew, floor):
    with suite.test("the savings add up: metres, hours and money from the ledger itself"):
        client = floor.client
        places = []
        after = ""
        while after is not None:
            page = client.get(f"/api/v1/locations?limit=1000{after}")
            places += page["rows"]
            after = f"&after={page['next']}" if page["next"] else None
        stored = [p for p in places if p["kind"] == "STORAGE" and p["travel_mm"] is not None]
        far = {place["code"]: place for place in stored}
        zones = {}
        for place in stored:
            zones.setdefault(place["zone"], []).append(place["travel_mm"])
        mean = {zone: sum(all_of) / len(all_of) for zone, all_of in zones.items()}
        picks = [
            far[row["from"]]
            for row in client.get("/api/v1/transactions?kind=PICK&limit=1000")["rows"]
            if row["from"] in far
        ]
        assert len(picks) >= 40, len(picks)
        walked = sum(2 * place["travel_mm"] for place in picks) / 1000
        usual = sum(2 * mean[place["zone"]] for place in picks) / 1000
        setting = {row["key"]: row["value"] for row in client.get("/api/v1/settings")["rows"]}
        pace = setting["slotting.walking-speed-m-s"]
        hours = (usual - walked) / float(pace) / 3600
        assert hours > 0.3, "too little to tell roundings from mistakes"
        with crew.page("/", "B-300", DESK) as page:
            visit(page, "today")
            cards = page.evaluate(CARDS)
        equal(figure(cards["Way saved"]), round(usual - walked), "metres")
        equal(figure(cards["Hours saved"]), round(hours, 1), "hours")
        cost = hours * float(setting["slotting.labour-cost-per-hour"])
        assert abs(figure(cards["Money saved"]) - cost) <= 0.5, cards
        assert "€" in cards["Money saved"], cards


def contrast(suite, crew, floor):
    for theme in ("light", "dark"):
        with suite.test(f"contrast: 7:1 on the handheld, texts and lines of pictures, {theme}"):
            task = floor.take()
            low = []

            def least(page, where, text):
                found = page.evaluate(CONTRAST)
                for kind, wanted in [("text", text), ("svgText", 4.5), ("lines", 3)]:
                    low.extend(
                        f"{where}: {ratio:.2f} {what}" for ratio, what in found[kind]
                        if ratio < wanted
                    )  # fmt: skip
                return {kind: len(rows) for kind, rows in found.items()}

            with crew.page("/scan", "B-100", theme=theme) as page:
                least(page, "ready", 7)
                scan(page, task["lot_number"])
                shown(page, "task")
                page.wait_for_selector(".way")
                least(page, "task", 7)
                page.keyboard.press("F1")
                page.wait_for_selector('#keys [data-key="7"]')
                least(page, "reasons", 7)
                scan(page, "NOT-A-CODE")
                shown(page, "wrong")
                least(page, "wrong", 7)
                scan(page, task["location"])
                shown(page, "done")
                least(page, "done", 7)
            with crew.page("/", "B-300", DESK, theme) as page:
                visit(page, "floor")
                seen = least(page, "floor", 4.5)
                assert seen["svgText"] > 10 and seen["lines"] > 50, seen
                visit(page, "material/INK-3000", "forecasts")
                seen = least(page, "material", 4.5)
                assert seen["lines"] >= 4, seen
            with crew.page("/station", "B-200", STATION, theme) as page:
                page.click("#receipts tbody tr:has-text('planned') button")
                page.wait_for_selector("#plan .map rect.target")
                page.click("summary:text-is('Pictures of the places')")
                page.wait_for_selector(".bins .unit")
                least(page, "bins", 4.5)
            assert not low, f"{len(low)}: " + "\n".join(low[:10])


def bins(suite, crew, floor):
    with suite.test("pictures of places show every unit that goes there"):
        receipts = floor.client.get("/api/v1/receipts?status=PLANNED&limit=1000")["rows"]
        for made in receipts:
            path = f"/api/v1/putaway/recommendations?receipt={made['id']}&limit=1000&status="
            own = [
                task
                for status in ("RECOMMENDED", "STARTED")
                for task in floor.client.get(path + status)["rows"]
                if task.get("units_mm")
            ]
            if own:
                break
        for task in own:
            equal(len(task["units_mm"]), min(40, task["handling_units"]), task["location"])
        with crew.page(f"/station#{made['id']}", "B-200", STATION) as page:
            page.click("summary:text-is('Pictures of the places')")
            page.wait_for_selector(".bins .unit")
            shown_units = page.locator(".bins .unit").count()
            page.evaluate("document.querySelector('.bins').scrollIntoView()")
            picture(page, "station-bins-station")
        places = sorted({task["location"] for task in own})
        if len(places) <= 24:
            equal(shown_units, sum(len(task["units_mm"]) for task in own), "units")


def budget(suite, crew, floor):
    with suite.test("handheld: all its parts together are at most 60 kB compressed"):
        if PAGES:
            raise Skip("the program itself must send them: STOWAGE_PAGES is set")
        with crew.page("/scan", "B-100") as page:
            sizes = page.evaluate(
                """performance.getEntriesByType("resource")
                  .filter((one) => !one.name.includes("/api/"))
                  .map((one) => [one.name, one.encodedBodySize])"""
            )
            whole = page.evaluate(
                "performance.getEntriesByType('navigation')[0].encodedBodySize"
            ) + sum({name: size for name, size in sizes}.values())
            print(f"  {whole} bytes in {len(sizes) + 1} parts", flush=True)
        assert whole <= 60_000, json.dumps(sorted(sizes, key=lambda one: -one[1])[:8])


def sizes(suite, crew, floor):
    with suite.test("a picture of every page at handheld, station and desktop size"):
        task = floor.take()
        every = {"handheld": HANDHELD, "station": STATION, "desk": DESK}
        for name, size in every.items():
            with crew.page("/", "B-300", size) as page:
                for view in [*VIEWS, "material/INK-3000"]:
                    visit(page, view, "forecasts" if "/" in view else view)
                    picture(page, f"office-{view.split('/')[0]}-{name}")
            with crew.page("/station", "B-200", size) as page:
                page.click("#receipts tbody tr:has-text('planned') button")
                page.wait_for_selector("#plan .map rect.target")
                picture(page, f"station-plan-{name}")
            with crew.page("/scan", "B-100", size) as page:
                picture(page, f"scan-ready-{name}")
                scan(page, task["lot_number"])
                shown(page, "task")
                page.wait_for_selector(".way")
                picture(page, f"scan-task-{name}")


def reading(suite, crew, floor):
    """All of it, after some trade."""
    trade(floor)
    fields(suite, crew, floor)
    money(suite, crew, floor)
    bins(suite, crew, floor)
    contrast(suite, crew, floor)
    budget(suite, crew, floor)
    sizes(suite, crew, floor)
