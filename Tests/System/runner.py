#!/usr/bin/python3
"""The runner of all tests, shown everything that must not look green."""

import contextlib
import importlib.util
import io
import sys
import tempfile
import time
from pathlib import Path

from suite import ROOT, Suite, equal

sys.dont_write_bytecode = True
SPEC = importlib.util.spec_from_file_location("run", ROOT / "Tests" / "run.py")
runner = importlib.util.module_from_spec(SPEC)
sys.modules["run"] = runner
SPEC.loader.exec_module(runner)

REPORT = """<testsuites><testsuite>
<testcase classname="A" name="one" /><testcase classname="A" name="two"><failure /></testcase>
<testcase classname="A" name="three"><skipped /></testcase></testsuite></testsuites>"""


def tally(*steps):
    """What the runner counts for these steps, quietly."""
    with contextlib.redirect_stdout(io.StringIO()):
        total = runner.run_all(list(steps))
    return total.passed, total.failed, total.skipped


def shell(kind, text, limit_s=20):
    return runner.Step("step", kind, ["sh", "-c", text, "sh"], limit_s)


def main():
    suite = Suite("runner")
    for name, step, wanted in [
        ("a suite is counted by its last line",
         shell("suite", "echo 9 passed, 9 failed; echo 3 passed, 1 failed, 2 skipped; exit 1"),
         (3, 1, 2)),
        ("a suite that says nothing is a failure", shell("suite", "true"), (0, 1, 0)),
        ("a suite that ran nothing is a failure", shell("suite", "echo 0 passed, 0 failed"),
         (0, 1, 0)),
        ("a suite that dies after its line is a failure",
         shell("suite", "echo 3 passed, 0 failed; exit 3"), (3, 1, 0)),
        ("a suite that dies before its line is a failure",
         shell("suite", "echo 3 passed, 0 failed; echo Killed; kill -9 $$"), (0, 1, 0)),
        ("a suite over its time is a failure",
         shell("suite", "sleep 30; echo 1 passed, 0 failed", limit_s=1), (0, 1, 0)),
        ("a check is one test", shell("check", "exit 1"), (0, 1, 0)),
        ("the report of swift test is read",
         shell("swift", f"echo '{REPORT}' > $2; exit 1"), (1, 1, 1)),
        ("a swift test that leaves no report is a failure", shell("swift", "exit 1"), (0, 1, 0)),
        ("a swift test that dies after its report is a failure",
         shell("swift", "echo '<testsuite><testcase /></testsuite>' > $2; kill -11 $$"), (1, 1, 0)),
    ]:
        with suite.test(name):
            equal(tally(step), wanted, "passed, failed, skipped")
    with suite.test("what failed is said again at the end"):
        words = io.StringIO()
        with contextlib.redirect_stdout(words):
            runner.run_all([
                shell("suite", "echo 'FAILED   a door (0.1 s): stuck'; echo 0 passed, 1 failed; exit 1"),
                shell("swift", f"echo '✘ Test \"a lock\" failed'; echo '{REPORT}' > $2; exit 1"),
            ])
        end = words.getvalue().partition("== result")[2]
        assert "a door (0.1 s): stuck" in end and "a lock" in end, end
    with suite.test("steps after a build that fails are not run, and count as failed"):
        with tempfile.TemporaryDirectory() as folder:
            touched = Path(folder) / "touched"
            counted = tally(shell("build", "exit 1"), shell("check", f"touch {touched}"))
            equal(counted, (0, 2, 0), "passed, failed, skipped")
            assert not touched.exists(), "it ran all the same"
    with suite.test("what a step leaves running is ended"):
        with tempfile.TemporaryDirectory() as folder:
            beat = Path(folder) / "beat"
            text = f"(while sleep 0.1; do date +%N >> {beat}; done) & sleep 0.5; "
            equal(tally(shell("suite", text + "echo 1 passed, 0 failed")), (1, 0, 0), "counts")
            size = beat.stat().st_size
            time.sleep(0.5)
            equal(beat.stat().st_size, size, "bytes written since")
    with suite.test("every executable script of this folder is listed"):
        equal(runner.unlisted(), [], "not listed")
    suite.finish()


if __name__ == "__main__":
    main()
