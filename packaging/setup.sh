#!/bin/sh
# Installs what a build on Debian 12 lacks, and nothing that is there already.
# usage: packaging/setup.sh [--print] GROUP...      (groups: packaging/debian-packages.txt)
#
# As root it calls apt-get, otherwise sudo, and says so before it does. With everything in place it
# asks dpkg once and is done in milliseconds.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
list=$here/debian-packages.txt
needs_swift=6.2

say() { printf 'setup: %s\n' "$*"; }
stop() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# The packages of the named groups, one a line.
wanted() {
  for group in "$@"; do
    names=$(sed 's/#.*//' "$list" | awk -v group="$group" '$1 == group { print $2 }')
    [ -n "$names" ] || stop "there is no group '$group' in packaging/debian-packages.txt"
    printf '%s\n' "$names"
  done
}

# Those of them that dpkg does not know as installed.
missing() {
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
    sed -n 's/^installed //p')
  for name in "$@"; do
    case "
$installed
" in
      *"
$name
"*) ;;
      *) printf '%s ' "$name" ;;
    esac
  done
}

check_swift() {
  command -v swift >/dev/null 2>&1 || stop \
    "there is no 'swift' on the PATH." \
    "Stowage needs a Swift $needs_swift or newer toolchain: https://www.swift.org/install/linux/" \
    "Unpack it and put its usr/bin on the PATH, then run this again."
  found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
  [ -n "$found" ] || stop "'swift --version' does not answer as expected; is the toolchain whole?"
  lowest=$(printf '%s\n%s\n' "$needs_swift" "$found" | sort -V | head -n 1)
  [ "$lowest" = "$needs_swift" ] || stop \
    "Swift $found is on the PATH; Stowage needs $needs_swift or newer." \
    "Get one from https://www.swift.org/install/linux/"
}

install() {
  command="apt-get install --yes --no-install-recommends $*"
  if [ "$(id -u)" = 0 ]; then
    as_root=""
    say "installing as root: $*"
  elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
    say "these Debian packages are missing: $*"
    say "installing them with: sudo $command"
    if ! sudo -n true 2>/dev/null && ! [ -t 0 ]; then
      stop "sudo wants a password and there is no terminal to ask for it." \
        "Have an administrator run: $command"
    fi
  else
    stop "these Debian packages are missing: $*" \
      "You are not root and there is no sudo here. Have an administrator run:" "  $command"
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
    say "the package lists could not be refreshed; going on with those that are here"
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" ||
    stop "apt-get failed; the lines above say why." "The command was: $command"
}

print_only=no
if [ "${1:-}" = --print ]; then
  print_only=yes
  shift
fi
[ $# -gt 0 ] || stop "usage: packaging/setup.sh [--print] GROUP..."

packages=$(wanted "$@")
if [ "$print_only" = yes ]; then
  printf '%s\n' "$packages"
  exit 0
fi

check_swift
if ! command -v dpkg-query >/dev/null 2>&1; then
  say "this is not a Debian system; Stowage is built and tested on Debian 12."
  say "make sure that you have what these packages hold:" $packages
  exit 0
fi
# shellcheck disable=SC2046,SC2086
absent=$(missing $packages)
if [ -n "$absent" ]; then
  # shellcheck disable=SC2086
  install $absent
  # shellcheck disable=SC2086
  absent=$(missing $packages)
  [ -z "$absent" ] || stop "still missing after the installation: $absent"
  say "done"
fi
