#!/usr/bin/env bash
# Puts the units of a real terminal in place.  Usage: install.sh [--start]   (as root, from the checkout)
#
# PREFIX is where the checkout with its .venv will lie (default: where this script is).  With DESTDIR everything
# goes below that folder, for packages and tests, and nothing of this system is touched.
# May be called again at any time; the terminal file and the device key are never overwritten.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PREFIX=${PREFIX:-$(cd "$here/../.." && pwd)}
DESTDIR=${DESTDIR:-}
PACKAGES="xinit xserver-xorg-core xserver-xorg-input-libinput x11-xserver-utils polkitd cups pcscd"

say() { printf 'install: %s\n' "$*"; }

start=
case "${1:-}" in
  "") ;;
  --start) start=yes ;;
  *) echo "usage: install.sh [--start]" >&2; exit 2 ;;
esac
if [ -z "$DESTDIR" ] && [ "$(id -u)" != 0 ]; then
  say "run this as root" >&2
  exit 1
fi

put() { # source, target, mode
  install -D -m "$3" /dev/null "$DESTDIR$2"
  sed "s|@PREFIX@|$PREFIX|g" "$here/$1" > "$DESTDIR$2"
}

put kiosk.service /etc/systemd/system/kiosk.service 644
put kiosk-display.service /etc/systemd/system/kiosk-display.service 644
put kiosk.sysusers /usr/lib/sysusers.d/kiosk.conf 644
put kiosk.tmpfiles /usr/lib/tmpfiles.d/kiosk.conf 644
put 49-kiosk.rules /etc/polkit-1/rules.d/49-kiosk.rules 644
put xorg.conf /etc/X11/xorg.conf.d/10-kiosk.conf 644
put logind.conf /etc/systemd/logind.conf.d/50-kiosk.conf 644
put sysctl.conf /etc/sysctl.d/50-kiosk.conf 644
if [ ! -e "$DESTDIR/etc/kiosk/terminal.toml" ]; then
  install -D -m 640 "$here/../terminal.example.toml" "$DESTDIR/etc/kiosk/terminal.toml"
  say "write $DESTDIR/etc/kiosk/terminal.toml for this terminal before you start it"
fi
[ -n "$DESTDIR" ] && exit 0

missing=
for package in $PACKAGES; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] || say "install these packages, too: apt-get install --no-install-recommends$missing"
systemd-sysusers
systemd-tmpfiles --create kiosk.conf
if [ ! -e /etc/kiosk/device.key.cred ]; then
  head -c 32 /dev/urandom | systemd-creds encrypt --name=device.key - /etc/kiosk/device.key.cred
  chmod 600 /etc/kiosk/device.key.cred
  say "made the device key, sealed for this machine; keep a copy in a safe: systemd-creds decrypt /etc/kiosk/device.key.cred"
fi
sysctl -q --system
systemctl mask -q ctrl-alt-del.target
systemctl daemon-reload
systemctl enable -q kiosk-display.service kiosk.service
systemctl set-default -q graphical.target
if [ -n "$start" ]; then
  systemctl start kiosk.service
  say "started; kiosk diagnose --terminal /etc/kiosk/terminal.toml tells how it is"
else
  say "enabled; it starts with the machine, or now with: systemctl start kiosk.service"
fi
