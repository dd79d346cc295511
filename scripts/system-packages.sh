#!/bin/sh
# Installs the system packages that pip cannot bring, or prints the one line that does.
# usage: scripts/system-packages.sh run|test
set -eu

python=${PYTHON:-python3}
missing=""

want() {
    missing="$missing $1"
}

has_library() {
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q "$1"
}

has_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM" >/dev/null
    else
        command -v chromium >/dev/null
    fi
}

has_chinese_font() {
    command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed; name yours with PYTHON=python3.12, for example." >&2
    exit 1
fi

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip' 2>/dev/null || want "python$version-venv"
has_library libpango-1.0.so.0 || want libpango-1.0-0
has_library libpangoft2-1.0.so.0 || want libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || want libharfbuzz-subset0
if [ "${1:-run}" = test ]; then
    has_chromium || want chromium
    has_chinese_font || want fonts-noto-cjk
    # What others see in a PDF: its fonts, its text.
    command -v pdftotext >/dev/null || want poppler-utils
    # The Node.js that Playwright brings along is linked against it.
    has_library libatomic.so.1 || want libatomic1
fi

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install, by whatever names your system has for them:$missing" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "System packages are missing. Please run this line, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update
# shellcheck disable=SC2086
$as_root apt-get install -y --no-install-recommends $missing
