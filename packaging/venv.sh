#!/bin/sh
# Makes .venv with the Python packages that the browser tests need, and nothing when it is current.
# usage: packaging/venv.sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
wanted=$root/Tests/System/requirements.txt
venv=$root/.venv
stamp=$venv/requirements.sha256

sum=$(sha256sum <"$wanted")
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && exit 0
printf 'venv: installing what the browser tests need into .venv\n'
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" --quiet --disable-pip-version-check install --requirement "$wanted"
printf '%s\n' "$sum" >"$stamp"
