"""`make demo`: the whole desk from one command in one terminal. Nothing here imports Django."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from factcheck.local import processes
from factcheck.local.errors import LocalServiceError
from factcheck.local.paths import CLONE, DEMO_ADDRESS, data_dir
from factcheck.local.postgres import LocalPostgres
from factcheck.local.redis_server import LocalRedis
from factcheck.local.services import folder_lock, local_services
from factcheck.local.supervisor import Interrupted, Supervisor, interruptible
from factcheck.queues import WORKERS

FIRST_PORT, LAST_PORT = 8000, 8099
THREADS = 12
READY_SECONDS = 60
CELERY = [sys.executable, "-m", "celery", "-A", "factcheck"]
WORKERS_COMMAND = [sys.executable, "-m", "factcheck.queues", *WORKERS]


def run_demo() -> int:
    """Run until Ctrl-C; returns the exit code."""
    started = time.monotonic()
    folder = data_dir()
    try:
        with interruptible(), folder_lock(folder, "demo.lock") as is_ours:
            _run(folder, started, is_ours=is_ours)
    except Interrupted:
        print("\nStopped. Everything is kept; `make demo` continues where you left.", flush=True)
        return 0
    except LocalServiceError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


def _already_running(folder: Path) -> str:
    address = folder / DEMO_ADDRESS
    where = f" at {address.read_text()}" if address.exists() else ""
    return f"The demo of this clone runs already{where}. Stop it with Ctrl-C in its terminal first."


def _run(folder: Path, started: float, *, is_ours: bool) -> None:
    if not is_ours:
        raise LocalServiceError(_already_running(folder))
    supervisor = Supervisor(folder, dict(os.environ), CLONE)
    for name in supervisor.stop_orphans():
        _say(f"Ended the {name} process that an earlier run left behind.")
    servers: list[LocalPostgres | LocalRedis] = []
    with (
        reserve_port(os.environ) as listener,
        _reserve_events_port() as events,
        local_services(started=servers) as env,
    ):
        supervisor.env |= env | _demo_env(listener.getsockname()[1], events.getsockname()[1])
        _say("Postgres and Valkey are up. Preparing the database and the sample story ...")
        welcome = _prepare(supervisor.env)
        # Until this one is ready there is none. One that cannot be prepared leaves it: commands still need to know it.
        (folder / DEMO_ADDRESS).unlink(missing_ok=True)
        _say("Starting web, events, workers and beat ...")
        try:
            _start(supervisor, listener, events)
            url = supervisor.env["SITE_URL"]
            # It stays when the demo is stopped: what was published has this address.
            (folder / DEMO_ADDRESS).write_text(url)
            _say(f"\nReady after {time.monotonic() - started:.1f} s: {url}\n{welcome}\nLogs: {folder / 'logs'}")
            _say(f"Live updates come from port {supervisor.env['EVENTS_PORT']}.")
            _say("Ctrl-C stops everything.")
            supervisor.watch(servers, _say)
        finally:
            supervisor.stop_all()


def _say(text: str) -> None:
    print(text, flush=True)


def reserve_port(environ: Mapping[str, str]) -> socket.socket:
    """Listen on PORT where given, which must be free; else on the first free one from 8000 on.

    The socket is the reservation, the web server inherits it: two demos that start together never choose the same.
    """
    host = environ.get("HOST", "127.0.0.1")
    if given := environ.get("PORT"):
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise LocalServiceError(f"PORT is {given!r}; it must be a number from 1 to 65535.")
        if listener := processes.listen(host, int(given)):
            return listener
        raise LocalServiceError(f"Port {given} is taken. Free it, or choose another: make demo PORT=8010")
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if listener := processes.listen(host, port):
            return listener
    raise LocalServiceError(f"All ports from {FIRST_PORT} to {LAST_PORT} are taken. Choose one: make demo PORT=9000")


def _reserve_events_port() -> socket.socket:
    """Listen on any free port for live updates: nobody types it."""
    listener = processes.listen(os.environ.get("HOST", "127.0.0.1"), 0)
    if listener is None:
        raise LocalServiceError("There is no free port for live updates.")
    return listener


def _demo_env(port: int, events_port: int) -> dict[str, str]:
    return {
        "DEMO": "1",
        "DEBUG": "0",
        "SITE_URL": f"http://localhost:{port}",
        "EVENTS_PORT": str(events_port),
        "DATABASE_POOL": "1",
        "DATABASE_POOL_SIZE": str(THREADS),
        "WEB_THREADS": str(THREADS),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(env: dict[str, str]) -> str:
    """Migrate, load the story, collect the static files; returns what to tell the person."""
    command = [sys.executable, "manage.py", "prepare_demo"]
    done = subprocess.run(
        command, cwd=CLONE, env=env | {"DATABASE_POOL": "0"}, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise LocalServiceError("The demo's data could not be prepared; the reason stands above. Nothing was lost.")
    return done.stdout.strip()


def _start(supervisor: Supervisor, listener: socket.socket, events: socket.socket) -> None:
    supervisor.start("web", _web_command(listener), keep=(listener.fileno(),))
    supervisor.start("events", _events_command(events), keep=(events.fileno(),))
    supervisor.start("workers", WORKERS_COMMAND)
    supervisor.start("beat", _beat_command(supervisor.folder))
    port = listener.getsockname()[1]
    supervisor.wait_until(lambda: _is_ready(port), READY_SECONDS, f"http://localhost:{port}/readyz")


def _web_command(listener: socket.socket) -> list[str]:
    options = ["--config", "python:factcheck.serving", "--bind", f"fd://{listener.fileno()}", "--graceful-timeout", "5"]
    return [sys.executable, "-m", "gunicorn", "factcheck.wsgi", *options]


def _events_command(listener: socket.socket) -> list[str]:
    return [sys.executable, "-m", "factcheck.events", "--fd", str(listener.fileno())]


def _beat_command(folder: Path) -> list[str]:
    """Return the clock's command. Inside a worker (`--beat`) nobody would start it again after a kill."""
    return [*CELERY, "beat", "--schedule", str(folder / "celerybeat"), "--pidfile="]


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            found = json.load(answer)
            return found["worker"] == "ok" and found["events"] in {"ok", "off"}
    except (urllib.error.URLError, OSError):
        return False
