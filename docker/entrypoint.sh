#!/bin/sh
# usage: entrypoint.sh web|events|worker NAME...|beat|migrate|backup|COMMAND...     NAME is one of WORKERS in factcheck/queues.py
set -eu
case "${1:-web}" in
  web)
    exec gunicorn factcheck.wsgi --config python:factcheck.serving --bind 0.0.0.0:8000 --worker-tmp-dir /dev/shm \
      --max-requests 5000 --max-requests-jitter 500 --forwarded-allow-ips "${TRUSTED_PROXIES:-127.0.0.1}"
    ;;
  events) exec python -m factcheck.events --host 0.0.0.0 --port 8001 ;;
  worker) shift && exec python -m factcheck.queues "$@" ;;
  beat) exec celery -A factcheck beat --schedule /tmp/celerybeat --pidfile= ;;
  backup) exec python manage.py backup "/backups/$(date -u +%Y%m%dT%H%M%SZ)" ;;
  migrate) exec python manage.py migrate --database owner --no-input ;;
  *) exec "$@" ;;
esac
