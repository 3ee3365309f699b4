"""Prove that every pin of requirements.lock installs without a compiler on the machines we promise.

Asks pip, per target, to resolve the pins from wheels alone (`--dry-run`) and compares the chosen wheel with the lock's
hashes. The result stands in scripts/wheels.proof under the digest of the lock and of this file, to be committed with them:
nobody is asked while it does. To ask takes 140 seconds of a core, of which pip needs most to read the registry's pages.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.12", "3.13", "3.14")
GLIBC_MINOR = 28  # Debian 11, Ubuntu 20.04, RHEL 8 and everything newer
MACOS = "macosx_14_0_arm64"  # the oldest that Homebrew still builds for
SECONDS = 300
NO_WHEEL = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)")


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    marker: str
    hashes: frozenset[str]


@dataclass(frozen=True)
class Target:
    python: str
    system: str
    machine: str

    def __str__(self) -> str:
        return f"CPython {self.python} on {self.system} {self.machine}"

    def platforms(self) -> list[str]:
        """Return the wheel platform tags that the target accepts; pip widens only the macOS one by itself."""
        if self.system == "Darwin":
            return [MACOS]
        tags = [f"manylinux_2_{minor}_{self.machine}" for minor in range(GLIBC_MINOR, 4, -1)]
        return tags + [f"manylinux{year}_{self.machine}" for year in ("2014", "2010", "1")]

    def environment(self) -> dict[str, str]:
        """Return the marker variables of the target: pip would evaluate those of the machine that it runs on."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": self.system,
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": self.system.lower(),
            "extra": "",
        }


SYSTEMS = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"))
TARGETS = [Target(python, *system) for python in PYTHONS for system in SYSTEMS]


def read_pins(lock: str) -> Iterator[Pin]:
    for entry in lock.replace("\\\n", " ").splitlines():
        found = re.match(
            r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)\s*(?:;(?P<marker>.*?))?(?P<hashes>\s--hash=.*)", entry
        )
        if found:
            hashes = frozenset(re.findall(r"--hash=sha256:(\w+)", found["hashes"]))
            yield Pin(found["name"], found["version"], (found["marker"] or "").strip(), hashes)


def is_wanted(pin: Pin, target: Target) -> bool:
    return not pin.marker or Marker(pin.marker).evaluate(target.environment())


def missing_wheels(pins: list[Pin], target: Target) -> list[str]:
    """Return one line per pin that pip would have to build on the target. Raises RuntimeError where pip cannot ask."""
    wanted = [pin for pin in pins if is_wanted(pin, target)]
    problems: list[str] = []
    while True:
        report, error = resolve(wanted, target)
        if report is not None:
            return problems + unlocked_wheels(wanted, report, target)
        name = NO_WHEEL.search(error)
        if name is None:
            raise RuntimeError(f"pip could not ask the package registry for {target}:\n{error[-1500:]}")
        problems.append(f"{target}: no wheel of {name[1]}")
        wanted = [pin for pin in wanted if pin.name != name[1]]


def resolve(pins: list[Pin], target: Target) -> tuple[dict[str, str] | None, str]:
    """Return the SHA-256 of the chosen wheel per name, or None and pip's complaint."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, report = Path(folder, "pins.txt"), Path(folder, "report.json")
        wanted.write_text("".join(f"{pin.name}=={pin.version}\n" for pin in pins))
        options = ["--dry-run", "--target", folder, "--no-deps", "--only-binary", ":all:", "--quiet", "--no-input"]
        options += ["--implementation", "cp", "--python-version", target.python, "--report", str(report)]
        options += [argument for tag in target.platforms() for argument in ("--platform", tag)]
        command = [sys.executable, "-m", "pip", "install", *options, "-r", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        if done.returncode:
            return None, done.stderr
        installs = json.loads(report.read_text())["install"]
    return {
        normal_name(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in installs
    }, ""


def normal_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unlocked_wheels(pins: list[Pin], chosen: dict[str, str], target: Target) -> list[str]:
    """Name the pins whose wheel the lock does not hash: pip would refuse them with --require-hashes."""
    return [
        f"{target}: the wheel of {pin.name} is not among the hashes"
        for pin in pins
        if chosen.get(normal_name(pin.name)) not in pin.hashes
    ]


def prove(pins: list[Pin]) -> str:
    """Return the sentence that states the proof. Raises LookupError with the pins that have no wheel."""
    with ThreadPoolExecutor(3) as pool:
        results = pool.map(lambda target: missing_wheels(pins, target), TARGETS)
        problems = [line for lines in results for line in lines]
    if problems:
        raise LookupError("\n".join(["These pins would need a compiler:", *problems]))
    return f"{len(pins)} pins have wheels for each of: {', '.join(map(str, TARGETS))}\n"


def main() -> int:
    lock, proof = ROOT / "requirements.lock", Path(__file__).with_suffix(".proof")
    digest = hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    proved, _, sentence = proof.read_text().partition("\n") if proof.exists() else ("", "", "")
    if proved == digest:
        print(sentence, end="")
        return 0
    try:
        sentence = prove(list(read_pins(lock.read_text())))
    except LookupError as error:
        print(error.args[0])
        return 1
    except RuntimeError as error:
        print(error if os.environ.get("CI") else f"skipped, CI does it: {error}")
        return 1 if os.environ.get("CI") else 0
    proof.write_text(f"{digest}\n{sentence}")
    print(f"{sentence}Commit {proof.name} with the lock: until then every check asks the registry again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
