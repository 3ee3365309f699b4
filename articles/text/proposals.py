"""Propose details from an article's words: date, source, origin, byline, language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles.text.canonical import Block, CanonicalText
from articles.text.dates import find_date, is_date_line
from articles.text.languages import UNDETERMINED, detect_language

NEAR_START, NEAR_END = 8, 5  # blocks
LONGEST_SEARCHED = 20_000  # code points that attributions are looked for in


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A proposed `value` for a `field` (dates in RFC 3339), with the words it came from."""

    field: str
    value: str
    basis: str


# One name per wire, so that two papers that copied the same one count as one source.
_AGENCIES = {
    "Reuters": "Reuters",
    "AP": "AP",
    "Associated Press": "AP",
    "AFP": "AFP",
    "Agence France-Presse": "AFP",
    "Interfax": "Interfax",
    "TASS": "TASS",
    "ITAR-TASS": "TASS",
    "RIA Novosti": "RIA Novosti",
    "Sputnik": "Sputnik",
    "Xinhua": "Xinhua",
    "dpa": "dpa",
    "DPA": "dpa",
    "UPI": "UPI",
    "Bloomberg": "Bloomberg",
    "ANSA": "ANSA",
    "EFE": "EFE",
    "PA Media": "PA Media",
    "Press Association": "PA Media",
    "Kyodo": "Kyodo",
    "Jiji": "Jiji",
    "Yonhap": "Yonhap",
    "PTI": "PTI",
    "Press Trust of India": "PTI",
    "ANI": "ANI",
    "IANS": "IANS",
    "Anadolu Agency": "Anadolu",
    "Anadolu": "Anadolu",
    "IRNA": "IRNA",
    "SANA": "SANA",
    "MENA": "MENA",
    "WAM": "WAM",
    "NTB": "NTB",
    "TT": "TT",
    "Ritzau": "Ritzau",
    "APA": "APA",
    "Belga": "Belga",
    "ANP": "ANP",
    "Ukrinform": "Ukrinform",
    "Interfax-Ukraine": "Interfax-Ukraine",
    "AAP": "AAP",
    "Canadian Press": "The Canadian Press",
    "KCNA": "KCNA",
    "PAP": "PAP",
    "Lusa": "Lusa",
    "SDA": "Keystone-SDA",
    "Keystone-SDA": "Keystone-SDA",
    "epd": "epd",
    "KNA": "KNA",
    "CNA": "CNA",
    "Antara": "Antara",
    "BelTA": "BelTA",
    "Интерфакс": "Interfax",
    "ТАСС": "TASS",
    "РИА Новости": "RIA Novosti",
    "رويترز": "Reuters",
}
_KNOWN = "|".join(re.escape(name) for name in sorted(_AGENCIES, key=len, reverse=True))
_NAME = r"[A-ZÀ-ÞĀ-ŽА-Я][\w&.’'-]*(?: (?:of|the|and|de|[A-ZÀ-ÞĀ-ŽА-Я][\w&.’'-]*)){0,3}"
_OPEN, _CLOSE = "[\"'“„«‘]", "[\"'”“»’]"

# A slug: Shafaq News/ Russian President
_SLUG = re.compile(r"(?P<name>[^\W\d_][^/\n.,:;()\"“”]{1,40}?)\s?/\s+(?=\w|[\"“«])")
# A dateline, as in GENEVA, June 16 (Reuters) - Leaders
_DATELINE = re.compile(r"[^\W\d_][^()\n]{0,60}\((?P<name>[^\W\d_][\w .&/-]{1,30})\)\s*[-–—:]")
# (Reuters), (AFP/Ann Lee)
_IN_PARENTHESES = re.compile(rf"\((?P<name>{_KNOWN})(?:/[^)\n]{{1,30}})?\)")
_VERBS = (
    "as per|according to|as reported by|reported by|reports?|citing|cites|quoting|quoted by|cited by|carried by|told|"
    "laut|nach Angaben von|selon|d'après|según|secondo|segundo"
)
# as reported by the "Daily Example"
_QUOTED = re.compile(rf"\b(?i:{_VERBS}) (?i:the )?{_OPEN}(?P<name>{_NAME}){_CLOSE}")
# told the Russian Tass state news agency
_CALLED_AGENCY = re.compile(
    rf"\b(?i:{_VERBS}) (?i:the )?(?:\w+ ){{0,2}}?(?P<name>{_NAME})(?: (?:state|news|press|wire)){{0,2}} (?:agency|newswire)\b"
)
# as cited by Reuters
_ATTRIBUTED = re.compile(rf"\b(?i:{_VERBS}) (?i:the )?(?:[a-z]+ ){{0,3}}(?P<name>{_KNOWN})\b")
# Reuters reported
_REPORTS = re.compile(rf"\b(?P<name>{_KNOWN}) (?:news agency )?(?:reported|reports|writes|wrote|berichtet|meldet)\b")
# A line that names its source: dpa
_STATED = re.compile(rf"\b(?i:sources?|quelle|fuente|fonte|источник)\s?: ?{_OPEN}?(?P<name>{_KNOWN})\b")
# ... - Reuters, where a text ends
_SIGNED = re.compile(rf"[—–-] ?(?:The )?(?P<name>{_KNOWN})\s*$")
_VERB_LIST = [
    form for verb in _VERBS.replace("reports?", "report").split("|") for form in (verb, verb[0].upper() + verb[1:])
]
BEFORE, AFTER, MAX_WINDOWS = 60, 60, 100  # code points around a name or verb; how many of them are looked at
# By Ann Lee and Bo Muster
_BYLINE = re.compile(rf"(?:By|BY|Von|Par|Por|Di) (?P<name>{_NAME}(?:(?:, | and | und | et | y | e ){_NAME}){{0,4}})")
# 20260304-bridge.txt, bridge_2026-03-04.pdf
_DATED_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d[-_]?[01]\d[-_]?[0-3]\d)(?!\d)")


def propose(canonical: CanonicalText, *, file_name: str | None = None) -> list[_Proposal]:
    """Return at most one proposal per field, the strongest first."""
    found = (
        _published_at(canonical, file_name),
        _source(canonical),
        _origin(canonical),
        _byline(canonical),
        _language(canonical),
    )
    return [proposal for proposal in found if proposal]


def _agency_name(name: str) -> str:
    """Return a wire's canonical name, or the name as given."""
    return _AGENCIES.get(name.strip().removeprefix("The "), name.strip())


def _published_at(canonical: CanonicalText, file_name: str | None) -> _Proposal | None:
    for text in _texts(canonical, [*canonical.blocks[1:NEAR_START], *canonical.blocks[NEAR_START:][-NEAR_END:]]):
        date = find_date(text) if is_date_line(text) else None
        if date:
            return _Proposal("published_at", date.at.isoformat(), text)
    in_name = _DATED_NAME.search(file_name or "")
    digits = in_name.group(1).replace("-", "").replace("_", "") if in_name else ""
    date = find_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}") if digits else None
    return _Proposal("published_at", date.at.isoformat(), file_name or "") if date else None


def _source(canonical: CanonicalText) -> _Proposal | None:
    for text in _texts(canonical, _lead(canonical)):
        for form in (_SLUG, _DATELINE):
            match = form.match(text)
            if match and _is_name(match["name"]):
                return _Proposal("source", _agency_name(match["name"]), match.group().strip())
    return None


def _origin(canonical: CanonicalText) -> _Proposal | None:
    for text in _texts(canonical, _lead(canonical)):
        match = _DATELINE.match(text)
        if match and _is_name(match["name"]):
            return _Proposal("origin", _agency_name(match["name"].split("/")[0]), match.group().strip())
    found = _attribution(canonical.text[:LONGEST_SEARCHED]) or _signed_off(canonical)
    return _Proposal("origin", _agency_name(found["name"]), found.group().strip()) if found else None


def _attribution(text: str) -> re.Match[str] | None:
    """Find the strongest attribution to a wire, near names and verbs alone for speed."""
    names = _windows(text, [name for name in _AGENCIES if name in text])
    verbs = _windows(text, [verb for verb in _VERB_LIST if verb in text])
    tried = [(_IN_PARENTHESES, names), (_QUOTED, verbs), (_CALLED_AGENCY, verbs)]
    tried += [(form, names) for form in (_ATTRIBUTED, _REPORTS, _STATED)]
    matches = (form.search(window) for form, windows in tried for window in windows)
    return next((match for match in matches if match), None)


def _windows(text: str, words: list[str]) -> list[str]:
    windows: list[str] = []
    for word in words:
        at = text.find(word)
        while at >= 0 and len(windows) < MAX_WINDOWS:
            windows.append(text[max(0, at - BEFORE) : at + len(word) + AFTER])
            at = text.find(word, at + len(word))
    return windows


def _signed_off(canonical: CanonicalText) -> re.Match[str] | None:
    for text in _texts(canonical, canonical.blocks[-NEAR_END:]):
        match = _SIGNED.search(text[-60:])
        if match:
            return match
    return None


def _byline(canonical: CanonicalText) -> _Proposal | None:
    for text in _texts(canonical, canonical.blocks[1:NEAR_START]):
        match = _BYLINE.fullmatch(text) if len(text) <= 120 else None
        if match:
            return _Proposal("byline", match["name"], text)
    return None


def _language(canonical: CanonicalText) -> _Proposal | None:
    language, confidence = detect_language(canonical.text)
    if language == UNDETERMINED:
        return None
    return _Proposal("language", language, f"{canonical.text[:60].strip()} … ({confidence:.0%})")


def _lead(canonical: CanonicalText) -> Iterable[Block]:
    """Return the first paragraphs after the headline, where slugs and datelines stand."""
    body = [block for block in canonical.blocks if block.role not in {"headline", "furniture"}]
    return body[:3]


def _texts(canonical: CanonicalText, blocks: Iterable[Block]) -> Iterator[str]:
    return (canonical.of(block) for block in blocks)


def _is_name(name: str) -> bool:
    """Return whether it is a name: one to four words, capitalised if the script has capitals."""
    parts = name.split()
    return 0 < len(parts) <= 4 and all(not part[0].islower() or part in _AGENCIES for part in parts)
