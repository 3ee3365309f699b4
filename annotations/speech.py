"""Find who says a sentence, and which names are in it, by rules. Pure.

Used as reasons and filters, never as a score: as scores such cues did harm on articles they were not tuned on.
"""

from collections.abc import Iterable

import regex

from articles.text.characters import words

_SAYS = (
    r"(?:said|says|say|told|tells|added|adds|claimed|claims|stated|states|noted|argued|argues|insisted|stressed|emphasi[sz]ed|"
    r"pointed out|replied|answered|recalled|warned|declared|asserted|complained|commented|explained|"
    r"charged|indicated|suggested|mentioned|denied|denies|believes|expressed|remarked|concluded|reiterated|acknowledged|alleged|highlighted|"
    r"announced|announces|questioned|asked|asks|hopes|hoped|urged|urges|vowed|pledged|promised|criticised|criticized|accused|pinpointed|"
    r"сказал|заявил|отметил|подчеркнул|добавил|сообщил|sagte|erklärte|betonte|dit|déclaré|affirmé|dijo|afirmó|declaró|disse|قال|وقال|صرح)"
)
_BEFORE = r"(?:according to|as stated by|in the words of|по словам|laut|selon|según)"
_ROLE = r"the (?:\w+ ){0,2}(?:leader|president|minister|official|senator)"
_PRONOUN = regex.compile(rf"\b(?:he|she|they|{_ROLE})\s+(?:\w+\s+){{0,2}}{_SAYS}\b", regex.I)
_CAPITALISED = r"(\p{Lu}[\p{L}'’-]+)"
_OTHER = regex.compile(rf"\b{_CAPITALISED}\s+(?:\w+\s+){{0,2}}{_SAYS}\b|\b{_SAYS}\s+(?:\w+\s+){{0,3}}{_CAPITALISED}")
_QUOTE = regex.compile(r"[\"“”«»„]")
_PART = r"\p{Lu}[\p{L}'’-]*\p{L}"
_LINK = r"[ \u00a0](?:of|the|de|van|von|al|bin)?[ \u00a0]?"
_NAME = regex.compile(rf"{_PART}(?:{_LINK}{_PART})*|\b(?:\p{{Lu}}\.){{2,}}|\b\p{{Lu}}{{2,}}\b")
_ATTRIBUTED = regex.compile(
    r"\b(?:attribut(?:e[sd]?|ed|ing|ion)\b[^.;]{0,120}?\bto|blame[sd]?(?:\s+\w+){0,6}?\s+on|accuse[sd]?)\s+(?:the\s+)?(\p{Lu}[\p{L}’-]+(?:\s\p{Lu}[\p{L}’-]+)*)"
)
_CONTRACTED = regex.compile(r"[’'](?:re|ve|ll|m|d|t)$")  # "We’re" is no name
_NO_NAMES = words(
    """
    the a an in on at of to and but or if it its he she they we you i his her their our this that these those there here as
    for from by with when while after before no not one some many most both all what who how why where then so yet also
    according meanwhile however more than over under monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december mr mrs ms dr
    """
)


def names_in(text: str) -> list[str]:
    """Return the capitalised names in order, each once. A language without capital letters has none."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        parts = match.group().replace("\u00a0", " ").split(" ")
        while parts and parts[0].lower() in _NO_NAMES:
            parts = parts[1:]
        name = " ".join(parts).removesuffix("’s").removesuffix("'s")
        if (
            len(name) > 1
            and not _CONTRACTED.search(name)
            and not _is_first_word(text, match.start(), parts, match.group())
        ):
            found.setdefault(name)
    return list(found)


def _is_first_word(text: str, at: int, parts: list[str], whole: str) -> bool:
    """Return whether a single capitalised word only starts the sentence; abbreviations count as names."""
    before = text[:at].rstrip(' \u00a0"“«‘(')
    starts = not before or before[-1] in '.!?:\n”"'
    return starts and len(parts) == 1 and len(whole.split()) == 1 and not parts[0].isupper() and len(parts[0]) < 4


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
    return any(word != surname and word.lower() not in _NO_NAMES for word in others)


def surname_of(name: str) -> str:
    """Return the last word of the name that begins with a capital letter, or the last one of all."""
    parts = [part.strip(".,") for part in name.split() if len(part.strip(".,")) > 1]
    capitalised = [part for part in parts if part[0].isupper() and part.lower() not in {"jr", "sr"}]
    return (capitalised or parts or [""])[-1]


def _speech_of(surname: str) -> regex.Pattern[str]:
    name = regex.escape(surname)
    return regex.compile(
        rf"\b{name}\b,?(?:\s+\w+){{0,3}}\s+{_SAYS}\b|\b{_SAYS}\s+(?:\w+\s+){{0,4}}{name}\b|\b{_BEFORE}\s+(?:\w+\s+){{0,4}}{name}\b",
        regex.I,
    )
