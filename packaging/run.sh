#!/bin/bash
# Serves a demo facility from the build folder: what `make run` does after the build.
# usage: packaging/run.sh BIN_FOLDER [PORT]
#
# The demo data is made once, below .run/, and kept between runs; `make clean` removes it.
# STOWAGE_DEMO names another folder for it.
set -euo pipefail

bin=$1
port=${2:-8480}
root=$(cd "$(dirname "$0")/.." && pwd)
data=${STOWAGE_DEMO:-$root/.run/demo}
url=http://127.0.0.1:$port

# A demo of a version that knew no people is made anew.
if [ -d "$data" ] && [ ! -f "$data/demo-people.txt" ]; then rm -rf "$data"; fi

if [ ! -d "$data" ]; then
  echo "Making a demo facility in $data (once) ..."
  # Made beside and renamed, so that a break in the middle leaves no half demo.
  rm -rf "$data.part"
  mkdir -p "$(dirname "$data")"
  "$bin/stowage" demo --data "$data.part"
  mv "$data.part" "$data"
fi

# True as soon as something listens on the port.
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

if listening; then
  echo "Port $port is taken: another Stowage, perhaps. Try: make run PORT=$((port + 1))" >&2
  exit 1
fi

# Waits in the background for the first answer, then says what can be done with it.
announce() {
  for _ in $(seq 100); do
    listening && break
    sleep 0.1
  done
  listening || return 0
  cat <<TEXT

Stowage serves the demo facility on $url (Ctrl-C stops it).

  1. Open this link: it makes your browser a known device (once, within ten minutes).
$("$bin/stowage" device pair --address "$url" --data "$data" | sed 's/^/       /')
  2. Sign in as one of these; the PINs are this demo's own ($data/demo-people.txt).
$(sed 's/^/       /' "$data/demo-people.txt")

With curl, and the demo's own token:

  curl -H "Authorization: Bearer \$(cat .run/demo/demo-token)" '$url/api/v1/locations?limit=3'

In a second terminal:

  .build/release/stowage health --data .run/demo
  .build/release/stowage doctor --data .run/demo

TEXT
}

announce &
exec "$bin/stowage" serve --data "$data" --port "$port"
