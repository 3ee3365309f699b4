"""`python -m bench [SECTION ...]`: run the benchmarks. A section is a module in this folder with a function `run()`.

Each prints its own table; the numbers that the design rests on are named in the section's docstring.
"""

import pkgutil
import sys
import time
from importlib import import_module

import bench


def sections() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_"))


def main(wanted: list[str]) -> int:
    known = sections()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"No such section: {', '.join(unknown)}. There are: {', '.join(known) or 'none yet'}.", file=sys.stderr)
        return 2
    for name in wanted or known:
        print(f"== {name}", flush=True)
        started = time.perf_counter()
        import_module(f"bench.{name}").run()
        print(f"   ({time.perf_counter() - started:.1f} s)", flush=True)
    if not known:
        print("There are no benchmark sections yet.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
