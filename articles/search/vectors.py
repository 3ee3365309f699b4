"""Search vectors of many passages at once, as text that Postgres reads.

What a text search configuration makes of a word Postgres alone knows. It is asked once for each word, not each time the
word stands somewhere: in a bulk import that was half of the database's work. Nothing is parsed or stemmed here.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Ask = Callable[[Sequence[str]], Sequence[str]]
"""Texts to their vectors, as Postgres writes vectors."""

# What stands after each text that is asked for: its position tells how many the text takes, stop words included.
_MARK = " 0"
# White space is where Postgres's parser starts anew. Signs around a word which it skips, whatever stands beside them:
_AROUND = ".,;:!?\"'()[]"
_LEXEME = re.compile(r"('(?:[^']|'')*'):([\d,]+)")
_ODD = "\0"  # takes several positions or none, or is not known; no text holds it
_LONGEST = 1_000  # words; a passage has a fifth of it
_PLACES = [f":{number} " for number in range(1, 4 * _LONGEST)]
_PLACES_OF_HEADLINE = [f":{number}A " for number in range(1, 4 * _LONGEST)]
# Words kept, some 200 bytes each. A desk's language has fewer; with more the oldest are asked for again.
_MOST = 100_000


class Passage(NamedTuple):
    words: str
    is_headline: bool


class Lexicon(dict[str, str]):
    """What one configuration makes of the texts between white space: a lexeme, "" for a stop word, or _ODD.

    For configurations whose dictionaries look at one word at a time, as all of Postgres's own do (a thesaurus does not).
    """

    def __init__(self) -> None:
        super().__init__()
        self._several: dict[str, list[str]] = {}
        self._wanted: dict[str, None] = {}

    def vectors(self, passages: Sequence[Passage], ask: Ask) -> list[str]:
        """The vector of each passage, as `to_tsvector` makes it between two spaces; a headline's with the weight A."""
        if len(self) > _MOST:
            self.clear()
            self._several.clear()
        made = [self._vector(passage) for passage in passages]
        if self._wanted:
            self._learn(ask)
            made = [known or self._vector(passage) for passage, known in zip(passages, made, strict=True)]
        odd = [number for number, vector in enumerate(made) if vector is None]
        if odd:
            for number, vector in zip(odd, ask([f" {passages[number].words} " for number in odd]), strict=True):
                made[number] = _weighted(vector) if passages[number].is_headline else vector
        return made  # type: ignore[return-value]  # none is None any more

    def __missing__(self, text: str) -> str:
        word = text if ".." in text else text.strip(_AROUND)  # two dots are a path
        if word.isdigit() and word.isascii():
            return word  # a number is what it is; there are too many to keep
        if not word.isalpha():
            word = text
        found = self.get(word)
        if found is None:
            self._wanted[word] = None
            return _ODD
        self[text] = found
        if found is _ODD and word in self._several:
            self._several[text] = self._several[word]
        return found

    def _vector(self, passage: Passage) -> str | None:
        """None where words have to be asked for, or the passage as a whole."""
        words = passage.words
        if "'" in words and "/" not in words:  # outside of addresses an apostrophe is nothing but an end of a word
            words = words.replace("'", " ")
        texts = words.split()
        if "<" in words or len(texts) > _LONGEST:  # a tag goes on over white space
            return None
        lexemes = list(map(self.__getitem__, texts))
        if _ODD in lexemes and not self._told_apart(lexemes, texts):
            return None
        places = _PLACES_OF_HEADLINE if passage.is_headline else _PLACES
        return "".join([lexeme + at for lexeme, at in zip(lexemes, places, strict=False) if lexeme])

    def _told_apart(self, lexemes: list[str], texts: Sequence[str]) -> bool:
        """Put the lexemes of what takes several positions, or none, in their places. False where they are not known."""
        for number in reversed([number for number, lexeme in enumerate(lexemes) if lexeme is _ODD]):
            several = self._several.get(texts[number])
            if several is None:
                return False
            lexemes[number : number + 1] = several
        return len(lexemes) <= len(_PLACES)

    def _learn(self, ask: Ask) -> None:
        wanted = list(self._wanted)
        self._wanted.clear()
        # The space before it: a parser that has just begun takes `./a` for a path.
        for text, vector in zip(wanted, ask([f" {text}{_MARK}" for text in wanted]), strict=True):
            lexemes = _lexemes_of(vector)
            self[text] = lexemes[0] if lexemes and len(lexemes) == 1 else _ODD
            if lexemes is not None and len(lexemes) != 1:
                self._several[text] = lexemes


def _lexemes_of(vector: str) -> list[str] | None:
    """What stands at each position before the last, which is the mark's; None where two stand at one."""
    found = [(int(at), lexeme) for lexeme, places in _LEXEME.findall(vector) for at in places.split(",")]
    last = max(at for at, _ in found)
    lexemes = [""] * (last - 1)
    for at, lexeme in found:
        if at < last and lexemes[at - 1]:
            return None
        if at < last:
            lexemes[at - 1] = _bare(lexeme)
    return lexemes


def _bare(quoted: str) -> str:
    inner = quoted[1:-1]
    return inner if inner.isalnum() else quoted


def _weighted(vector: str) -> str:
    return _LEXEME.sub(lambda found: f"{found[1]}:{found[2].replace(',', 'A,')}A", vector)
