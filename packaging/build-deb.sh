#!/bin/sh
# Makes the Debian package from built binaries: what `make deb` does after the build.
# usage: packaging/build-deb.sh BIN_FOLDER OUT_FOLDER
#
# The same binaries give the same package, byte by byte: times come from the changelog, and nothing
# of the machine is in it. Symbols go into stowage-dbgsym.
set -eu

bin=$(cd "$1" && pwd -P)
mkdir -p "$2"
out=$(cd "$2" && pwd -P)
root=$(cd "$(dirname "$0")/.." && pwd -P)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
tree=$work/stowage
mkdir -p "$tree/bin" "$tree/etc" "$tree/share" "$tree/doc" "$tree/man"
cp "$bin/stowage" "$bin/stowage-hub" "$tree/bin/"
cp "$root/firmware-config/stowage.yaml" "$tree/etc/"
cp -R "$root/firmware-config/profiles" "$tree/share/"
cp -R "$root/packaging/monitoring" "$tree/share/"
cp "$root/README.md" "$root/docs/runbook.md" "$tree/doc/"
cp "$root/packaging/hub/README.md" "$tree/doc/hub.md"
for area in scanners kiosk network; do
  cp "$root/firmware-config/$area/README.md" "$tree/doc/$area.md"
done
cp "$root"/packaging/man/*.1 "$tree/man/"
cp -R "$root/packaging/deb/debian" "$tree/debian"
for name in stowage stowage-hub; do
  cp "$root/packaging/systemd/$name.service" "$tree/debian/stowage.$name.service"
done
cp "$root/packaging/systemd/stowage-http.socket" "$tree/debian/stowage.stowage-http.socket"
cp "$root/packaging/systemd/stowage.sysusers" "$tree/debian/stowage.sysusers"
cp "$root/packaging/systemd/stowage.tmpfiles" "$tree/debian/stowage.tmpfiles"
# Whatever the umask of whoever checked this out.
find "$tree" -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
chmod 0755 "$tree"/bin/* "$tree/debian/rules"

SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$tree/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
if ! (cd "$tree" && dpkg-buildpackage -b -us -uc -d) >"$work/log" 2>&1; then
  cat "$work/log" >&2
  exit 1
fi
grep -E '^dpkg-(shlibdeps|gencontrol): warning' "$work/log" >&2 || true
rm -f "$out"/stowage_* "$out"/stowage-dbgsym_*
cp "$work"/stowage*.deb "$work"/stowage*.buildinfo "$work"/stowage*.changes "$out/"
echo "In $2:"
(cd "$out" && ls -1s --block-size=KiB stowage*)
