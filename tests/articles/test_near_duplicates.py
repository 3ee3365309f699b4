import itertools
import subprocess
import sys
import time

import pytest

from articles.text.near_duplicates import (
    BANDS,
    SIZE,
    THRESHOLD,
    bands,
    signature,
    similarity,
)

WORDS = [
    f"{start}{end}" for start in ("har", "qui", "fer", "en", "mar", "tun") for end in ("bo", "et", "ly", "am", "ick")
]


def article(seed: int, words: int = 300) -> list[str]:
    state, out = seed * 7919 + 1, []
    for _ in range(words):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(WORDS[(state >> 33) % len(WORDS)])
    return out


def likeness(one: str, other: str) -> float:
    return similarity(signature(one), signature(other))


def test_same_words_in_another_style_are_the_same_copy():
    text = " ".join(article(1))
    assert likeness(text, text.upper().replace(" ", "\n\n") + ".") == 1.0


def test_light_edits_stay_over_the_threshold_and_share_a_band():
    words = article(2)
    edited = [word if n % 14 else "changed" for n, word in enumerate(words[:260])]
    one, other = signature(" ".join(words)), signature("A new headline\n\n" + " ".join(edited))
    assert similarity(one, other) >= THRESHOLD
    assert set(bands(one)) & set(bands(other))


def test_different_articles_are_far_apart_and_share_no_band():
    signatures = [signature(" ".join(article(seed))) for seed in range(12)]
    for one, other in itertools.combinations(signatures, 2):
        assert similarity(one, other) < 0.15
        assert not set(bands(one)) & set(bands(other))


def test_the_estimate_is_near_the_exact_index():
    words = article(3, 600)
    one, other = words[:450], words[150:]
    shingles = [set(zip(w, w[1:], w[2:], strict=False)) for w in (one, other)]
    exact = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    assert likeness(" ".join(one), " ".join(other)) == pytest.approx(exact, abs=0.13)  # three standard errors


@pytest.mark.parametrize("text", ["", "  \n", "…!?", "🙂"])
def test_a_text_without_words_is_like_nothing(text):
    assert signature(text) == ()
    assert bands(signature(text)) == []
    assert likeness(text, text) == 0.0
    assert likeness(text, "words") == 0.0


@pytest.mark.parametrize("text", ["one", "one two", "日本語の文章です", "مرحبا بالعالم"])
def test_the_shortest_texts_have_a_signature(text):
    assert len(signature(text)) == SIZE
    assert likeness(text, text) == 1.0


def test_what_is_stored_fits_the_columns():
    one = signature(" ".join(article(4)))
    assert all(0 <= value < 2**31 for value in one)
    assert len(bands(one)) == BANDS
    assert all(-(2**63) <= key < 2**63 for key in bands(one))


def test_another_process_gives_the_same_keys():
    command = "from articles.text.near_duplicates import bands, signature; print(bands(signature('a quay in winter')))"
    printed = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(bands(signature("a quay in winter")))


def test_six_hundred_words_take_a_moment():
    text = " ".join(article(5, 600))
    signature(text)
    begun = time.process_time()
    for _ in range(20):
        bands(signature(text))
    assert (time.process_time() - begun) / 20 < 0.006  # 1 ms on a quiet machine
