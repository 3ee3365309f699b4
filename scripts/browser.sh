#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium; installs Debian's where that needs no question.
set -eu
[ -n "${FACTCHECK_CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  command -v "$name" >/dev/null && exit 0
done
install() { "$@" apt-get update -q && "$@" apt-get install -y -q --no-install-recommends chromium; }
if command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then install env DEBIAN_FRONTEND=noninteractive && exit 0
  elif sudo -n true 2>/dev/null; then install sudo -n env DEBIAN_FRONTEND=noninteractive && exit 0
  fi
fi
echo "The browser tests need Chromium or Chrome: install it (apt install chromium, dnf install chromium, brew install chromium)" >&2
echo "or name it with FACTCHECK_CHROMIUM=/path/to/chrome. Without one they are skipped; in CI (CI=1) that is a failure." >&2
[ -z "${CI:-}" ]
