"""Filter chips of a list. Each is a link, so it acts at once, its address can be shared, and it works without script."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

Changes = Mapping[str, str]
Address = Callable[[Changes], str]


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a filter. The address of a current chip takes the value away again."""

    label: str
    url: str
    is_current: bool
    value: str = ""  # of the one parameter of a choice: for a form that sends it


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with its values; `more_url` is where values come from that are read when the menu opens."""

    key: str
    label: str
    chips: tuple[Chip, ...]
    more_url: str = ""

    @property
    def chosen(self) -> Chip | None:
        return next((chip for chip in self.chips if chip.is_current), None)


def make_chip(label: str, changes: Changes, *, chosen: Changes, address: Address) -> Chip:
    """Return the chip that sets these values, or takes them away where all of them are chosen."""
    is_current = all(chosen.get(name, "") == value for name, value in changes.items())
    return Chip(label, address(dict.fromkeys(changes, "") if is_current else changes), is_current)


def make_choice(
    key: str, label: str, values: Iterable[tuple[str, str]], *, chosen: Changes, address: Address, more_url: str = ""
) -> Choice:
    """Return a filter of one parameter. `values` are (value, label)."""
    chips = (
        replace(make_chip(words, {key: value}, chosen=chosen, address=address), value=value) for value, words in values
    )
    return Choice(key, label, tuple(chips), more_url)
