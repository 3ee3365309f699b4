#!/usr/bin/env bash
# usage: scripts/environment.sh run|dev
# Makes .venv with the hashed lock file (run: what the desk needs; dev: the tools and tests too), once per lock file.
# Uses uv where it works, else plain venv and pip. Prints how long the download and installation took.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
case $kind in
  run) lock=requirements.lock ;;
  dev) lock=requirements-dev.lock ;;
  *) echo "usage: $0 run|dev" >&2; exit 2 ;;
esac

checksum() { cksum < "$1" | tr -s ' ' '-'; }
stamp() { echo ".venv/.installed-$1"; }
is_installed() { [ -x .venv/bin/python ] && [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$(checksum "$2")" ]; }

is_installed "$kind" "$lock" && exit 0

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
find_python() {
  for name in ${PYTHON:-} python3.12 python3.13 python3.14 python3 python; do
    if command -v "$name" >/dev/null && is_new_enough "$name"; then command -v "$name"; return; fi
  done
}
has_uv() { uv --version >/dev/null 2>&1; }

start=$(date +%s)
python=$(find_python)
if [ -z "$python" ] && ! has_uv; then
  cat >&2 <<'MESSAGE'
Python 3.12 or newer is needed, and neither it nor uv is here. Install one of them:
  Debian, Ubuntu:  apt install python3.12 python3.12-venv     (or: apt install python3 python3-venv on a new release)
  Fedora:          dnf install python3.12
  macOS:           brew install python@3.12
  anywhere:        https://docs.astral.sh/uv/  (uv brings a Python of its own)
then run the same command again. A Python elsewhere is named with PYTHON=/path/to/python3.12.
MESSAGE
  exit 1
fi

if [ ! -x .venv/bin/python ] || ! is_new_enough .venv/bin/python; then
  if has_uv; then
    uv venv --quiet --clear --python "${python:-3.12}" .venv
  elif ! "$python" -m venv --clear .venv; then
    echo "Python's venv module is missing or broken: on Debian and Ubuntu install python3-venv, then run this again." >&2
    exit 1
  fi
fi

# A line every ten seconds: a slow network or disk must not look like a command that hangs.
tell_time() { while sleep 10; do echo "  still installing, $(( $(date +%s) - start )) s ..."; done; }
# Of pip's output every tenth package and the step after them.
tell_progress() {
  awk -v total="$total" '
    /^Collecting / { if (++n % 10 == 0) { print "  " n " of " total " packages found and downloaded"; fflush() } }
    /^Installing collected/ { print "  all are here; unpacking them takes up to a minute"; fflush() }'
}
total=$(grep -c '^[a-zA-Z0-9].*==' "$lock")
how=pip; has_uv && how=uv
echo "Installing the $total packages of $lock into .venv with $how, once (480 MB on disk; a minute on a fast line) ..."
tell_time &
teller=$!
trap 'kill "$teller" 2>/dev/null || true' EXIT
if has_uv; then
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
else
  .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --upgrade >/dev/null
  set -o pipefail
  .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check --require-hashes -r "$lock" | tell_progress
fi
checksum "$lock" > "$(stamp "$kind")"
# The development lock holds everything of the other one.
[ "$kind" = run ] || checksum requirements.lock > "$(stamp run)"
echo "Download and installation took $(( $(date +%s) - start )) s ($("$PWD/.venv/bin/python" --version), once per lock file)."
