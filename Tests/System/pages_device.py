"""The handheld and the device it runs on: signals, the screen that stays on, installing, plain HTTP."""

import re

from browser import DESK, Crew, picture, scan, shown
from pages_desk import visit
from pages_hard import FETCHED
from suite import equal, until

# Keeps what the page asks of the device: tones with their pitch, vibration, the screen's lock.
DEVICE = """
window.asked = { tones: [], shakes: [], awake: 0, released: 0 };
navigator.vibrate = (pattern) => { asked.shakes.push([].concat(pattern)); return true; };
const lock = () => ({ addEventListener() {}, release: async () => { asked.released += 1; } });
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  asked.awake += 1; return lock(); } } });
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...times) {
  asked.tones.push(this.frequency.value); return begin.apply(this, times); };
"""
SIGNS = {"right": "✓", "wrong": "✕", "attention": "!"}


def asked(page):
    """What was asked of the device since the last look."""
    return page.evaluate(
        "() => { const now = asked; window.asked = { ...now, tones: [], shakes: [] }; return now; }"
    )


def signals(suite, crew, floor):
    with suite.test("right, wrong, attention: by tone, vibration, colour, sign and word, each its own"):
        task = floor.take()
        context = crew.context()
        context.add_init_script(DEVICE)
        crew.enter(context, "B-100")
        page = crew.watch(context.new_page(), "/scan")
        heard = {}

        def now(mood):
            equal(page.get_attribute("#screen", "data-mood"), mood, "mood")
            equal(page.inner_text("#screen .word b"), SIGNS[mood], "sign")
            assert len(page.inner_text("#screen .word span")) > 3, "no word"
            until(lambda: page.evaluate("asked.tones.length > 0"), "a tone")
            page.wait_for_timeout(50)
            colour = page.evaluate(
                "getComputedStyle(document.querySelector('#screen .word')).backgroundColor"
            )
            got = asked(page)
            heard[mood] = (tuple(got["tones"][-2:]), tuple(map(tuple, got["shakes"])), colour)

        scan(page, "NOT-A-CODE-9")
        shown(page, "wrong")
        now("wrong")
        page.keyboard.press("Escape")
        scan(page, task["lot_number"])
        shown(page, "task")
        until(lambda: page.evaluate("asked.awake") == 1, "the lock of the screen")
        asked(page)
        other = floor.client.get("/api/v1/locations?limit=1&zone=SHELVES")["rows"][0]["code"]
        scan(page, other if other != task["location"] else "S-12-01-1")
        page.wait_for_selector('#keys [data-key="7"]')
        now("attention")
        page.keyboard.press("Escape")
        shown(page, "task")
        scan(page, task["location"])
        shown(page, "done")
        now("right")
        equal(page.evaluate("asked.released"), 1, "the screen may sleep again")
        for part in range(3):
            equal(len({one[part] for one in heard.values()}), 3, f"signals told apart: {heard}")
        assert min(heard["right"][0]) > 3 * max(heard["wrong"][0]), heard
        page.keyboard.press("F4")
        page.wait_for_selector('#keys [data-key="8"]')
        page.keyboard.press("8")
        page.wait_for_selector("#keys >> text=Sound: off")
        asked(page)
        scan(page, "NOT-A-CODE-9")
        shown(page, "wrong")
        got = asked(page)
        equal((got["tones"], len(got["shakes"])), ([], 1), "with the sound off")
        context.close()


def plain(suite, crew, floor):
    with suite.test("plain HTTP: an honest lesser mode, whose queue survives all the same"):
        task = floor.take()
        # A name that is not this machine's own: to the browser just a host in the network.
        start = {**crew.start, "args": [*crew.start["args"],
                                        "--host-resolver-rules=MAP stowage.test 127.0.0.1"]}  # fmt: skip
        browser = crew.chromium.launch(**start)
        try:
            context = browser.new_context(viewport={"width": 360, "height": 640}, locale="en-GB")
            page = context.new_page()
            url = f"http://stowage.test:{floor.port}"
            offer = floor.client.post("/api/v1/devices/pairing-codes", {})
            page.goto(f"{url}/pair#{offer['code']}")
            page.fill("#name", "plain")
            page.keyboard.press("Enter")
            page.click('a.button[href="/scan"]')
            page.wait_for_selector("dialog #badge")
            scan(page, "B-100")
            page.keyboard.type(Crew.PIN)
            page.keyboard.press("Enter")
            page.wait_for_selector("body[data-ready]")
            page.wait_for_selector("dialog", state="detached")
            facts = page.evaluate(
                "[isSecureContext, 'serviceWorker' in navigator, typeof crypto.randomUUID]"
            )
            equal(facts, [False, False, "undefined"], "what plain HTTP gives")
            page.wait_for_selector("#screen >> text=do not reload while the network is away")
            picture(page, "scan-plain-handheld")
            until(lambda: page.evaluate(FETCHED), "tasks")
            page.context.route("**/api/**", lambda route: route.abort())
            scan(page, task["lot_number"])
            shown(page, "task")
            scan(page, task["location"])
            page.wait_for_selector("text=not yet in the warehouse")
            page.context.unroute("**/api/**")
            page.reload()
            page.wait_for_selector("body[data-unsent='0']", timeout=60_000)
        finally:
            browser.close()
        equal((floor.status(task), floor.bookings(task)), ("CONFIRMED", 1), "task")


def installed(suite, crew, floor):
    with suite.test("the handheld can be installed as an app, and says which"):
        with crew.page("/scan", "B-100") as page:
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            session = page.context.new_cdp_session(page)
            found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
            # A private window may never install anything; nothing else may stand in the way.
            equal([one for one in found if one["errorId"] != "in-incognito"], [], "hindrances")
            manifest = session.send("Page.getAppManifest")
            equal(manifest["errors"], [], "faults of the manifest")
            equal(manifest["manifest"]["display"].lower().split(".")[-1].replace("k", ""),
                  "standalone", "how it opens")  # fmt: skip


def clocks(suite, crew, floor):
    with suite.test("moments are told in the facility's zone, numbers in the reader's form"):
        zone = floor.client.get("/api/v1/facility")["time_zone"]
        row = floor.client.get("/api/v1/transactions?newest=1&limit=1")["rows"][0]
        said = {}
        for locale, away in [("en-GB", "Pacific/Auckland"), ("es-ES", "America/Los_Angeles")]:
            with crew.page("/", "B-300", DESK, locale=locale, timezone_id=away) as page:
                visit(page, "ledger")
                said[locale] = page.inner_text("#main tbody tr:first-child td:nth-child(2)")
                wanted = page.evaluate(
                    """([text, timeZone, locale]) => new Intl.DateTimeFormat(locale, { timeZone,
                      dateStyle: "short", timeStyle: "short" }).format(new Date(text))""",
                    [row["occurred_at"], zone, locale],
                )
                equal(said[locale], wanted, f"in {locale}, seen from {away}")
                visit(page, "today")
                text = page.inner_text("#main")
                shape = r"\d,\d{3} of \d,\d{3}|\d+\.\d%" if locale == "en-GB" else r"\d,\d+\s?%"
                assert re.search(shape, text), text[:300]


def device(suite, crew, floor):
    """All of it."""
    signals(suite, crew, floor)
    plain(suite, crew, floor)
    installed(suite, crew, floor)
    clocks(suite, crew, floor)
