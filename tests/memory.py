"""How much memory is left for the databases of a run, and what deleted clones have left in it."""

import shutil
from contextlib import suppress
from pathlib import Path

import psutil

from factcheck.local.processes import working_in
from factcheck.local.services import folder_lock

OWNER = "clone"
"""The file in a folder of ours that names the clone it belongs to."""
RUN_LOCK = "tests.lock"
"""The file in the folder of one run's servers that the run keeps locked."""
# By the controllers of a line of /proc/self/cgroup: where they are mounted, and the files of limit and use (cgroups 2 and 1).
_FILES = {
    "": ("", "memory.max", "memory.current"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
}


def available(groups: Path = Path("/proc/self/cgroup"), mount: Path = Path("/sys/fs/cgroup")) -> int:
    """Return the bytes that the machine has left, or fewer where a container may not have them all.

    Files in memory count against the container's limit, and beyond it the kernel ends a process of it.
    """
    rooms = [psutil.virtual_memory().available]
    lines = groups.read_text().splitlines() if groups.exists() else []
    for controllers, path in (line.split(":", 2)[1:] for line in lines):
        if controllers not in _FILES:
            continue
        below, most, used = _FILES[controllers]
        root = mount / below
        # Each group above may have a limit too. A container sees its own group as the root, whatever its path says.
        folder = root / path.lstrip("/")
        for group in (folder, *(parent for parent in folder.parents if parent.is_relative_to(root))):
            limit = _number_in(group / most)
            if limit is not None:
                rooms.append(limit - (_number_in(group / used) or 0))
    return min(rooms)


def _number_in(file: Path) -> int | None:
    """Return the number in a file; None without the file, and for "max"."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def claim_folder(folder: Path, clone: Path) -> None:
    """Write down whose folder it is, for `remove_left_behind` of other clones."""
    (folder / OWNER).write_text(str(clone))


def remove_left_behind(memory: Path, pattern: str) -> None:
    """Delete the folders of clones that are there no more, unless a run holds one or a server of a killed run works in it.

    A clone that is not seen may run all the same: in a container that shares this memory.
    """
    for folder in memory.glob(pattern):
        owner = folder / OWNER
        # Another person's folder cannot be read, or not deleted: neither is our matter.
        with suppress(OSError):
            is_orphan = not folder.is_symlink() and owner.exists() and not Path(owner.read_text()).exists()
            if is_orphan and not any(map(_is_in_use, folder.glob("*/"))):
                shutil.rmtree(folder)


def _is_in_use(slot: Path) -> bool:
    with folder_lock(slot, RUN_LOCK) as is_free:
        return not is_free or bool(working_in(slot / "postgres"))
