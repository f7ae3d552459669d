"""Python packages for outside clients, in a folder of their own below `.build`, at fixed versions.

Made once by whoever needs it first, and kept: a second run asks nobody. Nothing of it goes into the
product. Without a network the suite that needs it is skipped, with the words of pip.
"""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from suite import ROOT, Skip


def environment(requirements):
    """The `bin` folder of an environment that holds what a requirements file names."""
    text = Path(requirements).read_bytes()
    mark = hashlib.sha256(text).hexdigest()[:12]
    home = ROOT / ".build" / "python"
    folder = home / f"{Path(requirements).stem}-{mark}"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / f"{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            run(["/usr/bin/python3", "-m", "venv", str(folder)])
            run([str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check",
                 "--requirement", str(requirements)])
            (folder / "complete").touch()
    return folder / "bin"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip().splitlines()[-3:]
        raise Skip(f"{' '.join(command[:4])} ... failed: {' / '.join(words)}")
