#!/usr/bin/python3
"""schemathesis against the real binary: every call of the description, every check, no failure.

usage: schema_fuzz.py [EXAMPLES [SEED]]

A few examples of each call are a step of `make test`, always the same ones by their seed; `make soak`
tries many. Skipped where schemathesis is not to be had.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from appliance import Appliance
from suite import Suite
from packages import environment

HERE = Path(__file__).resolve().parent / "schema"


def own_token(plant):
    """The id of the token that the suite itself shows."""
    rows = plant.client().get("/api/v1/tokens?limit=1000")["rows"]
    return next(row["id"] for row in rows if row["name"] == "suite" and not row["revoked_at"])


def fuzz(plant, headers, examples, seed):
    """One run; gives its exit code and what it said."""
    arguments = []
    for name, value in headers.items():
        arguments += ["--header", f"{name}:{value}"]
    if not headers:
        # Whoever shows nothing is refused also where the request is right.
        arguments += ["--exclude-checks", "positive_data_acceptance"]
    done = subprocess.run(
        [str(environment(HERE / "requirements.txt") / "schemathesis"),
         "--config-file", str(HERE / "schemathesis.toml"),
         "run", f"http://127.0.0.1:{plant.port}/openapi.json",
         "--checks", "all", "--max-examples", str(examples), "--seed", str(seed),
         "--continue-on-failure", "--request-timeout", "120", "--max-response-time", "100",
         "--warnings", "off", "--no-color",
         *arguments],
        env={**os.environ, "STOWAGE_OWN_TOKEN": own_token(plant), "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks",
             "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=plant.data.parent, capture_output=True, text=True, timeout=3_600,
    )
    return done.returncode, done.stdout + done.stderr


def main():
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    suite = Suite("schema_fuzz")
    with tempfile.TemporaryDirectory() as name:
        plant = Appliance(Path(name) / "plant")
        plant.command("demo")
        with plant:
            known = getattr(plant, "headers", dict)()
            callers = {"with a token": known, "without one": {}} if known else {"open": {}}
            for caller, headers in callers.items():
                with suite.test(f"no check fails, {caller} ({examples} examples, seed {seed})"):
                    code, said = fuzz(plant, headers, examples, seed)
                    print("\n".join(said.splitlines()[-25:]), flush=True)
                    if code != 0:
                        failures = re.findall(r"(?s)_{5,} (.*?) _{5,}\n(.*?)(?=\n_{5,} |\n={5,})", said)
                        for title, words in failures[:10]:
                            print(f"--- {title}\n{words[:1500]}", flush=True)
                    assert code == 0, f"schemathesis ended with {code}"
            with suite.test("it is still up, and nothing inside is broken"):
                plant.client().get("/readyz")
                plant.command("doctor", ok=(0, 1))
    suite.finish()


if __name__ == "__main__":
    main()
