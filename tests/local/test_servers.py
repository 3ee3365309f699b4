"""The embedded servers: durable, private, recovered after a kill -9, beside others."""

import os
import signal
import socket
import stat
import subprocess
import sys
from subprocess import PIPE

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from factcheck.local import processes
from factcheck.local.errors import LocalServiceError
from factcheck.local.postgres import ADMIN, APP, OWNER, LocalPostgres
from factcheck.local.redis_server import LocalRedis
from factcheck.local.supervisor import Interrupted, Supervisor

pytestmark = pytest.mark.fault
KILLS = 10
ONCE = Retry(NoBackoff(), 0)  # redis-py would try a wrong password for four seconds


@pytest.fixture
def postgres(folder, secrets):
    server = LocalPostgres(folder, secrets)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(folder, secrets):
    server = LocalRedis(folder, secrets)
    server.start()
    yield server
    server.stop()


def value(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def test_postgres_is_durable_and_sorts_like_the_deployed_one(postgres):
    url = postgres.url(ADMIN)
    assert value(url, "SHOW fsync") == value(url, "SHOW full_page_writes") == "on"
    assert str(value(url, "SHOW server_version_num")) >= "180000"
    assert (
        value(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'factcheck'")
        == "bC.UTF-8"
    )


def test_the_apps_role_can_create_nothing_and_the_owner_is_no_superuser(postgres):
    for statement in ("CREATE TABLE mine (id int)", "CREATE DATABASE mine", "CREATE ROLE mine"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            psycopg.connect(postgres.url(APP), autocommit=True) as db,
        ):
            db.execute(statement)
    assert value(postgres.url(OWNER), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_postgres_wants_a_password(postgres):
    with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
        psycopg.connect(f"postgres://{ADMIN}@127.0.0.1:{postgres.port}/factcheck")


def test_a_second_start_adopts_the_running_postgres(postgres, folder, secrets):
    again = LocalPostgres(folder, secrets)
    again.start()
    assert (again.pid, again.port) == (postgres.pid, postgres.port)


def test_postgres_comes_back_after_kill_nine_with_what_was_committed(postgres, folder, secrets):
    with psycopg.connect(postgres.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    assert processes.stop_process(postgres.pid, [(signal.SIGKILL, 10.0)])
    again = LocalPostgres(folder, secrets)
    again.start()
    try:
        assert again.port == postgres.port
        assert value(again.url(OWNER), "SELECT word FROM kept") == "still here"
    finally:
        again.stop()


def test_a_pid_file_that_names_another_program_does_not_stop_the_start(folder, secrets):
    server = LocalPostgres(folder, secrets)
    server.start()
    server.stop()
    lines = [str(os.getpid()), str(server.data), "0", str(server.port), "", "127.0.0.1", "", "ready"]
    (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    server.start()
    try:
        assert server.pid not in (0, os.getpid())
    finally:
        server.stop()


def test_a_taken_port_is_left_to_its_owner(folder, secrets, postgres):
    postgres.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", postgres.port))
        other.listen()
        taken = postgres.port
        postgres.start()
        assert postgres.port != taken


def test_data_of_another_major_version_is_refused_and_left_alone(folder, secrets, postgres):
    postgres.stop()
    version = postgres.data / "PG_VERSION"
    original = version.read_text()
    version.write_text("17\n")
    with pytest.raises(LocalServiceError, match=r"made by Postgres 17.*Nothing was changed"):
        LocalPostgres(folder, secrets).start()
    version.write_text(original)


def test_secrets_are_their_owners_alone(folder, secrets):
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_redis_keeps_its_data_and_its_password(redis_server, folder, secrets):
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        client.set("kept", "yes")
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=redis_server.port, retry=ONCE) as stranger:
        stranger.ping()
    redis_server.stop()
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("kept") == b"yes"


def test_a_second_start_adopts_the_running_redis(redis_server, folder, secrets):
    again = LocalRedis(folder, secrets)
    again.start()
    assert (again.pid, again.port) == (redis_server.pid, redis_server.port)


def test_redis_does_not_take_another_clones_server_for_its_own(redis_server, folder, secrets, tmp_path):
    """Two clones may remember the same port, and even share a password by a copied folder."""
    other_folder = folder / "other"
    other_folder.mkdir()
    (other_folder / "redis.port").write_text(str(redis_server.port))
    other = LocalRedis(other_folder, secrets)
    other.start()
    try:
        assert other.port != redis_server.port
    finally:
        other.stop()


def test_four_processes_that_start_the_same_servers_at_once_share_them_until_the_last_leaves(folder, secrets):
    program = (
        "import os, pathlib; from factcheck.local.services import local_services\n"
        f"with local_services(pathlib.Path({str(folder)!r}), durable=False) as env:\n"
        "    print(env['DATABASE_URL'], env['REDIS_URL'], flush=True); input()"
    )
    environ = {name: value for name, value in os.environ.items() if not name.endswith(("DATABASE_URL", "REDIS_URL"))}
    users = [
        subprocess.Popen([sys.executable, "-c", program], env=environ, text=True, stdin=PIPE, stdout=PIPE)
        for _ in range(4)
    ]
    addresses = {user.stdout.readline() for user in users if user.stdout}
    assert len(addresses) == 1, addresses
    database = addresses.pop().split()[0]
    for user in users:
        assert value(database, "SELECT 1") == 1
        user.communicate("\n", timeout=60)
        assert user.returncode == 0
    with pytest.raises(psycopg.OperationalError):
        value(database, "SELECT 1")


def test_the_supervisor_starts_both_servers_again_however_often_they_are_killed(
    folder, postgres, redis_server, monkeypatch
):
    monkeypatch.setattr("factcheck.local.supervisor.WAITS", (0.01,))
    monkeypatch.setattr("factcheck.local.supervisor.TICK", 0.02)
    servers, again = [postgres, redis_server], []
    kill = {
        "Postgres": lambda: os.kill(postgres.pid, signal.SIGKILL),
        "Valkey": lambda: os.kill(redis_server.pid, signal.SIGKILL),
    }

    def say(line: str) -> None:
        name = line.split()[0]
        if line.endswith("runs again."):
            again.append(name)
            if again.count(name) < KILLS:
                kill[name]()
            elif len(again) == 2 * KILLS:
                raise Interrupted

    for act in kill.values():
        act()
    with pytest.raises(Interrupted):
        Supervisor(folder, {}, folder).watch(servers, say)
    assert value(postgres.url(APP), "SELECT 1") == 1
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()
