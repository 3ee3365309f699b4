"""Compare the measured line coverage of each group of modules with its floor in pyproject.toml.

`make test` writes build/coverage.json. Lines that only other processes run (workers, servers) count as not covered.
"""

import json
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "build" / "coverage.json"


def lines_of_group(files: dict[str, dict[str, dict[str, int]]], patterns: list[str]) -> dict[str, tuple[int, int]]:
    """Return covered and all lines per file that a pattern names."""
    return {
        name: (found["summary"]["covered_lines"], found["summary"]["num_statements"])
        for name, found in files.items()
        if any(fnmatch(name, pattern) for pattern in patterns)
    }


def describe_worst(lines: dict[str, tuple[int, int]]) -> list[str]:
    most_missed = sorted(lines, key=lambda name: lines[name][0] - lines[name][1])[:5]
    return [f"    {name}: {lines[name][1] - lines[name][0]} lines not run" for name in most_missed]


def main() -> int:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["factcheck"]["coverage"]
    files = json.loads(REPORT.read_text())["files"]
    is_below = False
    for name, group in groups.items():
        lines = lines_of_group(files, group["files"])
        if not lines:
            print(f"{name}: no measured file matches {group['files']}")
            return 1
        percent = 100 * sum(covered for covered, _ in lines.values()) / sum(total for _, total in lines.values())
        print(f"coverage of {name}: {percent:.1f} % of the lines of {len(lines)} files (floor {group['floor']} %)")
        if percent < group["floor"]:
            is_below = True
            print(*describe_worst(lines), sep="\n")
    return int(is_below)


if __name__ == "__main__":
    sys.exit(main())
