"""The supervisor: all of them or none, and nothing left behind by a killed one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factcheck.local import processes
from factcheck.local.demo import reserve_port
from factcheck.local.errors import LocalServiceError
from factcheck.local.services import folder_lock
from factcheck.local.supervisor import MARK, STEADY_SECONDS, WAITS, BackOff, Interrupted, Supervisor

KILLS = 10
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A parent that ignores the polite signal, and a child of its own.
STUBBORN_PROGRAM = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    f"child = subprocess.Popen({SLEEP!r}); print(child.pid, flush=True); time.sleep(60)"
)
STUBBORN = [sys.executable, "-c", STUBBORN_PROGRAM]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("factcheck.local.supervisor.WAITS", (0.01, 0.01))
    monkeypatch.setattr("factcheck.local.supervisor.TICK", 0.02)


@pytest.fixture
def supervisor(tmp_path):
    found = Supervisor(tmp_path, dict(os.environ), tmp_path)
    yield found
    found.stop_all()


def test_a_child_that_ends_before_it_is_ready_is_named_with_the_end_of_its_log(supervisor):
    supervisor.start("steady", SLEEP)
    supervisor.start("web", [sys.executable, "-c", "print('port is taken'); raise SystemExit(3)"])
    with pytest.raises(LocalServiceError, match=r"(?s)web ended with code 3.*port is taken"):
        supervisor.wait_until(lambda: False, 20, "the page")


def test_a_child_that_ends_again_and_again_is_started_again_and_told_each_time(supervisor, quick):
    supervisor.start("web", [sys.executable, "-c", "raise SystemExit(3)"])
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line.split(";")[0])
        if said.count("web runs again.") == KILLS:
            raise Interrupted

    with pytest.raises(Interrupted):
        supervisor.watch(say=say)
    assert said == ["web ended with code 3", "web runs again."] * KILLS


def test_the_waits_grow_and_begin_anew_after_a_steady_run():
    back_off = BackOff()
    assert [back_off.wait() for _ in range(len(WAITS) + 1)] == [*WAITS, WAITS[-1]]
    back_off.began()
    back_off.started -= STEADY_SECONDS + 1
    assert back_off.wait() == WAITS[0]


class LostServer:
    """A server as the supervisor knows one; its first new start fails."""

    name = "Redis"
    log = Path("redis.log")

    def __init__(self) -> None:
        self.starts = 0

    def is_running(self) -> bool:
        return self.starts > 1

    def start(self) -> None:
        self.starts += 1
        if self.starts == 1:
            raise LocalServiceError("the disk is full")


def test_what_is_killed_runs_again_and_the_person_is_told(supervisor, quick):
    supervisor.start("worker", SLEEP)
    first, server, said = supervisor.children[0].process.pid, LostServer(), []
    os.kill(first, signal.SIGKILL)

    def say(line: str) -> None:
        said.append(line)
        if {"worker runs again.", "Redis runs again."} <= set(said):
            raise Interrupted

    with pytest.raises(Interrupted):
        supervisor.watch([server], say)
    second = supervisor.children[0].process
    assert second.pid != first
    assert second.poll() is None
    assert f'"pid": {second.pid}' in supervisor.record.read_text()
    assert "Redis ended; it starts again in 0.01 s (redis.log)." in said
    assert "Redis did not start; the next try is in 0.01 s (redis.log)." in said


def test_stopping_ends_a_stubborn_child_with_all_that_it_started(supervisor, monkeypatch):
    monkeypatch.setattr("factcheck.local.supervisor.STOP_STEPS", ((signal.SIGTERM, 0.3), (signal.SIGKILL, 5.0)))
    supervisor.start("stubborn", STUBBORN)
    log = supervisor.children[0].log
    assert processes.wait_until(lambda: log.read_text().strip().isdigit(), 10)
    grandchild = int(log.read_text())
    supervisor.stop_all()
    assert processes.wait_until(lambda: processes.process(grandchild) is None, 5)
    assert not supervisor.record.exists()


def test_what_a_killed_supervisor_left_is_ended_by_the_next(supervisor, tmp_path):
    supervisor.start("worker", SLEEP)
    left = supervisor.children[0].process
    assert Supervisor(tmp_path, {}, tmp_path).stop_orphans() == ["worker"]
    assert left.wait(5) is not None


def test_what_was_left_while_it_started_is_ended_too(supervisor, tmp_path, monkeypatch):
    """Between its `exec` and the new program a process shows no environment."""
    supervisor.start("worker", SLEEP)
    shown = iter([{}, {MARK: supervisor.mark}])
    monkeypatch.setattr("psutil.Process.environ", lambda _process: next(shown))
    assert Supervisor(tmp_path, {}, tmp_path).stop_orphans() == ["worker"]


@pytest.mark.parametrize("is_marked", [True, False], ids=["another's mark", "a record from before there were marks"])
def test_a_process_number_that_went_to_another_program_is_left_alone(supervisor, tmp_path, is_marked):
    supervisor.start("worker", SLEEP)
    [entry] = json.loads(supervisor.record.read_text())
    del entry["mark"]
    supervisor.record.write_text(json.dumps([entry | ({"mark": "another"} if is_marked else {"created": 1.0})]))
    assert Supervisor(tmp_path, {}, tmp_path).stop_orphans() == []
    assert supervisor.children[0].process.poll() is None


def test_waiting_ends_with_a_plain_message(supervisor):
    with pytest.raises(LocalServiceError, match="the page did not answer within 0 s"):
        supervisor.wait_until(lambda: False, 0, "the page")


def test_only_one_holds_a_folder_and_a_killed_holder_frees_it(tmp_path):
    program = (
        "import sys, time, pathlib; from factcheck.local.services import folder_lock\n"
        f"with folder_lock(pathlib.Path({str(tmp_path)!r}), 'one.lock') as ours: print(ours, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with folder_lock(tmp_path, "one.lock") as is_ours:
        assert not is_ours
    holder.kill()
    holder.wait()
    with folder_lock(tmp_path, "one.lock") as is_ours:
        assert is_ours


class TestPort:
    def test_the_next_free_one_where_none_is_given(self, monkeypatch):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
            monkeypatch.setattr("factcheck.local.demo.FIRST_PORT", taken)
            monkeypatch.setattr("factcheck.local.demo.LAST_PORT", min(taken + 50, 65535))
            with reserve_port({}) as first, reserve_port({}) as second:
                assert taken < first.getsockname()[1] < second.getsockname()[1]

    def test_a_given_one_that_is_taken_is_refused_not_replaced(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            with pytest.raises(LocalServiceError, match="is taken"):
                reserve_port({"PORT": str(other.getsockname()[1])})

    @pytest.mark.parametrize("given", ["0", "65536", "web", "-1"])
    def test_nonsense_is_refused(self, given):
        with pytest.raises(LocalServiceError, match="must be a number from 1 to 65535"):
            reserve_port({"PORT": given})


def test_waiting_for_a_condition_gives_up_in_time():
    started = time.monotonic()
    assert not processes.wait_until(lambda: False, 0.2)
    assert time.monotonic() - started < 30
