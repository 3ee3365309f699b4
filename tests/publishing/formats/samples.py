"""Frozen content and publications for the tests of the formats."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from annotations.frozen import (
    Desk,
    FrozenAppearance,
    FrozenArticle,
    FrozenContent,
    FrozenEvidence,
    FrozenRating,
    Publication,
    PublicCorrection,
    render_rationale,
)

_REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("FACTCHECK_SHARED_DIR", _REPOSITORY.parent / "shared"))


def shared(*parts: str) -> Path:
    """A file of the shared fixtures; skips the test where they are not there, fails on CI."""
    path = SHARED.joinpath("fixtures", *parts)
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing")
        pytest.skip("the shared fixtures are not here")
    return path


CLAIM_ID = "0199f5aa-0000-7000-8000-000000000001"
FACT_CHECK_ID = "0199f5aa-0000-7000-8000-0000000000f1"


def article(
    number: int = 1, *, url: str = "https://paper.example/library", title: str = "Library lends more"
) -> FrozenArticle:
    return {
        "id": f"0199f5aa-0000-7000-8000-0000000001{number:02}",
        "title": title,
        "url": url,
        "source": "The Paper",
        "origin": "The Wire",
        "published_at": "2026-03-01T08:00:00Z",
    }


def appearance(
    number: int = 1, *, exact: str = "lends 4,000 books a day", said_at: str | None = "2026-02-27"
) -> FrozenAppearance:
    return {
        "id": f"0199f5aa-0000-7000-8000-0000000002{number:02}",
        "article": article(number),
        "revision": 2,
        "start": 120,
        "end": 120 + len(exact),
        "exact": exact,
        "prefix": "the town's library ",
        "suffix": ", the mayor said",
        "mode": "reported",
        "said_at": said_at,
        "said_where": "Town hall",
        "relayed_via": "The Wire",
    }


def passage_evidence(n: int = 1, *, stance: str = "refutes") -> FrozenEvidence:
    return {
        "n": n,
        "id": f"0199f5aa-0000-7000-8000-0000000003{n:02}",
        "stance": stance,
        "source_class": "statistics",
        "note": "Counts every loan of 2025.",
        "independent": True,
        "article": article(7, url="https://stats.example/2025", title="Loans in 2025"),
        "revision": 1,
        "start": 10,
        "end": 33,
        "exact": "1,100 loans on a weekday",
        "prefix": "There were ",
        "suffix": " in 2025.",
        "url": "",
        "quote": "",
        "archived_url": "",
        "source": "The Paper",
        "accessed_at": None,
        "captured_at": "2026-03-02T10:00:00Z",
        "verified": True,
    }


def outside_evidence(n: int = 2) -> FrozenEvidence:
    return {
        "n": n,
        "id": f"0199f5aa-0000-7000-8000-0000000003{n:02}",
        "stance": "context",
        "source_class": "official_record",
        "note": "",
        "independent": True,
        "article": None,
        "revision": None,
        "start": None,
        "end": None,
        "exact": "",
        "prefix": "",
        "suffix": "",
        "url": "https://town.example/بيانات/report?year=2025",
        "quote": "بلغ عدد الإعارات 1100 إعارة يوميًا 📚",
        "archived_url": "https://web.archive.org/web/2026/https://town.example/report",
        "source": "town.example",
        "accessed_at": "2026-03-03T09:30:00Z",
        "captured_at": None,
        "verified": True,
    }


def rating(*, has_number: bool = True) -> FrozenRating:
    return {
        "id": "0199f5aa-0000-7000-8000-000000000401",
        "label": "False" if has_number else "Missing context",
        "class": "false" if has_number else "missing_context",
        "value": 1 if has_number else None,
        "best": 5,
        "worst": 1,
        "definition": "The statement is wrong.",
        "scale": "five-step (version 1)",
    }


def frozen(*, has_number: bool = True) -> FrozenContent:
    return {
        "schema": 1,
        "claim": {
            "id": CLAIM_ID,
            "statement": "The town library lends 4,000 books a day",
            "claimant": {
                "id": "0199f5aa-0000-7000-8000-000000000501",
                "name": "Ada Example",
                "kind": "person",
                "role": "Mayor",
                "same_as": ["https://www.wikidata.org/wiki/Q0"],
            },
            "topics": ["libraries"],
        },
        "appearances": [appearance(1), appearance(2, said_at="2026-02-25T18:00:00Z")],
        "evidence": [passage_evidence(), outside_evidence()],
        "rating": rating(has_number=has_number),
        "verdict": {
            "id": "0199f5aa-0000-7000-8000-000000000601",
            "version": 2,
            "headline": "No, the library does not lend 4,000 books a day",
            "summary": "It lends about 1,100.",
            "rationale": (text := "The statistics say **1,100** [E1].\n\n- the town agrees [E2]"),
            "rendered": render_rationale(text, [1, 2]),
            "language": "en",
            "byline": ["Eve Editor"],
            "correction": {"kind": "correction", "note": "We first wrote 1,000."},
        },
        "claimant_contact": {"asked_at": "2026-03-02T12:00:00Z", "channel": "e-mail", "response": ""},
    }


def arabic_frozen() -> FrozenContent:
    content = frozen(has_number=False)
    content["claim"]["statement"] = "تعير مكتبة البلدة ٤٠٠٠ كتاب يوميًا"
    assert content["claim"]["claimant"]
    content["claim"]["claimant"] |= {"name": "بلدية المثال", "kind": "organization", "role": "سلطة محلية"}
    content["verdict"] |= {"language": "ar", "summary": "العدد أقل بكثير 😀", "rationale": (text := "> نص *مهم* [E1]")}
    content["verdict"]["rendered"] = render_rationale(text, [1, 2])
    assert content["rating"]
    content["rating"]["label"] = "سياق ناقص"
    return content


DESK = Desk(
    name="The Desk",
    url="https://desk.example/",
    logo="https://desk.example/logo.png",
    corrections_url="https://desk.example/corrections",
    methodology_url="https://desk.example/method",
    domains=("desk.example",),
)


def publication(**changes: object) -> Publication:
    members: dict[str, object] = {
        "id": FACT_CHECK_ID,
        "slug": "library-loans",
        "url": "https://desk.example/fact-checks/library-loans",
        "api_url": f"https://desk.example/api/v1/fact-checks/{FACT_CHECK_ID}",
        "version": 2,
        "state": "published",
        "desk": DESK,
        "published_at": datetime(2026, 3, 4, 8, tzinfo=UTC),
        "modified_at": datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        "corrections": (
            PublicCorrection(
                kind="correction",
                note="We first wrote 1,000.",
                at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
                version=2,
                is_single_approval=True,
            ),
        ),
    }
    return Publication(**{**members, **changes})  # type: ignore[arg-type]  # tests change single fields


def empty_preview() -> FrozenContent:
    """A claim that was only just marked: nothing but its words."""
    content = frozen()
    content["claim"] |= {"statement": "", "claimant": None, "topics": []}
    content["evidence"] = []
    content["appearances"] = [appearance(1, said_at=None)]
    content["appearances"][0]["article"]["published_at"] = None
    content["rating"] = None
    content["verdict"] |= {
        "headline": "", "summary": "", "rationale": "", "rendered": render_rationale("", []), "language": "", "byline": [],
        "correction": None,
    }  # fmt: skip
    content["claimant_contact"] = None
    return content


def varied() -> dict[str, FrozenContent]:
    """Checks as different as desks make them: what every format has to be able to say."""
    return {
        "numbered": frozen(),
        "missing context": frozen(has_number=False),
        "arabic organisation": arabic_frozen(),
        "mixed, zero on its scale": _rated("Half true", "mixed", 0, worst=-2),
        "unproven": _rated("Unproven", "unproven", None),
        "hebrew and emoji": _worded("he", "הגשר עלה 40 מיליון 👩🏽‍🚀 <script>&", "הגשר 🌉 עלה\u200f 40"),
        "combining and astral": _worded("vi", "Cầu tốn 𝟜𝟘 triệu e\u0301 “quoted” 'single' \\ /", "Cầu 𝟜𝟘"),
        "chinese": _worded("zh-Hant", "大橋耗資四千萬歐元。", "大橋"),
        "one appearance, no date": _barest(),
        "outside source without quote": _cited_as_a_whole(),
        "nobody named": _unnamed(),
    }


def _rated(label: str, rating_class: str, value: float | None, *, worst: float = 1) -> FrozenContent:
    content = frozen(has_number=value is not None)
    assert content["rating"]
    content["rating"] |= {"label": label, "class": rating_class, "value": value, "worst": worst}
    return content


def _worded(language: str, statement: str, quote: str) -> FrozenContent:
    content = frozen()
    content["claim"]["statement"] = statement
    content["appearances"] = [appearance(number, exact=f"{quote} {number}") for number in (1, 2, 3)]
    text = f"> {statement}\n\n{quote} [E1] [E2]"
    content["verdict"] |= {"language": language, "headline": statement, "summary": quote, "rationale": text}
    content["verdict"]["rendered"] = render_rationale(text, [1, 2])
    return content


def _barest() -> FrozenContent:
    content = frozen()
    content["appearances"] = [appearance(1, said_at=None)]
    content["appearances"][0]["article"] |= {"published_at": None, "source": "", "url": ""}
    content["claim"]["topics"] = []
    content["verdict"] |= {"byline": [], "correction": None}
    return content


def _cited_as_a_whole() -> FrozenContent:
    content = frozen()
    content["evidence"] = [outside_evidence() | {"quote": "", "archived_url": "", "accessed_at": None}]
    return content


def _unnamed() -> FrozenContent:
    content = frozen()
    assert content["claim"]["claimant"]
    content["claim"]["claimant"] |= {"role": "", "same_as": []}
    content["claimant_contact"] = None
    return content
