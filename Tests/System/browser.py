"""A real browser for the suites: pages that know their people, and keep every complaint.

Debian's chromium is driven through playwright, which downloads no browser of its own. A `Crew`
pairs browsers and signs people in as they do it themselves: with a code, a badge and a PIN.
"""

import contextlib
import os
import re
import shutil
import socket
import sys
import time
import uuid
from pathlib import Path

from suite import ROOT

VENV = ROOT / ".venv" / "bin" / "python"
# Whoever writes pages sets it to their folder: they are then tried without a build.
PAGES = os.environ.get("STOWAGE_PAGES")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
PICTURES = ROOT / ".build" / "screenshots"
HANDHELD = {"width": 360, "height": 640}
STATION = {"width": 1280, "height": 900}
DESK = {"width": 1440, "height": 1000}


def inside_venv():
    """Goes on inside .venv, which has the browser's driver."""
    if Path(sys.prefix) != ROOT / ".venv" and VENV.exists():
        os.execv(VENV, [str(VENV), *sys.argv])


def free_port():
    """A port that is free now, for a server that must come back on the same one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# The pages themselves and their parts.
PARTS = re.compile(r"/assets/|^[a-z]+://[^/]+/(scan|station)?(#.*)?$")
HTML = {"": "office/office.html", "scan": "scan/scan.html", "station": "station/station.html"}


def from_folder(route):
    """Answers with the file of the folder PAGES, as the program would answer with its own copy."""
    url = route.request.url.split("?")[0].split("#")[0]
    name = url.split("/assets/")[1] if "/assets/" in url else HTML[url.split("/", 3)[3]]
    path = Path(PAGES) / name
    if path.suffix not in KINDS or not path.exists():
        return route.continue_()
    return route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix])


class Crew:
    """The people and the browser of one appliance."""

    PIN = "271828"

    def __init__(self, plant, playwright):
        self.plant = plant
        path = shutil.which("chromium")
        assert path, "chromium is not installed: packaging/setup.sh test"
        self.chromium = playwright.chromium
        self.start = {"executable_path": path, "args": ["--no-sandbox"]}
        self.browser = self.chromium.launch(**self.start)
        self.complaints = []
        self.people = {}
        for badge, name, roles in [
            ("B-100", "Ana Ruiz", ["scanner"]),
            ("B-200", "Ben Okoye", ["station", "scanner"]),
            ("B-300", "Clara Lindt", ["admin", "supervisor"]),
        ]:
            self.add(badge, name, roles)

    def add(self, badge, name, roles):
        """Adds a person, unless the badge is there already."""
        body = {"badge": badge, "name": name, "pin": self.PIN, "roles": roles}
        self.client.call("POST", "/api/v1/operators", body)

    @property
    def client(self):
        """A connection of its own for each call: the server closes those that idle."""
        return self.plant.client()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.plant.port}"

    def context(self, size=HANDHELD, theme="light", kind="HANDHELD", **options):
        """A browser of its own, paired as a device."""
        context = self.browser.new_context(
            viewport=size, color_scheme=theme, locale=options.pop("locale", "en-GB"), **options
        )
        if PAGES:
            context.route(PARTS, from_folder)
        self.pair(context, kind)
        return context

    def persistent(self, profile):
        """A browser whose profile stays on the disk, as that of a device does."""
        context = self.chromium.launch_persistent_context(
            profile, viewport=HANDHELD, locale="en-GB", **self.start
        )
        if PAGES:
            context.route(PARTS, from_folder)
        return context

    def pair(self, context, kind="HANDHELD"):
        """Makes a browser a known device."""
        offer = self.client.call("POST", "/api/v1/devices/pairing-codes", {})
        body = {"code": offer["code"], "name": f"test {uuid.uuid4()}", "kind": kind}
        answer = self.patiently(context, "/api/v1/devices/pair", body)
        assert answer.ok, f"pairing: {answer.status} {answer.text()[:300]}"

    def patiently(self, context, path, body):
        """Sends what lets somebody in; all browsers share an address, whose attempts are limited."""
        deadline = time.monotonic() + 60
        while True:
            answer = context.request.post(
                f"{self.url}{path}", data=body, headers={"Idempotency-Key": str(uuid.uuid4())}
            )
            if answer.status != 429 or time.monotonic() > deadline:
                return answer
            time.sleep(float(answer.headers.get("retry-after", "1")))

    def enter(self, context, badge):
        """Opens a session of a person in a browser."""
        body = {"badge": badge, "pin": self.PIN}
        answer = self.patiently(context, "/api/v1/sessions", body)
        assert answer.ok, f"signing in: {answer.status} {answer.text()[:300]}"

    def watch(self, page, path):
        """Opens a page, and waits until it can be worked with."""
        self.watch_unready(page, path)
        page.wait_for_selector("body[data-ready]")
        return page

    def watch_unready(self, page, path):
        """Opens a page and notes everything that it complains of."""
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(f"{path}: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"{path}: dialog {dialog.message}"))

        def heard(message):
            if message.type != "error" or "Failed to load resource" in message.text:
                return
            if "net::ERR" in message.text or "MIME type" in message.text:
                return
            self.complaints.append(f"{path}: {message.text}")

        page.on("console", heard)
        page.goto(f"{self.url}{path}")
        return page

    @contextlib.contextmanager
    def page(self, path, badge, size=HANDHELD, theme="light", **options):
        """A page with somebody signed in; its complaints fail the test."""
        context = self.context(size, theme, **options)
        self.enter(context, badge)
        page = context.new_page()
        self.complaints.clear()
        try:
            yield self.watch(page, path)
            assert not self.complaints, self.complaints[:3]
        finally:
            context.close()

    def close(self):
        self.browser.close()


def scan(page, code):
    """Types a code as a scanner does: at once, and Enter behind it."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def shown(page, name):
    """Waits until the handheld shows a screen."""
    page.wait_for_selector(f'#screen[data-screen="{name}"]')


def picture(page, name):
    """Keeps a picture for whoever looks at the run, and for the docs."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
