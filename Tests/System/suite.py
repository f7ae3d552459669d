"""What the suites of this folder share: counting, waiting, and a running appliance.

A suite is a script that makes a `Suite`, wraps each thing that it proves in `with suite.test(...)`,
and ends with `suite.finish()`, which prints the line that Tests/run.py reads.
"""

import contextlib
import os
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("STOWAGE_BIN", ROOT / ".build" / "release"))


class Skip(Exception):
    """Raised inside a test that cannot run here; the words say what is missing."""


class Abandoned(Exception):
    """Raised by `needs`, when what a test stands on has failed."""


class Suite:
    def __init__(self, name):
        self.name = name
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.done = set()
        self.left_out = {}

    @contextlib.contextmanager
    def test(self, name):
        """Counts a test: passed, unless its body raises."""
        begun = time.monotonic()
        try:
            yield
        except Skip as reason:
            self.skipped += 1
            self.left_out[name] = reason
            self.say("skipped", name, begun, f": {reason}")
        except Abandoned as reason:
            self.failed += 1
            self.say("FAILED", name, begun, f": {reason}")
        except Exception as error:  # every fault of a test is a failure of the test
            self.failed += 1
            self.say("FAILED", name, begun, f": {error}")
            if not isinstance(error, AssertionError):
                traceback.print_exc(file=sys.stdout)
        else:
            self.passed += 1
            self.done.add(name)
            self.say("passed", name, begun)

    def needs(self, *names):
        """Inside a test: gives up where a test that it stands on has not passed.

        What stands on a skipped test is skipped as well, and for the same reason.
        """
        for name in names:
            if name in self.left_out:
                raise Skip(self.left_out[name])
            if name not in self.done:
                raise Abandoned(f"stands on: {name}")

    def say(self, verdict, name, begun, more=""):
        print(f"{verdict:8} {name} ({time.monotonic() - begun:.1f} s){more}", flush=True)

    def finish(self):
        """Prints the count, and ends the process."""
        more = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{more}", flush=True)
        sys.exit(1 if self.failed else 0)


def equal(found, wanted, what="value"):
    assert found == wanted, f"{what}: {found!r}, wanted {wanted!r}"


def until(condition, what, seconds=30):
    """Waits until a function gives something true, and gives that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")
