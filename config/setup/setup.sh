#!/usr/bin/env bash
# Makes .venv and everything the terminal needs.  Usage: setup.sh run|test
#
# May be called again at any time: what is there already is left alone, so that a run that was cut off
# goes on where it stopped.  What comes over the network is tried again; a second run waits for the first.
# Says what it is doing; uses sudo when not root.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'setup: %s\n' "$*"; }

if [ -z "${KIOSK_SETUP_ALONE:-}" ] && command -v flock >/dev/null; then
  # -o: what is started from here does not keep the lock when this script has ended.
  KIOSK_SETUP_ALONE=1 exec flock -o config/setup/setup.sh config/setup/setup.sh "$@"
fi

# again WHAT COMMAND...: until COMMAND works, five times at most, after ever longer pauses.
again() {
  local what=$1 try
  shift
  for try in 1 2 3 4 5; do
    "$@" && return
    [ "$try" = 5 ] || { say "$what failed (try $try of 5); once more in $((try * try * 5)) seconds" >&2; sleep $((try * try * 5)); }
  done
  say "$what failed five times; what it said stands above" >&2
  return 1
}

goal=${1:-run}
system=$(. /etc/os-release 2>/dev/null && echo " ${ID:-} ${ID_LIKE:-} ")
. config/setup/packages.sh
case "$goal" in
  run) packages="$BUILD_PACKAGES $RUN_PACKAGES" lock=config/lock/run.txt ;;
  test) packages="$BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES" lock=config/lock/test.txt ;;
  *) echo "usage: setup.sh run|test" >&2; exit 2 ;;
esac

case "$system" in
  *" debian "* | *" ubuntu "*) ;;
  *)
    {
      say "this is neither Debian nor Ubuntu. Install what these packages of Debian hold, by your system's names:"
      printf '  %s\n' $packages
      say "then, with Python 3.11 or newer:"
      echo "  python3 -m venv .venv && . .venv/bin/activate"
      echo "  pip install \$(grep -E '^(setuptools|wheel)==' config/lock/run.txt)"
      echo "  pip install --no-build-isolation -r $lock"
      echo "  pip install --no-build-isolation --no-deps -e . --config-settings editable_mode=compat"
      echo "  python -m assets.build_fonts"
      echo "  python -m kiosk.typing.build"
      echo "  python -m compileall -q kiosk devices screens assets values"
    } >&2
    exit 1
    ;;
esac

# --- packages of the system ---------------------------------------------------------------------------

installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $packages 2>/dev/null || true)
missing=
for package in $packages; do
  grep -qx "$package installed" <<<"$installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  as_root=
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "these packages are missing, and there is neither root nor sudo to install them:$missing" >&2
      say "ask an administrator to run: apt-get install --no-install-recommends$missing" >&2
      exit 1
    fi
    as_root=sudo
  fi
  # RUNLEVEL: servers are installed, not started; tests start their own.
  apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq \
      -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60 "$@"
  }
  # A list may be from yesterday, and its package no longer on the server: a new list belongs to each try.
  install_missing() {
    # Cut off in the middle of an installation, dpkg wants to end that one first.
    [ -z "$($as_root dpkg --audit 2>/dev/null)" ] || $as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || true
    apt update || say "some lists of packages could not be fetched; going on with those that are there"
    apt install -y --no-install-recommends $missing >/dev/null
  }
  say "installing packages of the system, which may take some minutes:$missing"
  again "installing packages of the system" install_missing
fi

# --- Python -------------------------------------------------------------------------------------------

python=/usr/bin/python3 # the system's own, whatever else is on PATH
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  say "$("$python" --version) is too old: Debian 12, Ubuntu 24.04 and newer systems have 3.11 or newer" >&2
  exit 1
fi
# A .venv that was cut off, or that belongs to a Python that has been replaced, has no pip.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check --retries 10 --timeout 60 "$@"; }
stamps=.venv/.stamps
mkdir -p "$stamps"
want=$(cat "$lock" config/lock/run.txt | sha256sum)
if [ "$(cat "$stamps/$goal" 2>/dev/null)" != "$want" ]; then
  say "installing Python packages of $lock, which may take some minutes"
  # Bindings without a wheel are built with the versions of the lock, not with whatever is newest.
  again "fetching Python packages" pip install $(grep -E '^(packaging|setuptools|wheel)==' config/lock/run.txt)
  again "fetching Python packages" pip install --no-build-isolation -r "$lock"  # what came stays in pip's cache
  echo "$want" >"$stamps/$goal"
fi
want=$({ cat pyproject.toml && pwd; } | sha256sum)
if [ ! -x .venv/bin/kiosk ] || [ "$(cat "$stamps/self" 2>/dev/null)" != "$want" ]; then
  say "installing the kiosk command into .venv"
  pip install --no-build-isolation --no-deps -e . --config-settings editable_mode=compat
  echo "$want" >"$stamps/self"
fi

[ -e assets/fonts/built.json ] || say "making fonts and drawings, for half a minute"
.venv/bin/python -m assets.build_fonts
.venv/bin/python -m kiosk.typing.build
# The service may not write here, and would compile everything anew at each start.
.venv/bin/python -m compileall -q kiosk devices screens assets values
say "ready"
