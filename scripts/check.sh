#!/usr/bin/env bash
# usage: scripts/check.sh [STEP...]     All static checks, as many at once as there are cores; every step runs, the failed ones
# are named at the end.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
BIOME=@biomejs/biome@2.6.8
failed=()

production() {
  env -u DEBUG -u DEMO SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    SITE_URL=https://desk.example.org ALLOWED_HOSTS=desk.example.org EMAIL_HOST=mail.example.org \
    DATABASE_URL=postgres://factcheck_app@127.0.0.1/factcheck MIGRATE_DATABASE_URL=postgres://factcheck_owner@127.0.0.1/factcheck "$@"
}
step_lint() { $bin/ruff check . && $bin/ruff format --check .; }
# The product strictly, the tests as pyproject.toml relaxes it.
step_types() { $bin/mypy core accounts articles annotations publishing board api factcheck scripts bench tests; }
step_imports() { $bin/lint-imports; }
step_templates() {
  [ -d templates ] || return 0
  $bin/djlint templates --lint --quiet && find templates -name '*.html' -print0 | xargs -0 -r $bin/djade --check --target-version 6.0
}
step_frontend() {
  if ! command -v npx >/dev/null; then
    if [ -n "${CI:-}" ]; then echo "npx (Node) is needed for Biome in CI"; return 1; fi
    echo "skipped: no npx (Node) here; CI runs it"; return 0
  fi
  npx --yes "$BIOME" ci --colors=off --max-diagnostics=30 static
}
step_migrations() { production $bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run; }
step_deploy() { production $bin/python manage.py check --deploy --fail-level WARNING; }
step_api() {
  [ -f docs/openapi.json ] || { echo "skipped: docs/openapi.json is not there yet"; return 0; }
  local now; now=$(mktemp)
  production $bin/python manage.py spectacular --format openapi-json --validate --file "$now" &&
    diff -u docs/openapi.json "$now" || { echo "The API differs from docs/openapi.json: declare it with 'make openapi'"; return 1; }
}
step_compose() {
  for compose in "docker compose" docker-compose; do
    if $compose version >/dev/null 2>&1; then
      echo "by $($compose version --short 2>/dev/null | head -1) of $compose"
      POSTGRES_PASSWORD=x OWNER_PASSWORD=x APP_PASSWORD=x REDIS_PASSWORD=x SECRET_KEY=x SITE_URL=https://desk.example.org \
        $compose -f docker-compose.yml config --quiet; return
    fi
  done
  echo "no compose program here: the file is only parsed as YAML"
  $bin/python -c 'import yaml; yaml.safe_load(open("docker-compose.yml"))'
}
# Asks the package registry where the lock changed since scripts/wheels.proof was written: more than a minute.
step_wheels() { $bin/python scripts/wheels.py; }
# Measured and printed, never a gate: the contracts are in step_imports.
step_figures() { $bin/python scripts/figures.py; }
step_shell() { for file in scripts/*.sh .ci/run docker/*.sh; do bash -n "$file" || return 1; done; }

steps=("$@")
# mypy takes longer than all others together.
[ ${#steps[@]} -gt 0 ] || steps=(types lint imports templates frontend migrations deploy api compose shell wheels figures)
at_once=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run() { "step_$1" >"$folder/$1" 2>&1; echo $? >"$folder/$1.code"; }
report() {  # what has ended and was not printed yet
  local step
  for step in "${steps[@]}"; do
    [ -e "$folder/$step.code" ] || continue
    echo "--- $step"; cat "$folder/$step"
    [ "$(cat "$folder/$step.code")" = 0 ] || failed+=("$step")
    rm "$folder/$step.code"
  done
}
for step in "${steps[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do sleep 0.2; done  # macOS has a bash without `wait -n`
  report
  run "$step" &
done
wait
report
if [ ${#failed[@]} -gt 0 ]; then echo "FAILED: ${failed[*]}"; exit 1; fi
echo "All checks passed: ${steps[*]}"
