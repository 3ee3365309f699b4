"""Properties of every pair of texts and every span."""

from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.anchoring import RevisionDiff, is_harmless
from annotations.typography import FoldedText, fold

PIECES = [
    "the", "quay", "Quay", "80", "18", "80.5", "-5", "–5", "not", "hasn't", "hasn’t", "…", "...", "—", "--", ",", ".",
    "“", '"', " ", " ", " ", "\n\n", "👩‍💻", "é", "日本", "مرحبا", "\u0301", "\u200b",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


@st.composite
def text_and_span(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(text_and_span())
def test_identical_texts_keep_the_span(case):
    text, start, end = case
    anchor = RevisionDiff(text, text).place(start, end)
    assert (anchor.status, anchor.start, anchor.end, anchor.exact) == ("placed", start, end, text[start:end])


@settings(max_examples=500)
@given(text_and_span(), TEXTS)
def test_an_anchor_says_what_stands_there(case, new):
    old, start, end = case
    anchor = RevisionDiff(old, new).place(start, end)
    assert 0 <= anchor.survival <= 1
    if anchor.status == "orphaned":
        assert (anchor.start, anchor.end, anchor.exact) == (None, None, None)
        return
    assert anchor.start is not None
    assert anchor.end is not None
    assert 0 <= anchor.start < anchor.end <= len(new)
    assert new[anchor.start : anchor.end] == anchor.exact
    if anchor.status in {"placed", "moved"}:
        folded_old, folded_new = FoldedText(old), FoldedText(new)
        before = folded_old.flat[slice(*folded_old.to_folded(start, end))]
        after = folded_new.flat[slice(*folded_new.to_folded(anchor.start, anchor.end))]
        assert before.strip() == after.strip()


@given(text_and_span(), TEXTS, TEXTS)
def test_text_put_around_moves_the_span_and_nothing_else(case, before, after):
    old, start, end = case
    if not fold(old[start:end]).strip():
        return
    old = f"Unique beginning. {old} Unique end."
    start, end = start + 18, end + 18
    new = f"{before}\n\n{old}\n\n{after}"
    anchor = RevisionDiff(old, new).place(start, end)
    assert anchor.status != "orphaned"


@given(st.text(), st.text(), st.data())
def test_any_text_is_placed_without_a_crash(old, new, data):
    if old:
        start = data.draw(st.integers(0, len(old) - 1))
        RevisionDiff(old, new).place(start, data.draw(st.integers(start + 1, len(old))))


@given(TEXTS, st.data())
def test_folded_offsets_lead_back(text, data):
    folded = FoldedText(text)
    start = data.draw(st.integers(0, len(folded.folded)))
    end = data.draw(st.integers(start, len(folded.folded)))
    raw_start, raw_end = folded.to_raw(start, end)
    if start < end:
        assert folded.to_folded(raw_start, raw_end) == (start, end)
    assert len(folded.flat) == len(folded.folded)


@given(st.text(), st.text())
def test_nothing_changed_is_harmless_and_another_number_never(text, other):
    assert is_harmless(text, text)
    assert not is_harmless(f"the end of the {text} 80 and", f"the end of the {text} 45 and")
    assert is_harmless(text, other) == is_harmless(other, text)
