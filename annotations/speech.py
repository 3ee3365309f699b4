"""Find who says a sentence, by rules. Pure.

Used as reasons and filters, never as a score: as scores such cues did harm on articles they were not tuned on.
"""

from collections.abc import Iterable

import regex

from articles.text.names import NO_NAMES, surname_of

_SAYS = (
    r"(?:said|says|say|told|tells|added|adds|claimed|claims|stated|states|noted|argued|argues|insisted|stressed|emphasi[sz]ed|"
    r"pointed out|replied|answered|recalled|warned|declared|asserted|complained|commented|explained|"
    r"charged|indicated|suggested|mentioned|denied|denies|believes|expressed|remarked|concluded|reiterated|acknowledged|alleged|highlighted|"
    r"announced|announces|questioned|asked|asks|hopes|hoped|urged|urges|vowed|pledged|promised|criticised|criticized|accused|pinpointed|"
    r"сказал|заявил|отметил|подчеркнул|добавил|сообщил|sagte|erklärte|betonte|dit|déclaré|affirmé|dijo|afirmó|declaró|disse|قال|وقال|صرح)"
)
_BEFORE = r"(?:according to|as stated by|in the words of|по словам|laut|selon|según)"
_ROLE = r"the (?:\w+ ){0,2}(?:leader|president|minister|official|senator)"
# he said; the Russian president has warned
_PRONOUN = regex.compile(rf"\b(?:he|she|they|{_ROLE})\s+(?:\w+\s+){{0,2}}{_SAYS}\b", regex.I)
_CAPITALISED = r"(\p{Lu}[\p{L}'’-]+)"
# Merkel said; said Chancellor Merkel
_OTHER = regex.compile(rf"\b{_CAPITALISED}\s+(?:\w+\s+){{0,2}}{_SAYS}\b|\b{_SAYS}\s+(?:\w+\s+){{0,3}}{_CAPITALISED}")
_QUOTE = regex.compile(r"[\"“”«»„]")
# attributed the attack to Russia; blamed it on Iran; accused China
_ATTRIBUTED = regex.compile(
    r"\b(?:attribut(?:e[sd]?|ed|ing|ion)\b[^.;]{0,120}?\bto|blame[sd]?(?:\s+\w+){0,6}?\s+on|accuse[sd]?)\s+(?:the\s+)?(\p{Lu}[\p{L}’-]+(?:\s\p{Lu}[\p{L}’-]+)*)"
)


def attributed_to(sentence: str) -> str:
    """Return whom the sentence attributes something to; empty if nobody."""
    match = _ATTRIBUTED.search(sentence)
    return match[1] if match else ""


def is_said_by(name: str, sentence: str, before: str = "", after: str = "") -> bool:
    """Return whether the sentence is speech of this person. `before` and `after` are the rest of its paragraph."""
    surname = surname_of(name)
    if not surname:
        return False
    own = _speech_of(surname)
    if own.search(sentence):
        return True
    is_speech = bool(_QUOTE.search(sentence) or _PRONOUN.search(sentence))
    around = f"{before} {after}"
    if not is_speech or surname not in around:
        return False
    others = {word for match in _OTHER.finditer(f"{around} {sentence}") for word in match.groups() if word}
    return bool(own.search(around)) and not _has_other_speaker(others, surname)


def _has_other_speaker(others: Iterable[str], surname: str) -> bool:
    return any(word != surname and word.lower() not in NO_NAMES for word in others)


def _speech_of(surname: str) -> regex.Pattern[str]:
    name = regex.escape(surname)
    return regex.compile(
        rf"\b{name}\b,?(?:\s+\w+){{0,3}}\s+{_SAYS}\b|\b{_SAYS}\s+(?:\w+\s+){{0,4}}{name}\b|\b{_BEFORE}\s+(?:\w+\s+){{0,4}}{name}\b",
        regex.I,
    )
