#!/usr/bin/python3
"""The Debian package: built, judged, installed, started as its unit says, asked, purged.

PID 1 is no systemd in a container, so the test does by hand what systemd would do: it reads the
unit and starts ExecStart as its user, without privileges, with its mask, and with a socket for
sd_notify. It never touches a machine on which Stowage is installed.
"""

import contextlib
import grp
import hashlib
import os
import pwd
import re
import shlex
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from suite import BIN, ROOT, Skip, Suite, equal, until

BUILT = "the same binaries give the same package, twice"
INSTALLED = "it installs, with users, folders and configuration"
FOUNDED = "init makes the warehouse that the unit waits for"

UNIT = Path("/lib/systemd/system/stowage.service")
DATA = Path("/var/lib/stowage")
# Where a package leaves its traces; what else changes there meanwhile is none of our business.
TRACES = ["/etc", "/lib/systemd", "/run", "/usr", "/var/lib", "/var/log", "/var/spool"]


def run(*command, ok=(0,), **more):
    """Runs a command; gives its output, or fails with it."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        **more,
    )
    words = " ".join(str(word) for word in command)
    assert done.returncode in ok, f"{words}: ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def traces():
    """Every path below TRACES that names the product."""
    found = set()
    for top in TRACES:
        for folder, folders, files in os.walk(top, onerror=lambda _: None):
            for name in folders + files:
                path = os.path.join(folder, name)
                if "stowage" in path.lower() and not path.startswith(str(ROOT)):
                    found.add(path)
    return found


def unit():
    """The settings of the unit; a repeated one keeps its last value."""
    lines = [line.split("=", 1) for line in UNIT.read_text().splitlines() if re.match(r"\w+=", line)]
    return {key: value for key, value in lines}


def as_service(*command):
    """The command, as systemd would run it for the unit: user, groups, no privileges, its mask."""
    settings = unit()
    return [
        "setpriv",
        f"--reuid={settings['User']}",
        f"--regid={settings['Group']}",
        "--init-groups",
        "--no-new-privs",
        "--bounding-set=-all",
        "env",
        "-i",
        "PATH=/usr/bin:/bin",
        "sh",
        "-c",
        f'umask {settings["UMask"]}; cd /; exec "$@"',
        "sh",
        *command,
    ]


class Service:
    """The unit's ExecStart, with a socket on which it reports."""

    def __init__(self, folder):
        path = Path(folder) / "notify"
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(str(path))
        self.notices.settimeout(60)
        os.chmod(folder, 0o755)
        os.chmod(path, 0o666)
        # Any free port: somebody may be running the demo.
        variables = [f"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=2000000", "STOWAGE_HTTP_PORT=0"]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            as_service("env", *variables, *shlex.split(unit()["ExecStart"])),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def heard(self, word, seconds=60):
        """Waits for a word on the socket."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None or word == "STOPPING=1", self.output()
            with contextlib.suppress(TimeoutError):
                self.notices.settimeout(1)
                if word in self.notices.recv(4096).decode().split("\n"):
                    return
        raise AssertionError(f"no {word} within {seconds} s; the log:\n{self.output()}")

    def output(self):
        self.log.seek(0)
        return self.log.read()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def check_build(suite, folder):
    with suite.test(BUILT):
        sums = []
        for name in ("one", "two"):
            run(ROOT / "packaging" / "build-deb.sh", BIN, folder / name)
            packages = sorted((folder / name).glob("*.deb"))
            names = {path.name.split("_")[0] for path in packages}
            equal(names, {"stowage", "stowage-dbgsym"}, "packages")
            sums.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in packages])
        equal(sums[0], sums[1], "sha256")
    with suite.test("lintian finds no error and no warning"):
        suite.needs(BUILT)
        changes = next((folder / "one").glob("*.changes"))
        run("lintian", "--allow-root", "--fail-on", "error,warning", changes)
    with suite.test("the binaries are stripped, and within 80 MB"):
        suite.needs(BUILT)
        listing = run("dpkg", "-c", package(folder))
        sizes = [int(size) for size in re.findall(r"(\d+) \S+ \S+ \./usr/bin/stowage\S*", listing)]
        equal(len(sizes), 2, "binaries")
        assert max(sizes) <= 80_000_000, f"{max(sizes)} bytes"
    with suite.test("no path of this checkout is in the binaries"):
        suite.needs(BUILT)
        run("dpkg-deb", "--extract", package(folder), folder / "tree")
        for binary in (folder / "tree" / "usr" / "bin").iterdir():
            assert str(ROOT).encode() not in binary.read_bytes(), binary.name
    with suite.test("the manual pages render without a complaint"):
        for page in sorted((ROOT / "packaging" / "man").glob("*.1")):
            command = ["man", "--warnings", "-l", "-Tutf8", str(page)]
            equal(subprocess.run(command, capture_output=True, text=True).stderr, "", page.name)


def package(folder):
    return next((folder / "one").glob("stowage_*.deb"))


def check_install(suite, folder):
    with suite.test(INSTALLED):
        suite.needs(BUILT)
        run("dpkg", "--install", package(folder))
        for name in ("stowage", "stowage-hub"):
            equal(pwd.getpwnam(name).pw_shell, "/usr/sbin/nologin", "shell")
        assert "stowage" in grp.getgrnam("stowage-admin").gr_mem, "stowage is no stowage-admin"
        status = DATA.stat()
        equal(stat.S_IMODE(status.st_mode), 0o711, "mode of the data folder")
        equal(pwd.getpwuid(status.st_uid).pw_name, "stowage", "owner of the data folder")
        conffiles = run("dpkg-query", "-W", "-f", "${Conffiles}", "stowage")
        assert "/etc/stowage/stowage.yaml" in conffiles, conffiles
    with suite.test("the units are sound, and exposed little"):
        suite.needs(INSTALLED)
        for name in ("stowage", "stowage-hub"):
            run("systemd-analyze", "verify", "--man=no", UNIT.with_name(f"{name}.service"))
            run(
                *("systemd-analyze", "security", "--offline=true", "--threshold=20"),
                UNIT.with_name(f"{name}.service"),
            )
    with suite.test("the program's version is the package's"):
        suite.needs(INSTALLED)
        wanted = run("dpkg-query", "-W", "-f", "${Version}", "stowage").split("-")[0]
        assert wanted in run("stowage", "version").split(), "other version"


def check_service(suite, folder):
    with suite.test(FOUNDED):
        suite.needs(INSTALLED)
        condition = Path(unit()["ConditionPathExists"])
        assert not condition.exists(), f"{condition} is there before init"
        run(*as_service("stowage", "init"))
        assert condition.exists(), f"{condition} is not there after init"
        equal(stat.S_IMODE(condition.stat().st_mode) & 0o077, 0, "others' rights on the database")
    with suite.test(
        "it starts as the unit says, reports, answers its people, refuses others, and stops"
    ):
        suite.needs(FOUNDED)
        with tempfile.TemporaryDirectory() as sockets:
            service = Service(sockets)
            try:
                service.heard("READY=1")
                service.heard("WATCHDOG=1", 10)
                # A new box has nothing to report yet, which may degrade it, but it is fit.
                run("stowage", "health", ok=(0, 1))
                run(*as_service("stowage", "health"), ok=(0, 1))
                run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "stowage",
                    "health", ok=(2,))
                run("stowage", "doctor")
                service.process.send_signal(signal.SIGTERM)
                service.heard("STOPPING=1", 10)
                until(lambda: service.process.poll() is not None, "the end", 30)
                equal(service.process.returncode, 0, f"exit code; the log:\n{service.output()}")
            finally:
                service.end()


def check_removal(suite, before):
    with suite.test("removed, it keeps the data and the configuration"):
        suite.needs(INSTALLED)
        run("dpkg", "--remove", "stowage")
        assert not Path("/usr/bin/stowage").exists(), "the binary is still there"
        assert Path("/etc/stowage/stowage.yaml").exists(), "the configuration is gone"
        assert DATA.exists(), "the data is gone"
    with suite.test("purged, it leaves nothing"):
        suite.needs(INSTALLED)
        run("dpkg", "--purge", "stowage")
        # dpkg's own notes come and go by themselves.
        left = {path for path in traces() - before if not path.startswith("/var/lib/dpkg")}
        equal(sorted(left), [], "left behind")
        for name in ("stowage", "stowage-hub"):
            assert name not in {user.pw_name for user in pwd.getpwall()}, f"user {name} is left"
        assert "stowage-admin" not in {group.gr_name for group in grp.getgrall()}, "group is left"


def installed_already():
    status = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", "stowage"], capture_output=True, text=True
    )
    return status.stdout == "installed" or DATA.exists()


def main():
    suite = Suite("deb")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_build(suite, folder)
        if os.geteuid() != 0 or installed_already():
            with suite.test("installation, start, health, removal"):
                raise Skip(
                    "needs root" if os.geteuid() else "Stowage is installed here, and is left alone"
                )
        else:
            before = traces()
            try:
                check_install(suite, folder)
                check_service(suite, folder)
                check_removal(suite, before)
            finally:
                subprocess.run(["dpkg", "--purge", "stowage"], capture_output=True)
    suite.finish()


if __name__ == "__main__":
    main()
