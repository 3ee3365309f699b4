"""Decide whether a changed wording may be confirmed together with others.

A person still presses the key "meaning unchanged"; this only decides what the group may contain. Every doubt answers
no. Words are judged in English alone: in other languages only punctuation is harmless.
"""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import regex
from rapidfuzz.distance import OSA

from annotations.anchoring import lexicon
from annotations.typography import fold
from core.diff.alignment import Block, align

MAX_WORDS = 4  # more words than this in one place are a new statement, not a correction of the wording
_MIN_NAME = 6  # "Iran" and "Iraq" are no misspellings of one another

_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}]|['.,](?=[\p{L}\p{M}\p{N}]))*|\S")
# Marks that carry no meaning between words; quotation marks do: they make a speaker's words of a writer's.
_STOPS = frozenset(".,;:")
_LIGHT = _STOPS | frozenset("-—…()[]*_")
_VOWELS = frozenset("aeiouy")


def is_harmless(old_exact: str, new_exact: str, *, language: str | None = None) -> bool:
    """Return whether no digit, number word, negation, name or weighty word changed.

    A slip in the spelling of one name ("Mondolez", "Mondelez") is harmless. `language` is BCP 47; where it is not
    known, the text must look like English for its words to be judged.
    """
    old, new = _split_tokens(old_exact), _split_tokens(new_exact)
    is_english = _is_english(language, [*old, *new])
    # In German every noun is capitalised, so two capitalised words are no evidence of a name.
    may_spell_names = language is None or is_english
    return all(
        _is_harmless_change(change, is_english=is_english, may_spell_names=may_spell_names)
        for change in _list_changes(old, new)
    )


@dataclass(frozen=True, slots=True)
class _Change:
    gone: list[str]
    come: list[str]
    before: str  # the unchanged tokens around it, "" at an end
    after: str

    @property
    def gone_words(self) -> list[str]:
        return [t for t in self.gone if t[0].isalnum()]

    @property
    def come_words(self) -> list[str]:
        return [t for t in self.come if t[0].isalnum()]


def _split_tokens(text: str) -> list[str]:
    tokens: list[str] = _TOKEN.findall(fold(unicodedata.normalize("NFC", text)))
    return tokens


def _list_changes(old: list[str], new: list[str]) -> list[_Change]:
    ends = [Block(0, 0, 0), *align(old, new), Block(len(old), len(new), 0)]
    return [
        _Change(
            gone=old[last.old_end : block.old],
            come=new[last.new_end : block.new],
            before="".join(old[max(0, last.old_end - 1) : last.old_end]),
            after="".join(old[block.old : block.old + 1]),
        )
        for last, block in pairwise(ends)
        if last.old_end < block.old or last.new_end < block.new
    ]


def _is_english(language: str | None, tokens: list[str]) -> bool:
    if language:
        return language.split("-")[0].lower() == "en"
    words = [t.lower() for t in tokens if t[0].isalpha()]
    # A fifth of the words: English text has about twice as many function words, a foreign quote hardly any.
    known = sum(w in lexicon.FUNCTION for w in words)
    return known >= 0.2 * len(words) and any(w in lexicon.TELLTALE for w in words)


def _is_harmless_change(change: _Change, *, is_english: bool, may_spell_names: bool) -> bool:
    gone, come = change.gone_words, change.come_words
    # First of all: a percent or currency sign changes a number without a word being touched.
    if not _is_light(change):
        return False
    if may_spell_names and len(gone) == len(come) == 1 and _is_same_name(gone[0], come[0]):
        return True
    if not gone and not come:
        return True
    if not is_english or max(len(gone), len(come)) > MAX_WORDS or _is_number(change.before):
        # What follows a number says what it counts: 80 kg, 80 sheep, 80 per cent.
        return False
    if len(gone) == len(come):
        return all(_is_harmless_pair(*pair) for pair in zip(gone, come, strict=True))
    return all(map(_is_plain, [*gone, *come])) and not _is_reversal("".join(gone), "".join(come))


def _is_light(change: _Change) -> bool:
    """Return whether the changed marks are light ones, away from numbers.

    A full stop after a number is allowed.
    """
    marks = [t for t in [*change.gone, *change.come] if not t[0].isalnum()]
    if not all(mark in _LIGHT for mark in marks):
        return False
    if not marks or not _has_digit(change.before + change.after):
        return True
    return all(mark in _STOPS for mark in marks) and not _has_digit(change.after)


def _is_number(token: str) -> bool:
    return _has_digit(token) or token.lower() in lexicon.NUMBER


def _has_digit(text: str) -> bool:
    return any(c.isnumeric() for c in text)


def _is_harmless_pair(old: str, new: str) -> bool:
    if old.lower() == new.lower():
        return _is_harmless_case(old, new)
    if _is_same_name(old, new):
        return True
    # "to" and "from": each alone is a plain word.
    if {old.lower(), new.lower()} <= lexicon.DIRECTIONS:
        return False
    return _is_plain(old) and _is_plain(new) and not _is_reversal(old, new)


def _is_harmless_case(old: str, new: str) -> bool:
    """Accept changed capitals: "Are" and "are", "Github" and "GitHub".

    Refuse "US" and "us", "Turkey" and "turkey": a name may have become a word.
    """
    if old.lower() in lexicon.FUNCTION:
        return not (len(old) > 1 and (old.isupper() or new.isupper()))
    return len(old) > 3 and all(any(c.isupper() for c in word) for word in (old, new))


def _is_plain(word: str) -> bool:
    """Return whether the word is no number, negation or name and carries no weight."""
    lower = word.lower()
    if _has_digit(word) or lower.endswith(("n't", "fold")) or lower in lexicon.TURNING:
        return False
    is_capitalised = any(c.isupper() for c in word)
    # A letter outside ASCII is a foreign word or name here, so a person has to judge it.
    return word.isascii() and (not is_capitalised or (lower in lexicon.FUNCTION and word.istitle()))


def _is_reversal(old: str, new: str) -> bool:
    """Return whether an affix reverses the word: "legal", "illegal".

    Also "inflow" and "outflow", "careful" and "careless", "employer" and "employee".
    """
    short, long = sorted((old.lower(), new.lower()), key=len)
    if short != long and _list_stems(short) & _list_stems(long):
        return True
    endings = lexicon.REVERSING_SUFFIXES
    stems = [{w.removesuffix(e) for e in endings if w.endswith(e) and len(w) > len(e) + 2} for w in (short, long)]
    return bool((stems[0] | {short}) & (stems[1] | {long})) and bool(stems[0] or stems[1])


def _list_stems(word: str) -> set[str]:
    """Return the word, and what is left of it without a prefix that reverses."""
    return {word, *(word.removeprefix(prefix) for prefix in lexicon.REVERSING_PREFIXES)}


def _is_same_name(old: str, new: str) -> bool:
    """Return whether two capitalised words are one name, misspelt.

    A vowel, two letters swapped, one letter doubled or an accent may differ.
    """
    if not (old[0].isupper() and new[0].isupper()) or not (old + new).replace("'", "").isalpha():
        return False
    one, other = _strip_accents(old), _strip_accents(new)
    # Misspellings hardly ever touch the first letter; names that differ in it are different names.
    if min(len(one), len(other)) < _MIN_NAME or one[0] != other[0]:
        return False
    return one == other or (OSA.distance(one, other) == 1 and _is_slip(one, other))


def _strip_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _is_slip(one: str, other: str) -> bool:
    if len(one) == len(other):
        different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        return len(different) == 2 or set(different[0]) <= _VOWELS
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return at > 0 and long[at] == long[at - 1]
