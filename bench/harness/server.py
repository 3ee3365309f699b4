"""The desk's own web server for a benchmark: gunicorn with `factcheck.serving`, production settings, the pool.

Beside the desk's addresses stand the bare views of `bench/harness/bare.py`, on the same server, settings and middleware.
"""

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from factcheck.local.processes import free_port, stop_process

READY_SECONDS = 30


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Yield the port of a server on the database and Redis of the environment; it logs into the folder."""
    with serving_process(folder) as (port, _):
        yield port


@contextmanager
def serving_process(folder: Path, *, workers: int = 1, **variables: str) -> Iterator[tuple[int, int]]:
    """Yield the port and the process id of a server with that many worker processes."""
    port = free_port()
    env = os.environ | {
        "DATABASE_POOL": "1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(folder / "staticfiles"),
        "WEB_WORKERS": str(workers),
        **variables,
    }
    (folder / "staticfiles").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "gunicorn", "bench.harness.wsgi", "--config", "python:factcheck.serving"]
    log = folder / f"web-{port}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(folder)], env=env, stderr=out, stdout=out
        )
    try:
        _wait(port, log, "/bare/nothing" if variables.get("BENCH_BARE") else "/readyz")
        yield port, process.pid
    finally:
        stop_process(process.pid, [(signal.SIGTERM, 10), (signal.SIGKILL, 5)])
        process.wait()


def _wait(port: int, log: Path, path: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            with Http(port) as http_:
                if http_.get(path):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {log.read_text()[-2000:]}")


class Http:
    """One connection that is kept, as a CMS keeps it. Answers are bytes; anything but 2xx is an error."""

    def __init__(self, port: int, token: str = "", headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = headers or ({"Authorization": f"Bearer {token}"} if token else {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> bytes:
        return self._ask("POST", path, json.dumps(body).encode())

    def send_file(self, path: str, file: Path) -> bytes:
        """Send a file as the form of an import has it."""
        mark = b"bench-boundary"
        head = f'Content-Disposition: form-data; name="file"; filename="{file.name}"\r\n'.encode()
        kind = b"Content-Type: application/jsonl\r\n\r\n"
        body = b"--" + mark + b"\r\n" + head + kind + file.read_bytes() + b"\r\n--" + mark + b"--\r\n"
        return self._ask("POST", path, body, f"multipart/form-data; boundary={mark.decode()}")

    def _ask(self, method: str, path: str, body: bytes | None, content_type: str = "application/json") -> bytes:
        headers = self._headers if body is None else {**self._headers, "Content-Type": content_type}
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


def side_by_side(
    ours: Callable[[], object],
    bare: Callable[[], object],
    *,
    times: int,
    before: Callable[[], object] = lambda: None,
) -> tuple[float, float]:
    """Median milliseconds of both, asked in turn so that both see the same machine; the first tenth is warming up.

    `before` each turn something may be made ready that is not measured.
    """
    both: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        before()
        for call, taken in zip((ours, bare), both, strict=True):
            started = time.perf_counter()
            call()
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(both[0][times // 10 :]), statistics.median(both[1][times // 10 :])
