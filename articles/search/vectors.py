"""Make the search vectors of many passages at once, in the text form that Postgres reads.

Only Postgres knows what a text search configuration makes of a word. It is asked once for each word, not for each
occurrence, which was half of the database's work in a bulk import. Nothing is parsed or stemmed here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

Ask = Callable[[Sequence[str]], Sequence[str]]
"""Texts to their vectors, as Postgres writes vectors."""

# What stands after each text that is asked for: its position tells how many the text takes, stop words included.
_MARK = " 0"
_ALONE = "'0':2 '"  # how the vector of one word begins, as a rule
# White space is where Postgres's parser starts anew. Signs around a word which it skips, whatever stands beside them:
_AROUND = ".,;:!?\"'()[]"
# Of a tsvector's text: 'word':1,5. A quote within a word is doubled.
_LEXEME = re.compile(r"('(?:[^']|'')*'):([\d,]+)")
_ODD = "\0"  # takes several positions or none, or is not known; no text holds it
_LONGEST = 1_000  # words; a passage has a fifth of it
_PLACES = [f":{number} " for number in range(1, 16_384)]  # as many as a vector may have
_PLACES_OF_HEADLINE = [f":{number}A " for number in range(1, 16_384)]
# Words kept, some 200 bytes each. A desk's language has fewer; with more the oldest are asked for again.
_MOST = 100_000


class Passage(NamedTuple):
    words: str
    is_headline: bool


class Lexicon(dict[str, str]):
    """Caches what one configuration makes of each token: a lexeme, "" for a stop word, or _ODD.

    For configurations whose dictionaries look at one word at a time, as all of Postgres's own do (a thesaurus does
    not).
    """

    def __init__(self) -> None:
        super().__init__()
        self._several: dict[str, list[str]] = {}
        self._wanted: dict[str, list[str]] = {}  # words, each with the texts it stands in

    def vectors(self, passages: Sequence[Passage], ask: Ask) -> list[str]:
        """Return the vector of each passage, as `to_tsvector` makes it; headlines get the weight A."""
        if len(self) > _MOST:
            self.clear()
            self._several.clear()
        made = [""] * len(passages)
        waiting = self._fill(made, passages, range(len(passages)))
        self._learn(ask)
        waiting = self._fill(made, passages, waiting)
        for number, vector in zip(waiting, ask([f" {passages[number].words} " for number in waiting]), strict=True):
            made[number] = _weighted(vector) if passages[number].is_headline else vector
        return made

    def _fill(self, made: list[str], passages: Sequence[Passage], numbers: Iterable[int]) -> list[int]:
        """Make the vectors of these passages; the numbers of those which have words that are not known."""
        waiting = []
        for number in numbers:
            words, is_headline = passages[number]
            texts = _texts(words)
            lexemes = list(map(self.__getitem__, texts))
            if not texts or (_ODD in lexemes and not self._settle(lexemes, texts)):
                waiting.append(number)
                continue
            places = _PLACES_OF_HEADLINE if is_headline else _PLACES
            made[number] = "".join([lexeme + at for lexeme, at in zip(lexemes, places, strict=False) if lexeme])
        return waiting

    def __missing__(self, text: str) -> str:
        word = text if ".." in text else text.strip(_AROUND)  # two dots are a path
        if word.isdigit() and word.isascii():
            return word  # its own lexeme; there are too many numbers to keep
        if not word.isalpha():
            word = text
        if word not in self:
            self._wanted[word] = []
            self[word] = _ODD
        if word in self._wanted:
            self._wanted[word].append(text)
        self._keep(text, self[word], self._several.get(word))
        return self[text]

    def _keep(self, text: str, lexeme: str, several: list[str] | None) -> None:
        self[text] = lexeme
        if several is not None:
            self._several[text] = several

    def _settle(self, lexemes: list[str], texts: Sequence[str]) -> bool:
        """Put what takes several positions, or none, in its places. False, with nothing changed, where one is not known."""
        odd = [number for number, lexeme in enumerate(lexemes) if lexeme is _ODD]
        if not all(texts[number] in self._several for number in odd):
            return False
        for number in reversed(odd):
            lexemes[number : number + 1] = self._several[texts[number]]
        return True

    def _learn(self, ask: Ask) -> None:
        wanted, self._wanted = self._wanted, {}
        # The space before it: a parser that has just begun takes `./a` for a path.
        for (word, texts), vector in zip(wanted.items(), ask([f" {word}{_MARK}" for word in wanted]), strict=True):
            lexemes = _lexemes_of(vector)
            is_one = lexemes is not None and len(lexemes) == 1
            for text in (word, *texts):
                self._keep(text, lexemes[0] if lexemes and is_one else _ODD, None if is_one else lexemes)


def _texts(words: str) -> list[str]:
    """Return the tokens between white space; [] if the text must be parsed as a whole (a tag, or too long)."""
    if "'" in words and "/" not in words:  # outside of addresses an apostrophe is nothing but an end of a word
        words = words.replace("'", " ")
    texts = words.split()
    is_whole = "<" in words or len(texts) > _LONGEST  # a tag goes on over white space
    return [] if is_whole else texts


def _lexemes_of(vector: str) -> list[str] | None:
    """Return the lexeme at each position before the last, which is the mark's; None if two share one."""
    if vector.startswith(_ALONE) and vector.endswith("':1") and (word := vector[len(_ALONE) : -3]).isalnum():
        return [word]
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
