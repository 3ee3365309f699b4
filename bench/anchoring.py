"""Anchoring across real revisions with gold spans: accuracy and wrong anchors by class, and the processor time of the diff.

Aim: accuracy 0.96, wrong anchors 1.0 %, duplicates 0.95. An anchor is right if it overlaps the gold span (intersection
over union) by half for an edited quote, by 0.9 for the others. Orphaned is a miss, not a wrong anchor; for a quote that
the publisher deleted it is right. A suggestion is no anchor.
"""

import argparse
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.anchoring import Anchor, RevisionDiff

SHARED = Path(os.environ.get("FACTCHECK_SHARED_DIR", Path(__file__).resolve().parents[2] / "shared"))
PAIRS = SHARED / "fixtures" / "anchoring"
COLUMNS = ["right", "miss", "wrong", "placed", "changed", "moved", "orphaned"]


def run(pairs: Path = PAIRS, *, verbose: bool = False) -> None:
    """`pairs`: a `pairs.*.jsonl` with its `quotes.*.jsonl` beside it, or a folder of such."""
    files = sorted(pairs.glob("pairs*.jsonl")) if pairs.is_dir() else [pairs]
    if not any(path.is_file() for path in files):
        print(f"No pairs at {pairs}; set FACTCHECK_SHARED_DIR or give --pairs.")
    for path in files:
        _table(_measured(path, verbose=verbose))
    print("Aim: accuracy 0.960 of all and 0.950 of duplicates, wrong anchors 1.0 % of all.")
    _speed()


def outcome(kind: str, gold: tuple[int, int] | None, anchor: Anchor) -> str:
    """Return `right`, `miss` or `wrong`."""
    if anchor.start is None or anchor.end is None:
        return "miss" if gold else "right"
    if gold is None:
        return "wrong"
    shared = min(gold[1], anchor.end) - max(gold[0], anchor.start)
    union = max(gold[1], anchor.end) - min(gold[0], anchor.start)
    return "right" if shared / union >= (0.5 if kind == "edited" else 0.9) else "wrong"


def _measured(pairs: Path, *, verbose: bool) -> dict[str, Counter[str]]:
    texts = {row["pair"]: (row["old_text"], row["new_text"]) for row in _rows(pairs)}
    diffs: dict[str, RevisionDiff] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    started = time.process_time()
    for quote in _rows(pairs.with_name(pairs.name.replace("pairs", "quotes", 1))):
        pair = quote["pair"]
        if pair not in diffs:
            diffs[pair] = RevisionDiff(*texts[pair])
        anchor = diffs[pair].place(quote["start"], quote["end"])
        gold = None if quote["gold_start"] is None else (quote["gold_start"], quote["gold_end"])
        result = outcome(quote["kind"], gold, anchor)
        for name in (quote["kind"], "all"):
            counts[name].update((result, anchor.status))
        if verbose and result != "right":
            _explain(quote, anchor, result)
    seconds = time.process_time() - started
    print(f"{pairs.name}: {len(texts)} pairs, {counts['all'].total() // 2} quotes in {seconds:.2f} s")
    return counts


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as lines:
        yield from map(json.loads, lines)


def _explain(quote: dict[str, Any], anchor: Anchor, result: str) -> None:
    print(f"{result} ({quote['kind']}, {anchor.status}, survival {anchor.survival:.2f}) in {quote['pair']}")
    print(f"   marked {quote['exact']!r}\n   gold   {quote['gold_text']!r}\n   got    {anchor.exact!r}")
    if anchor.suggestion:
        print(f"   suggested at {anchor.suggestion.score:.2f} {anchor.suggestion.exact!r}")


def _table(counts: dict[str, Counter[str]]) -> None:
    print(f"{'class':14}{'n':>5}{'accuracy':>10}{'wrong':>8}   " + " ".join(f"{c:>8}" for c in COLUMNS))
    for kind in sorted(counts, key=lambda k: (k == "all", k)):
        count = counts[kind]
        total = count["right"] + count["miss"] + count["wrong"]
        rates = f"{count['right'] / total:10.3f}{count['wrong'] / total:8.1%}"
        print(f"{kind:14}{total:5}{rates}   " + " ".join(f"{count[c]:8}" for c in COLUMNS))


def _speed() -> None:
    for words, change in ((1_500, 0.1), (12_000, 0.1), (12_000, 0.7), (150_000, 0.05)):
        rng = random.Random(words)
        old = [
            f"w{int(rng.paretovariate(0.7)) % 9_000}" + rng.choice(["", "", "", ",", ".", ".\n\n"])
            for _ in range(words)
        ]
        new = [rng.choice(old) if rng.random() < change else word for word in old]
        started = time.process_time()
        diff = RevisionDiff(" ".join(old), " ".join(new))
        built = time.process_time()
        for start in range(0, 5_000, 50):
            diff.place(start, start + 100)
        placed = time.process_time()
        print(
            f"{words:7,} words, {change:.0%} of them changed: diff {(built - started) * 1000:7.1f} ms, "
            f"a passage {(placed - built) * 10:.2f} ms"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS, help="a pairs.*.jsonl, or a folder of them")
    parser.add_argument("--verbose", action="store_true", help="print every quote that is not right")
    arguments = parser.parse_args()
    run(arguments.pairs, verbose=arguments.verbose)
