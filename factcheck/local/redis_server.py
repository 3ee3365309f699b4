"""One embedded Valkey (it speaks the Redis protocol), append-only, behind a password, on a loopback port."""

import json
import signal
import subprocess
from functools import partial
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.values import known
from factcheck.local import account, binaries, processes
from factcheck.local.errors import LocalServiceError

START_SECONDS = 30
STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


class LocalRedis:
    """A server whose data lives in `folder/redis`. It has 64 numbered databases: every test worker takes its own."""

    name = "Valkey"

    def __init__(self, folder: Path, secrets: dict[str, str], *, durable: bool = True) -> None:
        self.folder = folder
        self.data = folder / "redis"
        self.log = folder / "redis.log"
        self.state = folder / "redis.port"
        self.password = secrets["redis"]
        self.durable = durable
        self.port = 0
        self.pid = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server or adopt the running one. Locks: processes that start it at once do so in turn."""
        with processes.one_at_a_time(self.folder / "redis.lock"):
            account.own_folder(self.data)
            self.port = int(self.state.read_text()) if self.state.exists() else processes.free_port()
            self.pid = self._running_pid()
            if not self.pid:
                self._clear_remains()
                self._launch()

    def is_running(self) -> bool:
        return bool(self.pid) and processes.process(self.pid) is not None

    def stop(self) -> None:
        if self.pid and not processes.stop_process(self.pid, STOP_STEPS):
            raise LocalServiceError(f"Valkey (process {self.pid}) does not stop; its log is {self.log}")
        self.pid = 0

    def _running_pid(self) -> int:
        """Return the pid of our server on the remembered port, 0 if none runs there."""
        try:
            once = Retry(NoBackoff(), 0)  # redis-py would retry for seconds what is not there yet
            with redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5, retry=once) as client:
                info = client.info("server")
                folder = client.config_get("dir")
        except redis.RedisError:
            return 0
        return int(info["process_id"]) if folder.get("dir") == str(self.data) else 0

    def _clear_remains(self) -> None:
        for left in processes.working_in(self.data):
            processes.stop_process(left.pid, STOP_STEPS)

    def _has_settled(self, child: subprocess.Popen[bytes]) -> bool:
        """Return whether the server answers or its process ended."""
        return child.poll() is not None or bool(self._running_pid())

    def _launch(self) -> None:
        program = binaries.redis_server(self.folder)
        for _ in range(3):
            if not processes.is_port_free(self.port):
                self.port = processes.free_port()
            child = self._popen(program)
            if processes.wait_until(partial(self._has_settled, child), START_SECONDS):
                if child.poll() is None:
                    self.pid = child.pid
                    self.state.write_text(json.dumps(self.port))
                    return
            else:
                child.kill()
            if processes.is_port_free(self.port):
                break  # it was not the port
        raise LocalServiceError(f"Valkey does not start. The end of {self.log}:\n{processes.log_end(self.log)}")

    def _popen(self, program: Path) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [str(program), "-"],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **account.popen_account(),
            )
        # Over standard input: a password in the arguments would be seen by everybody on the machine.
        stdin = known(child.stdin)
        stdin.write(self._configuration().encode())
        stdin.close()
        return child

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f'dir "{self.data}"',
                f"requirepass {self.password}",
                "databases 64",
                f"appendonly {'yes' if self.durable else 'no'}",
                "appendfsync everysec",
                'save ""',
                # A broker must never drop a message to make room.
                "maxmemory-policy noeviction",
                "daemonize no",
                "",
            ]
        )
