"""From `make run` to a confirmed putaway, as somebody does it who has read nothing but the screen."""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from browser import HANDHELD, STATION, free_port, scan, shown
from suite import BIN, ROOT, until

# How long a person takes to read a screen and press something, and to type a character.
READ_S, TYPE_S = 4.0, 0.4


class Person:
    """Presses and types as a person does, and keeps account of the time that a person needs."""

    def __init__(self, page):
        self.page, self.acts, self.typed = page, 0, 0

    @property
    def seconds(self):
        return self.acts * READ_S + self.typed * TYPE_S

    def press(self, what):
        self.acts += 1
        self.page.click(what)

    def type(self, text):
        self.acts += 1
        self.typed += len(text)
        scan(self.page, text)


def told(log, pattern):
    """What `make run` has said, once it has said it."""
    found = None

    def look():
        nonlocal found
        found = re.search(pattern, log.read_text(errors="replace"), re.S)
        return found

    until(look, f"{pattern} in what make run says", 180)
    return found


def newcomer(suite, crew):
    with suite.test("from make run to a confirmed putaway: what a newcomer needs, in seconds"):
        with tempfile.TemporaryDirectory() as name:
            log = Path(name) / "said"
            begun = time.monotonic()
            with open(log, "wb") as out:
                run = subprocess.Popen(
                    [str(ROOT / "packaging" / "run.sh"), str(BIN), str(free_port())],
                    env={**os.environ, "STOWAGE_DEMO": f"{name}/demo"},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            try:
                person = put_away(crew, log)
            finally:
                os.killpg(run.pid, signal.SIGTERM)
                run.wait(30)
            took = time.monotonic() - begun
            whole = took + person.seconds
            print(
                f"  {took:.1f} s of the machine, {person.acts} presses and {person.typed} "
                f"characters: {whole:.0f} s with a person at {READ_S:.0f} s a screen",
                flush=True,
            )
            assert person.seconds < 120, person.seconds


def put_away(crew, log):
    """Pairs, signs in, lets a receipt arrive, plans it, puts its first lot away."""
    link = told(log, r"http://127\.0\.0\.1:\d+/pair#\S+")[0]
    pin = told(log, r"S-1\s+(\d+)")[1]
    # The link pairs whatever opens it, a phone or a narrow window as well.
    context = crew.browser.new_context(viewport=HANDHELD, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    person = Person(page)
    page.goto(link)
    person.press("button.press")
    page.wait_for_selector('a.button[href="/station"]')
    page.set_viewport_size(STATION)
    person.press('a.button[href="/station"]')
    page.wait_for_selector("dialog #badge")
    person.type("S-1")
    person.type(pin)
    person.press("#receipts tbody tr:first-child button")
    person.press("text=It has arrived")
    person.press("button:text-is('Plan')")
    page.wait_for_selector("#plan tbody tr")
    row = page.locator("#plan tbody tr").first
    place, lot = (row.locator("td").nth(column).inner_text() for column in (1, 2))
    person.press('nav a[href="/scan"]')
    page.wait_for_selector("body[data-ready]")
    person.type(lot)
    shown(page, "task")
    wanted = page.inner_text("#place")
    assert wanted == place, (wanted, place)
    person.type(wanted)
    page.wait_for_selector('#screen[data-mood="right"]')
    context.close()
    return person
