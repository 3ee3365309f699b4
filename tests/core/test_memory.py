"""Objects that forks share: used in a fork, they are not copied into it."""

import subprocess
import sys

import pytest

from factcheck.local.paths import CLONE

# Each string has a page's worth of neighbours: a reference to each writes to every page that they stand on.
_FORK = """
import gc, os, sys
from core.memory import keep_objects_shared

texts = [f"text number {number}" for number in range(200_000)]
gc.collect()
if sys.argv[1] == "shared":
    keep_objects_shared()
gc.freeze()
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
held = list(texts)
copied = next(line for line in open("/proc/self/smaps_rollup") if line.startswith("Private_Dirty"))
print(int(copied.split()[1]))
"""
_DESK = """
import gc, sys, weakref
import django
django.setup()
from django.test import Client
from core.memory import keep_objects_shared

class Thing: ...

thing = Thing()
running = (number for number in range(3))
next(running)
before = Client().get("/healthz", headers={"host": "localhost"}).status_code
gc.collect()
keep_objects_shared()
keep_objects_shared()
gc.freeze()
# What is made from now on ends as ever, though it refers to what never does.
made = Thing()
made.other, made.text = thing, "".join(["a", "b"])
gone = weakref.ref(made)
del made
assert gone() is None
del thing
gc.collect()
assert list(running) == [1, 2]
assert Client().get("/healthz", headers={"host": "localhost"}).status_code == before == 200
print("ended")
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=CLONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux" or sys.version_info[:2] != (3, 12), reason="elsewhere nothing is done")
def test_a_fork_that_uses_an_object_of_its_parent_does_not_copy_it() -> None:
    copied = {name: int(run(_FORK, name)) for name in ("shared", "counted")}
    assert copied["counted"] > 12_000  # KB: 200,000 strings of 64 bytes, and a list
    assert copied["shared"] < copied["counted"] / 3


def test_a_desk_of_immortal_objects_answers_and_ends() -> None:
    assert run(_DESK).strip().endswith("ended")
