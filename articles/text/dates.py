"""Parse dates of articles: ISO 8601, RFC 2822 and written forms of a dozen languages."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from articles.text.characters import words

MAX_DATE_LINE = 100
_WIDEST_OFFSET = timedelta(hours=16)  # from here on Postgres takes none


class _FoundDate(NamedTuple):
    at: datetime  # aware; UTC where the words name no zone
    has_time: bool
    words: str


_MONTHS = """
january jan januar janvier enero janeiro gennaio januari января январь январе січня stycznia ocak ene gen janv ledna
february feb februar février fevrier febrero fevereiro febbraio februari февраля лютого lutego şubat févr fev února
march mar märz marz mars marzo março marco maart mrt марта март березня marca mart mär března
april apr avril abril aprile апреля апрель квітня kwietnia nisan avr abr dubna
may mai mayo maio maggio mei maj мая май травня maja mayıs mag května
june jun juni juin junio junho giugno июня июнь червня czerwca haziran giu června
july jul juli juillet julio julho luglio июля июль липня lipca temmuz juil lug července
august aug août aout agosto augustus augusti августа август серпня sierpnia ağustos ago srpna
september sep sept septembre septiembre setembro settembre сентября сентябрь вересня września eylül set září
october oct oktober okt octobre octubre outubro ottobre октября октябрь жовтня października ekim out ott října
november nov novembre noviembre novembro ноября ноябрь листопада listopada kasım listopadu
december dec dezember dez décembre decembre diciembre dezembro dicembre декабря декабрь грудня grudnia aralık dic déc
"""
_MONTH_OF = {name: n for n, line in enumerate(_MONTHS.strip().splitlines(), start=1) for name in line.split()}
_ZONES: dict[str, float] = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
}
_ZONES |= {"mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "et": -5, "pt": -8, "ist": 5.5, "jst": 9, "hkt": 8, "aest": 10}

_NAME = r"(?P<month>[^\W\d_]{3,12})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# In turn: 2026-03-04; 04.03.2026; 4 March 2026, 4. März 2026, 4 de marzo de 2026; March 4, 2026; 2026年3月4日.
_FORMS = [
    re.compile(rf"(?<![\d.]){_YEAR}(?P<sep>[-/.])(?P<monthnumber>\d\d?)(?P=sep)(?P<day>\d\d?)(?![\d.-])"),
    re.compile(rf"(?<![\d.])(?P<day>\d\d?)(?P<sep>[-/.]) ?(?P<monthnumber>\d\d?)(?P=sep) ?{_YEAR}(?!\d)"),
    re.compile(rf"\b{_DAY}(?: de| of)? {_NAME}(?: de| del|,)? {_YEAR}(?!\d)", re.I),
    re.compile(rf"\b{_NAME} {_DAY},? {_YEAR}(?!\d)", re.I),
    re.compile(rf"(?<!\d){_YEAR} ?[年년] ?(?P<monthnumber>\d\d?) ?[月월] ?(?P<day>\d\d?) ?[日일]"),
]
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?( ?Z\b| ?[+-]\d\d:?\d\d)?", re.I
)
# 17:08, 17.08, 17h08, 5:08 p.m., 5pm
_TIME = re.compile(
    r"(?<![\d.:])(?:(\d{1,2})[:.h](\d\d)(?::(\d\d))?(?![\d.]\d) ?([ap]\.? ?m\b\.?)?|(\d{1,2}) ?([ap]\.? ?m\b\.?))", re.I
)
_ZONE = re.compile(r"(?:UTC|GMT)? ?([+-])(\d\d?):?(\d\d)?\b|\b([A-Za-z]{1,4})\b")
_WORD = re.compile(r"[^\W\d_]+")

# What may stand beside the date in a line that is nothing but a date line.
_BESIDE = words(
    """
    published updated posted created modified last on at date time first am pm a p m utc gmt uhr h by est edt et
    pt monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so veröffentlicht
    aktualisiert am um stand lundi mardi mercredi jeudi vendredi samedi dimanche publié mis à jour le lunes
    martes miércoles jueves viernes sábado domingo publicado actualizado el las lunedì martedì mercoledì giovedì
    venerdì sabato domenica pubblicato aggiornato il alle ore de del of den the år г year 年 月 日 maandag dinsdag
    woensdag donderdag vrijdag zaterdag zondag понедельник вторник среда четверг пятница суббота воскресенье
    опубликовано обновлено в
    """
)


def find_date(text: str) -> _FoundDate | None:
    """Find the first unambiguous date in a short text; 06/07/2021 is ambiguous."""
    iso = _ISO.search(text)
    if iso:
        found = _iso(iso)
        if found:
            return found
    for form in _FORMS:
        match = form.search(text)
        day = _day(match) if match else None
        if match and day:
            return _with_time(day, text, match)
    return None


def is_date_line(text: str) -> bool:
    """Return whether a line is only a date: `Published: June 16, 2021 at 5:08 PM EDT`."""
    if len(text) > MAX_DATE_LINE or not any(character.isdigit() for character in text):
        return False
    if _ISO.fullmatch(text.strip()):
        return True
    if not any(form.search(text) for form in _FORMS):
        return False
    words = (word.lower() for word in _WORD.findall(text))
    return all(word in _BESIDE or word in _MONTH_OF or word in _ZONES or _is_ordinal(word) for word in words)


def parse_datetime(value: str) -> datetime | None:
    """Parse a metadata date: ISO 8601 (also day only or compact), RFC 2822 or written."""
    value = value.strip()[:MAX_DATE_LINE]
    if not value:
        return None
    for parse in (datetime.fromisoformat, _rfc2822):
        try:
            return _aware(parse(value))
        except (ValueError, TypeError, OverflowError):
            continue
    found = find_date(value)
    return found.at if found else None


def _rfc2822(value: str) -> datetime:
    if not re.search(r"\d:\d\d", value):
        raise ValueError("no time of day")
    return parsedate_to_datetime(value)


def _aware(at: datetime) -> datetime | None:
    """Make aware, UTC by default. Returns None for impossible years."""
    if not 1000 <= at.year <= 9000:
        return None
    return _in_known_zone(at if at.tzinfo else at.replace(tzinfo=UTC))


def _in_known_zone(at: datetime) -> datetime:
    """Return the moment in UTC where Postgres would refuse its offset."""
    offset = at.utcoffset() or timedelta()
    return at.astimezone(UTC) if abs(offset) >= _WIDEST_OFFSET or offset.microseconds else at


def _is_ordinal(word: str) -> bool:
    return word in {"st", "nd", "rd", "th", "er", "º", "ª", "t", "z"}


def _iso(match: re.Match[str]) -> _FoundDate | None:
    day, time, zone = match.groups()
    zone = (zone or "").strip().upper()
    try:
        at = datetime.fromisoformat(f"{day}T{time}{zone or 'Z'}")
    except ValueError:
        return None
    return _FoundDate(_in_known_zone(at), has_time=True, words=match.group())


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    year, day = int(parts["year"]), int(parts["day"])
    month = int(parts["monthnumber"]) if parts.get("monthnumber") else _MONTH_OF.get(parts["month"].lower(), 0)
    is_year_last = match.start("year") > match.start("day")
    if parts.get("sep") in {"/", "-"} and is_year_last and day != month:
        if day <= 12 and month <= 12:
            return None  # two readings
        if month > 12:
            day, month = month, day
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(day: date, text: str, match: re.Match[str]) -> _FoundDate:
    """Add the time of day that stands beside the date."""
    after = text[match.end() : match.end() + 40]
    time = _TIME.search(after) or _TIME.search(text[max(0, match.start() - 20) : match.start()])
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    clock = _clock(time) if time else None
    if not time or clock is None:
        return _FoundDate(midnight, has_time=False, words=match.group())
    at = midnight + clock
    zone = _offset(time.string[time.end() : time.end() + 10])
    words = text[match.start() : match.end() + time.end()].strip() if time.string == after else match.group()
    return _FoundDate(at.replace(tzinfo=zone), has_time=True, words=words)


def _clock(time: re.Match[str]) -> timedelta | None:
    hour, minute, second = int(time[1] or time[5]), int(time[2] or 0), int(time[3] or 0)
    half = (time[4] or time[6] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _offset(words: str) -> timezone:
    found = _ZONE.match(words.lstrip(" (,"))
    if not found:
        return UTC
    sign, hours, minutes, name = found.groups()
    if name:
        return timezone(timedelta(hours=_ZONES.get(name.lower(), 0)))
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=15):
        return UTC
    return timezone(-offset if sign == "-" else offset)
