import pytest

from articles.text.canonical import sentences


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("He met U.S. President Biden. He left.", "en", ["He met U.S. President Biden.", "He left."]),
        ("It was in the U.S. The ship left.", "en", ["It was in the U.S.", "The ship left."]),
        ("Mr. Smith met Dr. Lee at 5 p.m. Tuesday.", "en", ["Mr. Smith met Dr. Lee at 5 p.m. Tuesday."]),
        (
            "J. K. Rowling wrote 3.5 pages. No. 10 was shut.",
            "en",
            ["J. K. Rowling wrote 3.5 pages.", "No. 10 was shut."],
        ),
        ("“Not one.” He left.", "en", ["“Not one.”", "He left."]),
        ('"Why?" he asked. (Nobody knew.) So be it!', "en", ['"Why?" he asked.', "(Nobody knew.)", "So be it!"]),
        ("Really?! Yes… Perhaps... not.", "en", ["Really?!", "Yes…", "Perhaps... not."]),
        ("今日は。「何？」と言った。はい！", "ja", ["今日は。", "「何？」", "と言った。", "はい！"]),
        ("Am 16. Juni 2021 kam er. Dann ging er.", "de", ["Am 16. Juni 2021 kam er.", "Dann ging er."]),
        ("كيف حالك؟ أنا بخير.", "ar", ["كيف حالك؟", "أنا بخير."]),
        ("Headline\n\nFirst. Second\nthird", "en", ["Headline", "First.", "Second", "third"]),
        ("2. Second point. More.\n3. Third.", "en", ["2. Second point.", "More.", "3. Third."]),
        ("", "en", []),
        ("No end", "", ["No end"]),
        ("👍 Good. 👎 Bad.", "en", ["👍 Good.", "👎 Bad."]),
    ],
)
def test_sentences(text, lang, expected):
    assert [text[start:end] for start, end in sentences(text, lang)] == expected


@pytest.mark.parametrize("run", [".", "!", "!.", "?!", "؟"])
def test_a_line_of_nothing_but_marks_is_cut_at_once(run):
    """By a pattern that tries again from each mark it would take longer than anybody waits."""
    marks = run * 50_000
    assert sentences(f"{marks}x") == [(0, len(marks) + 1)]
    assert sentences(f"Oh{marks} Then more.") == [(0, len(marks) + 2), (len(marks) + 3, len(marks) + 13)]


def test_spans_cover_all_but_white_space():
    text = "A b. C d!  E\n\nF? “G.” H"
    covered = "".join(text[start:end] for start, end in sentences(text, "en"))
    assert "".join(covered.split()) == "".join(text.split())
