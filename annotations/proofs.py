"""Prove for `verify_audit` that the legal moves of a verdict are those of the program."""

from collections.abc import Iterator

from annotations.models import TransitionRule
from annotations.workflow import TRANSITIONS


def prove() -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Yield (what was proved, number of rules, problems)."""
    known = {(action, *pair) for action, pairs in TRANSITIONS.items() for pair in pairs.items()}
    found = set(TransitionRule.objects.values_list("action", "from_status", "to_status"))
    yield "moves", len(found), [(f"move {' '.join(move)}", "it was added or is gone") for move in sorted(known ^ found)]
