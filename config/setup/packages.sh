# Debian packages, by what they are for.  Sourced by setup.sh, which sets $system.

# The interpreter, and building the bindings that have no wheel (pyscard, pycups).
BUILD_PACKAGES="python3 python3-venv python3-dev gcc libc6-dev swig pkg-config libpcsclite-dev libcups2-dev"
# Running the terminal: PC/SC with the virtual reader, Mesa's software renderer, X client libraries, rare glyphs,
# pinyin, handwriting, speech and sound.
RUN_PACKAGES="pcscd vsmartcard-vpcd libgl1 libegl1 libgles2 libgl1-mesa-dri libmtdev1 libx11-6 libxcursor1 \
libxi6 libxrandr2 fonts-hanazono fonts-babelstone-han librime1 librime-data rime-data-luna-pinyin rime-data-stroke libzinnia0 tegaki-zinnia-simplified-chinese \
espeak-ng alsa-utils ca-certificates"
# Testing: a real print system, a printer in software, an X server, a browser to compare with, PDF to picture,
# a database server, a web server, a message broker, failing disks and clocks, keys in hardware, unit files.
TEST_PACKAGES="cups cups-client cups-filters cups-ipp-utils dbus poppler-utils chromium xvfb x11-utils \
postgresql nginx-light mosquitto fiu-utils faketime softhsm2 systemd"
case "${system:-}" in *" ubuntu "*) TEST_PACKAGES=${TEST_PACKAGES/chromium/chromium-browser} ;; esac
