"""`python -m bench [SECTION ...]`: run the benchmarks. A section is a module in this folder with a function `run()`.

Each prints its own table; the numbers that the design rests on are named in the section's docstring.
"""

import pkgutil
import subprocess
import sys
import time
from importlib import import_module

import bench


def sections() -> list[str]:
    modules = (found.name for found in pkgutil.iter_modules(bench.__path__) if not found.ispkg)
    return sorted(name for name in modules if not name.startswith("_"))


def main(wanted: list[str]) -> int:
    known = sections()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"No such section: {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    if len(wanted) == 1:
        _measure(wanted[0])
        return 0
    # A process each: a section's peak memory and its servers' addresses are its own.
    failed = [name for name in wanted or known if subprocess.run([sys.executable, "-m", "bench", name]).returncode]
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(name: str) -> None:
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    import_module(f"bench.{name}").run()
    print(f"   ({time.perf_counter() - started:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
