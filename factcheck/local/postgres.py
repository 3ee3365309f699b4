"""One embedded Postgres: made once, started, adopted when a killed run left it behind, stopped cleanly."""

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from factcheck.local import account, binaries, processes
from factcheck.local.errors import LocalServiceError

ADMIN, OWNER, APP, DATABASE = "factcheck_admin", "factcheck_owner", "factcheck_app", "factcheck"
START_SECONDS = 60
# One syncfs instead of an fsync for each of 1,000 files: 5 s less at the first start, and at each start after a kill.
IS_LINUX = sys.platform == "linux"
# Fast shutdown first; immediate (recovery at the next start) only when that hangs.
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class LocalPostgres:
    """A server whose data lives in `folder/postgres`. `durable=False` is for tests: no fsync, lost with the machine."""

    name = "Postgres"

    def __init__(self, folder: Path, secrets: dict[str, str], *, durable: bool = True) -> None:
        self.folder = folder
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self.secrets = secrets
        self.durable = durable
        self.port = 0
        self.pid = 0

    def start(self) -> None:
        """Start the server or adopt the running one. Locks: processes that start it at once do so in turn."""
        with processes.one_at_a_time(self.folder / "postgres.lock"):
            self.bin = binaries.reachable_postgres_bin(self.folder)
            self._init_if_new()
            try:
                self._adopt_or_launch()
            except psycopg.OperationalError as error:
                raise LocalServiceError(f"Postgres ended while it started ({error}); its log is {self.log}") from error

    def url(self, role: str, database: str = DATABASE) -> str:
        password = {ADMIN: "admin", OWNER: "owner", APP: "app"}[role]
        return f"postgres://{role}:{quote(self.secrets[password])}@127.0.0.1:{self.port}/{database}"

    def is_running(self) -> bool:
        return bool(self.pid) and processes.process(self.pid) is not None

    def stop(self) -> None:
        if self.pid and not processes.stop_process(self.pid, STOP_STEPS):
            raise LocalServiceError(f"Postgres (process {self.pid}) does not stop; its log is {self.log}")
        self.pid = 0

    # --- first use

    def _init_if_new(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            return
        account.own_folder(self.data)
        password_file = account.own_folder(self.folder / "init") / "password"
        password_file.write_text(self.secrets["admin"] + "\n")
        options = ["-U", ADMIN, f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"]
        # The builtin C.UTF-8 sorts the same on every machine, like the server of docker-compose.yml.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options += ["--sync-method=syncfs"] if self.durable and IS_LINUX else []
        options += [] if self.durable else ["--no-sync"]
        try:
            account.own_file(password_file)
            self._run("initdb", "-D", str(self.data), *options)
        finally:
            password_file.unlink()
            password_file.parent.rmdir()

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(binaries.POSTGRES_MAJOR):
            raise LocalServiceError(
                f"{self.data} was made by Postgres {found}, this is {binaries.POSTGRES_MAJOR}. Restore a backup into "
                "another FACTCHECK_DATA_DIR, or go back to the release that made it. Nothing was changed."
            )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            # From "/": the server's account may not enter the folder that we stand in, and its programs complain.
            [str(self.bin / program), *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **account.popen_account(),
        )
        if done.returncode:
            raise LocalServiceError(f"{program} failed: {done.stderr.strip()[-800:]}")

    # --- start

    def _adopt_or_launch(self) -> None:
        if not self._adopt():
            self._clear_remains()
            self._launch()
            self._ensure_roles()
        elif not self._has_database():
            self._ensure_roles()

    def _adopt(self) -> bool:
        """Take over a server that runs on our data already (its supervisor was killed)."""
        lines = self._pid_file_lines()
        if len(lines) < 4:
            return False
        pid, port = int(lines[0]), int(lines[3])
        running = processes.process(pid)
        if running is None or str(self.data) not in running.cmdline():
            return False
        self.pid, self.port = pid, port
        if not processes.wait_until(self._answers, START_SECONDS):
            raise LocalServiceError(f"Postgres (process {pid}) runs but does not answer; its log is {self.log}")
        return True

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _clear_remains(self) -> None:
        """After a kill -9: end workers that lost their parent, and drop the pid file.

        The file's pid may belong to another program by now, which would make Postgres refuse to start.
        """
        for left in processes.working_in(self.data):
            processes.stop_process(left.pid, ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)))
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _has_settled(self, child: subprocess.Popen[bytes]) -> bool:
        """Return whether the server answers or its process ended."""
        return child.poll() is not None or self._answers()

    def _launch(self) -> None:
        for _ in range(3):
            # Somebody may take the port between our look and the server's: then another one is tried.
            self.port = self._choose_port()
            child = self._popen()
            if processes.wait_until(partial(self._has_settled, child), START_SECONDS):
                if child.poll() is None:
                    self.pid = child.pid
                    (self.folder / "postgres.port").write_text(json.dumps(self.port))
                    return
            else:
                child.kill()
            if processes.is_port_free(self.port):
                break  # it was not the port
        raise LocalServiceError(f"Postgres does not start. The end of {self.log}:\n{processes.log_end(self.log)}")

    def _choose_port(self) -> int:
        """Return the port of the last run if it is free, so that bookmarks and CMS settings stay valid."""
        remembered = self.folder / "postgres.port"
        if remembered.exists():
            port = int(remembered.read_text())
            if processes.is_port_free(port):
                return port
        return processes.free_port()

    def _popen(self) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            # Two tests of fifty people at once may run side by side, each with connections of its own.
            "max_connections": "100" if self.durable else "300",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "recovery_init_sync_method": "syncfs" if IS_LINUX else "fsync",
            # Tests connect some thousands of times, and 4,096 iterations take 5 ms of each side.
            "scram_iterations": "4096" if self.durable else "1",
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us, we stop it in order
                **account.popen_account(),
            )

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.url(ADMIN, database), autocommit=True, connect_timeout=5)

    # --- roles

    def _has_database(self) -> bool:
        """Return whether `_ensure_roles` finished: its last step makes the database."""
        with self._connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        return found is not None

    def _ensure_roles(self) -> None:
        """Make the owner of the tables (migrations) and the app's role, which owns nothing."""
        with self._connect("postgres") as connection:
            self._ensure_role(connection, OWNER, self.secrets["owner"], "CREATEDB")
            self._ensure_role(connection, APP, self.secrets["app"], "NOCREATEDB")
            # So that the owner can drop a test database that the app's role is still connected to.
            connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
            # Everybody may make temporary tables unless told otherwise; migrations do the same for the schema.
            connection.execute(sql.SQL("REVOKE TEMP ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        self._ensure_vectors()

    def _ensure_vectors(self) -> None:
        """Make the extension `vector` as the admin: it is no trusted one. New databases inherit it from template1."""
        for database in ("template1", DATABASE):
            with self._connect(database) as connection:
                connection.execute("SET client_min_messages = 'error'")
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")

    @staticmethod
    def _ensure_role(connection: psycopg.Connection, role: str, password: str, rights: str) -> None:
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        query = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role), sql.SQL(rights), sql.Literal(password)
        )
        connection.execute("SET client_min_messages = 'error'")
        connection.execute(query)
