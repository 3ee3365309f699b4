import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical_json import (
    canonical_bytes,
    digest,
    plain,
    rfc3339,
)


class Stance(StrEnum):
    REFUTES = "refutes"


NAIVE = datetime(2026, 3, 4)  # noqa: DTZ001  # the subject of the test
# Whole floats from 2**53 on are written like integers, which RFC 8785 does not let back in.
SAFE = 2.0**53 - 1
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-SAFE, SAFE)
trees = st.recursive(
    scalars | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def test_keys_are_sorted_by_utf_16_and_text_stays_unescaped():
    # RFC 8785, 3.2.3: U+1F600 sorts before U+FB33, because its first UTF-16 unit is a surrogate.
    assert canonical_bytes({"\ufb33": 1, "😀": 2, "é": "ف"}).decode() == '{"é":"ف","😀":2,"\ufb33":1}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 3, 4, 8, tzinfo=UTC), '"2026-03-04T08:00:00Z"'),
        (datetime(2026, 3, 4, 8, 0, 0, 120, tzinfo=UTC), '"2026-03-04T08:00:00.000120Z"'),
        (datetime(2026, 3, 4, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), '"2026-03-03T20:00:00Z"'),
        (date(2026, 3, 4), '"2026-03-04"'),
        (UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
        (Decimal("2.50"), "2.5"),
        (Decimal("4.0"), "4"),
        (Stance.REFUTES, '"refutes"'),
        ((1, 2.0), "[1,2]"),
    ],
)
def test_values_beside_json_have_one_spelling(value, expected):
    assert canonical_bytes(value).decode() == expected


@pytest.mark.parametrize(
    "value",
    [
        NAIVE, float("nan"), 2**53, Decimal("0.1234567890123456789"), Decimal("NaN"), Decimal("Infinity"),
        "\ud800", {"\udfff": 1}, {1: 2}, {1, 2}, object(), b"bytes",
    ],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        canonical_bytes(value)


def test_the_digest_is_that_of_the_bytes():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(trees)
def test_reading_back_gives_the_same_bytes(tree):
    data = canonical_bytes(tree)
    assert canonical_bytes(json.loads(data)) == data
    assert canonical_bytes(plain(tree)) == data


def test_a_time_without_zone_names_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        rfc3339(NAIVE)
