"""Near-duplicates: what a light edit leaves of an article's likeness, against every other article.

Aim: every light edit at or over the threshold, no two different articles over it, under 3 ms for 600 words.
"""

import itertools
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from articles.text.near_duplicates import (
    THRESHOLD,
    THROUGH_OTHERS,
    Signature,
    bands,
    signature,
    similarity,
)

SHARED = Path(os.environ.get("FACTCHECK_SHARED_DIR", Path(__file__).resolve().parents[2] / "shared"))


def run() -> None:
    texts = [path.read_text() for path in sorted((SHARED / "fixtures" / "articles-18f").glob("*.txt"))]
    if not texts:
        print(f"No articles in {SHARED}/fixtures/articles-18f; set FACTCHECK_SHARED_DIR.")
        return
    signatures = [signature(text) for text in texts]
    print(f"{len(texts)} articles, median {statistics.median(len(t.split()) for t in texts):.0f} words")
    print(f"{'edit':34}{'lowest':>8}{'median':>8}{'found':>8}{'by band':>9}")
    for name, edit in EDITS.items():
        _row(
            name,
            [(s, signature(edit(t, random.Random(n)))) for n, (t, s) in enumerate(zip(texts, signatures, strict=True))],
        )
    _through_a_third(texts)
    _different(signatures)
    _speed(" ".join(" ".join(texts).split()[:600]))


def _row(name: str, pairs: list[tuple[Signature, Signature]]) -> None:
    scores = [similarity(*pair) for pair in pairs]
    found = sum(score >= THRESHOLD for score in scores) / len(scores)
    by_band = sum(not set(bands(a)).isdisjoint(bands(b)) for a, b in pairs) / len(pairs)
    print(f"{name:34}{min(scores):8.2f}{statistics.median(scores):8.2f}{found:8.1%}{by_band:9.1%}")


def _through_a_third(texts: list[str]) -> None:
    """Measure two cuts of one article, each like the whole, and two articles quoted in one digest."""
    for share in (0.8, 0.65, 0.6):
        cuts = [_both_cuts(text, share) for text in texts if len(_paragraphs(text)) >= 10]
        _linked(f"first and last {share:.0%}, by the whole", cuts)
    digests = [(signature(a), signature(b), signature(f"{a}\n{b}")) for a, b in itertools.pairwise(texts)]
    _linked("two articles, by a digest of both", digests)


def _both_cuts(text: str, share: float) -> tuple[Signature, Signature, Signature]:
    paragraphs = _paragraphs(text)
    kept = round(len(paragraphs) * share)
    return signature("\n".join(paragraphs[:kept])), signature("\n".join(paragraphs[-kept:])), signature(text)


def _linked(name: str, triples: list[tuple[Signature, Signature, Signature]]) -> None:
    near = [(similarity(a, b), a, b, whole) for a, b, whole in triples]
    chained = [min(similarity(a, whole), similarity(b, whole)) >= THRESHOLD for _, a, b, whole in near]
    alone = sum(score >= THRESHOLD for score, *_ in near) / len(near)
    linked = sum(is_chained and score >= THROUGH_OTHERS for (score, *_), is_chained in zip(near, chained, strict=True))
    print(
        f"{name:34}{len(near):5} pairs, {alone:6.1%} alike, {sum(chained) / len(near):6.1%} chained,"
        f" {linked / len(near):6.1%} linked; their highest {max(score for score, *_ in near):.2f}"
    )


def _different(signatures: list[Signature]) -> None:
    pairs = list(itertools.combinations(signatures, 2))
    scores = [similarity(*pair) for pair in pairs]
    by_band = sum(not set(bands(a)).isdisjoint(bands(b)) for a, b in pairs)
    wrong = sum(score >= THRESHOLD for score in scores)
    print(
        f"different articles: {len(pairs)} pairs, highest {max(scores):.2f}, {wrong} over {THRESHOLD}, {by_band} by band"
    )


def _speed(text: str) -> None:
    started = time.process_time()
    for _ in range(100):
        bands(signature(text))
    print(f"600 words: {(time.process_time() - started) * 10:.2f} ms for signature and bands (under 3)")


def _reworded(share: float) -> Callable[[str, random.Random], str]:
    def edit(text: str, rng: random.Random) -> str:
        return " ".join(f"word{rng.randrange(10**6)}" if rng.random() < share else w for w in text.split(" "))

    return edit


def _paragraphs(text: str) -> list[str]:
    return [p for p in text.split("\n") if p.strip()]


def _house_style(text: str, _rng: random.Random) -> str:
    body = text.replace("’", "'").replace("“", '"').replace("”", '"').replace("—", " - ")
    return f"WASHINGTON (Agency) - {body}\n\nReporting by Jane Roe; editing by John Doe"


def _cut(keep: float) -> Callable[[str, random.Random], str]:
    def edit(text: str, _rng: random.Random) -> str:
        paragraphs = _paragraphs(text)
        return "\n\n".join(["Another headline stands here", *paragraphs[1 : max(2, round(len(paragraphs) * keep))]])

    return edit


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "same text": lambda text, _rng: text,
    "dateline, credit, typography": _house_style,
    "new headline, last fifth cut": _cut(0.8),
    "3 % of words changed": _reworded(0.03),
    "8 % of words changed": _reworded(0.08),
    "15 % of words changed (heavy)": _reworded(0.15),
    "cut to its first half (heavy)": _cut(0.5),
}

if __name__ == "__main__":
    run()
