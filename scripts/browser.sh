#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium; installs Debian's where that needs no question. CI gets the headless shell
# beside it where there is one: it needs a third less of a core (docs/decisions/2026-11-30-test-lanes.md).
set -eu
[ -n "${FACTCHECK_CHROMIUM:-}" ] && exit 0
has_one() { for name in "$@"; do command -v "$name" >/dev/null && return; done; return 1; }
has_one chromium-headless-shell && exit 0
install() {
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" = 0 ]; then as_root="env DEBIAN_FRONTEND=noninteractive"
  elif sudo -n true 2>/dev/null; then as_root="sudo -n env DEBIAN_FRONTEND=noninteractive"
  else return 1; fi
  # No network must not cost more than it saves.
  timeout 30 $as_root apt-get update -q && timeout 180 $as_root apt-get install -y -q --no-install-recommends --no-remove "$1"
}
if has_one chromium chromium-browser google-chrome google-chrome-stable chrome; then
  [ -z "${CI:-}" ] || install chromium-headless-shell || echo "No headless shell to be had: the tests take the whole browser"
  exit 0
fi
install chromium && exit 0
echo "The browser tests need Chromium or Chrome: install it (apt install chromium, dnf install chromium, brew install chromium)" >&2
echo "or name it with FACTCHECK_CHROMIUM=/path/to/chrome. Without one they are skipped; in CI (CI=1) that is a failure." >&2
[ -z "${CI:-}" ]
