#!/usr/bin/python3
"""Settings that head office signs, hands down with an acknowledgement, and sees come into force."""

import contextlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

from stowage_box import Box, Hub, admin, parse
from suite import BIN, Skip, Suite, equal, until

FACILITY = "SITE-1"


def hub_command(*words):
    done = subprocess.run(
        [str(BIN / "stowage-hub"), *map(str, words)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"stowage-hub {words}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


class Office:
    """Head office: a hub, and somebody with the key to sign with."""

    def __init__(self, folder, hub):
        self.folder, self.hub, self.key = folder, hub, folder / "signing.key"
        self.public = hub_command("settings", "keygen", self.key)

    def hand_down(self, document, key=None):
        path = self.folder / "settings.json"
        path.write_text(json.dumps(document))
        words = ["--data", self.hub.folder, "--signing-key", key or self.key, path, FACILITY]
        return hub_command("settings", "set", *words)


def sync(box):
    return admin(box, "POST", "/admin/sync/run")


def budget(box):
    return parse(box.client().send("GET", "/api/v1/facility").body)["putaway"]["plan_budget_ms"]


def states(box):
    return [
        (row["version"], row["state"]) for row in admin(box, "GET", "/admin/sync/settings")["rows"]
    ]


def at_head_office(hub):
    """The version that the facility says it works by."""
    rows = hub.client().rows(f"/v1/events?facility={FACILITY}&kind=software")
    return rows[0]["data"].get("settings_version")


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 64 MB of its own."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64m", "stowage-test", str(folder)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        raise Skip("needs the right to mount a disk of its own")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def changed(box, hub, office):
    """Signed settings come down with an acknowledgement, are in force, and head office sees it."""
    sync(box)
    equal(budget(box), 250, "the budget of a new box")
    office.hand_down({"settings": {"putaway.plan-budget-ms": 111}})
    sync(box)
    equal(budget(box), 111, "the budget after the sync")
    equal(states(box), [(1, "ACTIVE")], "versions")
    sync(box)
    equal(at_head_office(hub), 1, "what head office sees")


def restarted(box):
    box.kill()
    box.start()
    equal(budget(box), 111, "the budget after a kill")


def refused(box, office):
    """Nothing that is wrong replaces what is in force."""
    office.hand_down({"settings": {"putaway.plan-budget-ms": -5}})
    sync(box)
    equal((budget(box), states(box)[0]), (111, (2, "REFUSED")), "after nonsense")
    told = box.command("sync", "settings")
    assert "plan-budget-ms" in told and "REFUSED" in told, told
    other = office.folder / "other.key"
    hub_command("settings", "keygen", other)
    office.hand_down({"settings": {"putaway.plan-budget-ms": 333}}, key=other)
    sync(box)
    equal((budget(box), len(states(box))), (111, 2), "after a stranger's signature")
    office.hand_down({"settings": {"putaway.plan-budget-ms": 222}, "flags": {"cross-dock": False}})
    sync(box)
    equal((budget(box), states(box)[0]), (222, (4, "ACTIVE")), "after true settings")


def rolled_back(box, hub, office):
    """The box stops being fit: the settings before are back by themselves. No uplink is no reason."""
    sync(box)
    office.hand_down({"settings": {"putaway.plan-budget-ms": 444}})
    sync(box)
    equal(budget(box), 444, "the budget on trial")
    hub.kill()
    room = os.statvfs(box.data)
    ballast = box.data / "ballast"
    with open(ballast, "wb") as file:
        file.write(b"\0" * int(room.f_bavail * room.f_frsize - 0.03 * room.f_blocks * room.f_frsize))
    until(lambda: budget(box) == 250, "the settings of before", 120)
    until(lambda: states(box)[0] == (1, "ROLLED_BACK"), "the state", 30)
    ballast.unlink()
    hub.start()
    sync(box)
    equal((budget(box), len(states(box))), (250, 1), "the same version stays away")


def main():
    suite = Suite("directives")
    with tempfile.TemporaryDirectory() as name, Hub(Path(name) / "hub") as hub:
        folder = Path(name)
        office = Office(folder, hub)
        keyed = {"STOWAGE_SYNC_SETTINGS_KEY": office.public}
        box = Box(folder / "data", hub=hub, variables=keyed)
        try:
            box.start()
            with suite.test("signed settings come with an acknowledgement and are in force"):
                changed(box, hub, office)
            with suite.test("they are in force after a kill"):
                restarted(box)
            with suite.test("nonsense and strangers' signatures replace nothing"):
                refused(box, office)
        finally:
            box.kill()
        with suite.test("they are taken back when the box is no longer fit"):
            with small_disk(folder / "disk") as disk, Hub(folder / "second") as second:
                (folder / "signer").mkdir()
                signer = Office(folder / "signer", second)
                keyed = {"STOWAGE_SYNC_SETTINGS_KEY": signer.public}
                small = Box(disk, hub=second, variables=keyed)
                try:
                    small.start()
                    rolled_back(small, second, signer)
                finally:
                    small.kill()
    suite.finish()


if __name__ == "__main__":
    main()
