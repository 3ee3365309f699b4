"""Tell mail, subtitles, chats, logs, wire messages and encoded bytes from articles, by their first lines."""

import re
from collections.abc import Sequence
from email.utils import parsedate_tz

from articles.parsing.recognised import names
from articles.parsing.recognised.look import Look, Rule, starts_with
from articles.text.characters import words
from core.marked import gettext

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):(?: |\t|$)(.*)")
# A person who copies a memo writes these too; the others are written by mail programs only.
_MEMO_FIELDS = words("from to cc bcc subject date sender summary organization lines priority status sent keywords")
_MACHINE_FIELDS = words(
    """
    reply-to message-id in-reply-to references received return-path delivered-to mime-version content-type
    content-transfer-encoding content-disposition content-id content-language dkim-signature authentication-results list-id
    list-unsubscribe list-post list-archive precedence newsgroups path xref nntp-posting-host distribution followup-to
    approved expires article-i.d. originator envelope-to importance user-agent errors-to thread-topic thread-index
    accept-language disposition-notification-to resent-from resent-to resent-date resent-message-id sensitivity
    auto-submitted snapshot-content-location
    """
)
# The line before each mail of an mbox file: From ann@paper.example Mon Mar  2 12:00:00 2026.
_MBOX = re.compile(r"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")
# SubRip and WebVTT: 00:01:02,500 --> 00:01:05,000.
_CUE = re.compile(r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})? *-{1,2}> *(?:\d{1,3}:)?\d{1,2}:\d{2}")
# In turn: lyrics (LRC), MicroDVD, SubViewer and SubStation Alpha.
_TIMED = re.compile(
    r"\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]|\{\d+\}\{\d+\}|\d{1,2}:\d{2}:\d{2}\.\d{3},\d{1,2}:\d{2}:\d{2}\.\d{3}$|Dialogue: \d"
)
_DAY = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4})"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u202f\u00a0]?[AaPp]\.?[Mm]\.?)?"
# A live blog writes "17:08 The minister ..."; chats write the date too, in brackets or before a dash, or a <nick>.
_CHAT = re.compile(
    rf"\u200e?\[{_DAY},? ?{_CLOCK}\] |{_DAY},? {_CLOCK} [-–] [^:\n]{{1,60}}: |\[?{_CLOCK}\]? <[^>\s]{{1,40}}> |{_CLOCK}\t[^\t]+\t"
)
# WhatsApp tells of a new member or a changed key without a name and a colon.
_NOTICE = re.compile(rf"{_DAY},? {_CLOCK} [-–] ")
# In turn: ISO times, syslog, access logs of web servers, level names, glog, the error log of Apache.
_LOG = re.compile(
    r"[\[<(]?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}|[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \S|"
    r"\S+ \S+ \S+ \[\d{2}/[A-Z][a-z]{2}/\d{4}:|\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?[: ]|"
    r"[DIWEF]\d{4} \d{2}:\d{2}:\d{2}|\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2}"
)
_WIRE_HEADER = re.compile(
    r"ZCZC\b|\^?[A-Za-z]{2,4}\d{3,4} +[1-6uU] +[A-Za-z]{1,4} +\d{1,5}\b|[a-z]\d{4} {0,2}(?:[ruidbsfwa] ){1,3}|\^[^<\n]{3,120}<$|"
    r"\^?(?:AM|PM|BC)-{1,2}[A-Z][\w.'’-]+.*(?:\bBjt\b|\bLd\b|Writethru|,\s?\d{3,4}$)"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}$")
# Of hexdump and xxd: 00000010: 7f45 4c46 0201 0100.
_HEX = re.compile(r"[0-9a-f]{6,8}:? +(?:[0-9a-f]{2,4} ){4}", re.I)
# A data address, uuencode, yEnc.
_ENCODED = re.compile(r"data:[\w/+.-]+[;,]|begin \d{3} \S+$|=ybegin ")
_TEX = re.compile(r"\\documentclass|\\documentstyle|\\begin\{document\}|\\input\{")
# BibTeX, and RIS, of which each record begins with TY.
_REFERENCE = re.compile(r"@(?:article|book|misc|inproceedings|online|techreport|string|comment)\s*[{(]|TY  - ", re.I)


def _is_web_archive(look: Look) -> bool:
    fields = _fields(look.header)
    return "multipart/related" in fields.get("content-type", "").lower() or "snapshot-content-location" in fields


def _is_mailbox(look: Look) -> bool:
    return bool(_MBOX.match(look.text)) and len(_fields(look.header[1:])) >= 2


def _is_mail(look: Look) -> bool:
    """Require a block of mail header fields alone, with a sign of a mail program."""
    fields = _fields(look.header)
    machine = {name for name in fields if name in _MACHINE_FIELDS or name.startswith("x-")}
    if len(fields) < 2 or not machine | _MEMO_FIELDS >= fields.keys():
        return False
    is_addressed = "@" in fields.get("from", "") and not fields.keys().isdisjoint({"subject", "to"})
    date = fields.get("date", "")
    is_dated = "from" in fields and ":" in date and parsedate_tz(date) is not None
    return bool(machine) or is_addressed or is_dated


def _fields(header: Sequence[str]) -> dict[str, str]:
    """Return field name to value where every line is a field; empty where one is anything else."""
    matches = [_FIELD.match(line) for line in header]
    if not all(matches):
        return {}
    return {match[1].lower(): match[2] for match in matches if match}


def _is_subrip(look: Look) -> bool:
    cues = look.count(_CUE)
    return cues >= 1 and cues * 12 >= len(look.lines) and any(_CUE.match(line) for line in look.lines[:4])


def _is_timed(look: Look) -> bool:
    return look.text.startswith("[Script Info]") or (look.count(_TIMED) >= 3 and look.share(_TIMED) > 0.6)


def _is_wire_message(look: Look) -> bool:
    start = look.text[:200]
    if "\x00" in look.text or "\ufffd" in start:
        return False  # other bytes, of which `decode` says why they are no text
    has_codes = "\x01" in start or "\x16\x16" in start or ("\x02" in look.text[:600] and "\x03" in look.text)
    return has_codes or any(_WIRE_HEADER.match(line) for line in look.lines[:2])


def _is_chat(look: Look) -> bool:
    """Require a third of lines that begin a message or notice, at least two messages."""
    messages, notices = look.count(_CHAT), look.count(_NOTICE)
    is_first = any(_CHAT.match(line) or _NOTICE.match(line) for line in look.lines[:4])
    return is_first and messages >= 2 and (messages + notices) * 3 >= len(look.lines)


def _is_log(look: Look) -> bool:
    return look.count(_LOG) >= 2 and look.share(_LOG) > 0.5


def _is_encoded(look: Look) -> bool:
    lines = look.lines[:4]
    if not lines or _ENCODED.match(lines[0]) or all(_HEX.match(line) for line in lines):
        return bool(lines)
    if not all(_BASE64.match(line) for line in lines[:-1]) or not re.fullmatch(r"[A-Za-z0-9+/_=-]{4,}", lines[-1]):
        return False
    joined = "".join(lines)
    # Bytes in base64 have all three kinds; a long word or a row of dashes has not.
    kinds = (str.islower, str.isupper, str.isdigit)
    return len(joined) >= 60 and all(any(map(kind, joined)) for kind in kinds)


MESSAGE_RULES: tuple[tuple[str, Rule], ...] = (
    (names.WIRE, _is_wire_message),
    (names.WEB_ARCHIVE, _is_web_archive),
    (names.MAILBOX, _is_mailbox),
    (names.MAIL, _is_mail),
    (names.WEBVTT, lambda look: bool(re.match(r"WEBVTT(?:[ \t\r\n-]|$)", look.text))),
    (names.SUBRIP, _is_subrip),
    (names.OTHER_SUBTITLES, _is_timed),
    (names.CALENDAR, starts_with("BEGIN:VCALENDAR")),
    (names.CARD, starts_with("BEGIN:VCARD")),
    (gettext("a key, certificate or encrypted message"), starts_with("-----BEGIN ")),
    (
        gettext("a recorded web request (HTTP)"),
        lambda look: bool(re.match(r"HTTP/\d(?:\.\d)? \d{3}|(?:GET|POST) \S+ HTTP/", look.text)),
    ),
    (gettext("a translation file (gettext)"), lambda look: any(line.startswith('msgid "') for line in look.lines)),
    (gettext("a playlist"), starts_with("#EXTM3U", "[playlist]")),
    (names.CHAT, _is_chat),
    (names.LOG, _is_log),
    (names.LATEX, lambda look: look.text[:1] in ("\\", "%") and any(map(_TEX.match, look.lines[:30]))),
    (names.BIBLIOGRAPHY, lambda look: bool(_REFERENCE.match(look.text))),
    (gettext("bytes in an encoding for mail or web (base64, hex)"), _is_encoded),
)
