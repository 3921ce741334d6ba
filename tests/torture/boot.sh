#!/bin/bash
# Boots systemd in a container made of this machine's own root; called by tests/torture/units.py, in new
# mount, process, network, IPC, UTS and cgroup namespaces.  Usage: boot.sh FOLDER CHECKOUT
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
R=$1/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$R"
mount -t proc proc "$R/proc"
mount -t sysfs sysfs "$R/sys"
mount -t tmpfs tmpfs "$R/run"
mount -t tmpfs tmpfs "$R/tmp"
mount -t tmpfs tmpfs "$R/dev"
for name in null zero full random urandom tty; do
  touch "$R/dev/$name"
  mount --bind "/dev/$name" "$R/dev/$name"
done
mkdir "$R/dev/pts" "$R/dev/shm"
mount -t devpts devpts "$R/dev/pts" -o newinstance,ptmxmode=0666
ln -s pts/ptmx "$R/dev/ptmx"
ln -s /proc/self/fd "$R/dev/fd"
mount -t tmpfs tmpfs "$R/dev/shm"
touch "$R/dev/console"
mkdir -p "$R/opt/kiosk" # wherever the checkout lies, also where a service sees nothing
mount --bind "$2" "$R/opt/kiosk"
if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then # an older kernel's: a hierarchy of systemd's own
  mount -t tmpfs tmpfs "$R/sys/fs/cgroup"
  mkdir "$R/sys/fs/cgroup/systemd"
  mount -t cgroup cgroup "$R/sys/fs/cgroup/systemd" -o none,name=systemd,xattr
fi
ip link set lo up
cd "$R"
# Credentials and private folders of a service are mounted in a namespace of its own and have to be seen here.
exec chroot "$R" /bin/sh -c 'mount --make-rshared /; cd /
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other /lib/systemd/systemd --system --unit=multi-user.target'
