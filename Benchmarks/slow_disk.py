"""A program on a disk whose syncs are slow: SQLite gets a layer that waits, the rest is as it is."""

import os
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "Tests" / "SlowDisk"


def environment(folder, delay_ms):
    """What a program needs in its environment so that each sync takes so much longer."""
    if not delay_ms:
        return {}
    layer = Path(folder) / "slow_disk.so"
    if not layer.exists():
        command = ["gcc", "-O2", "-shared", "-fPIC", "-DSLOW_DISK_PRELOADED", f"-I{SOURCE}/include",
                   str(SOURCE / "slow_disk.c"), "-lsqlite3", "-o", str(layer)]
        subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(layer), "STOWAGE_SLOW_DISK_US": str(int(1000 * delay_ms))}
