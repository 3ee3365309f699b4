"""Name the file formats that are recognised and not read, so that none of them becomes an article by accident.

Three tables: by first bytes, by media type, by file extension. The fourth way, by the look of the text, is in
`kinds`.
"""

from articles.parsing.base import ParseError
from articles.parsing.formats import supported
from core.marked import gettext
from core.marked import mark as _

_PICTURE, _MEDIA, _PROGRAM = _("a picture"), _("a sound or film file"), _("a program")
_FONT, _DATABASE = _("a font"), _("a database")
_BY_MAGIC = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _("an old Word, Excel, PowerPoint or Outlook file; save it as DOCX or XLSX")),
    (b"{\\rtf", _("a Rich Text file (RTF); save it as DOCX or plain text")),
    (b"\x1f\x8b", _("a gzip file; send it unpacked or as zip")),
    (b"BZh", _("a bzip2 file; send it unpacked or as zip")),
    (b"\xfd7zXZ\x00", _("an xz file; send it unpacked or as zip")),
    (b"\x28\xb5\x2f\xfd", _("a Zstandard file; send it unpacked or as zip")),
    (b"7z\xbc\xaf\x27\x1c", _("a 7-Zip file; send it as zip")),
    (b"Rar!\x1a\x07", _("a RAR file; send it as zip")),
    (b"!<arch>\n", _("an archive of programs")),
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"8BPS", _PICTURE),
    (b"AT&TFORM", _("a scanned document (DjVu)")),
    (b"%!PS", _("a PostScript file; save it as PDF")),
    (b"RIFF", _("a picture, sound or film")),
    (b"ID3", _("a sound file")),
    (b"OggS", _MEDIA),
    (b"fLaC", _MEDIA),
    (b"\x1a\x45\xdf\xa3", _MEDIA),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _MEDIA),
    (b"\xff\xfb", _MEDIA),
    (b"MThd", _MEDIA),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\x00asm", _PROGRAM),
    (b"wOFF", _FONT),
    (b"wOF2", _FONT),
    (b"OTTO\x00", _FONT),
    (b"\x00\x01\x00\x00\x00", _FONT),
    (b"SQLite format 3", _DATABASE),
    (b"PAR1", _("a data file (Parquet)")),
    (b"Obj\x01", _("a data file (Avro)")),
    (b"\x89HDF", _("a data file (HDF5)")),
    (b"\x93NUMPY", _("a data file (NumPy)")),
    (b"bplist00", _("a property list")),
    (b"!BDN", _("an Outlook mailbox")),
    (b"WARC/", _("a web archive (WARC); send the pages themselves")),
]

MAIL = _("an e-mail message (RFC 5322); send the text of its body")
MAILBOX = _("a mailbox (mbox); send the texts of its messages")
WEB_ARCHIVE = _("a saved web archive (MHTML); save the page as HTML")
SUBRIP, WEBVTT, TTML = _("subtitles (SRT)"), _("subtitles (WebVTT)"), _("subtitles (TTML)")
OTHER_SUBTITLES = _("subtitles or timed lyrics")
CALENDAR, CARD = _("a calendar (iCalendar)"), _("an address card (vCard)")
CODE = _("source code")
STYLE_SHEET = _("a style sheet (CSS)")
SETTINGS = _("a settings file")
LOG = _("a log file")
CHAT = _("an exported chat; send the words that matter as text, with their source")
WIRE = _("a wire message with service codes (ANPA 1312 or IPTC 7901); ask the agency for NewsML-G2, NITF or ninjs")
LATEX = _("a LaTeX document; save it as PDF or plain text")
BIBLIOGRAPHY = _("a bibliography")
SQL = _("a database dump (SQL)")

_CODE_EXTENSIONS = """
    js mjs cjs jsx ts tsx vue svelte py pyw ipynb rb pl pm php phps java kt kts scala groovy c h cc cpp cxx hpp hh cs fs vb go rs
    swift m mm r jl lua sh bash zsh fish bat cmd ps1 psm1 asm s sol dart ex exs erl hs clj lisp el scm f90 pas ada d nim zig tcl
    awk sed makefile cmake gradle tf proto graphql wasm sass less scss
"""
_BY_EXTENSION = {
    "eml": MAIL,
    "emlx": MAIL,
    "msg": MAIL,
    "mbox": MAILBOX,
    "mbx": MAILBOX,
    "mht": WEB_ARCHIVE,
    "mhtml": WEB_ARCHIVE,
    "srt": SUBRIP,
    "vtt": WEBVTT,
    "ttml": TTML,
    "dfxp": TTML,
    "ass": OTHER_SUBTITLES,
    "ssa": OTHER_SUBTITLES,
    "sbv": OTHER_SUBTITLES,
    "smi": OTHER_SUBTITLES,
    "lrc": OTHER_SUBTITLES,
    "sub": OTHER_SUBTITLES,
    "stl": OTHER_SUBTITLES,
    "rtf": _("a Rich Text file (RTF); save it as DOCX or plain text"),
    "ics": CALENDAR,
    "ical": CALENDAR,
    "vcf": CARD,
    "vcard": CARD,
    "css": STYLE_SHEET,
    "ini": SETTINGS,
    "cfg": SETTINGS,
    "conf": SETTINGS,
    "toml": SETTINGS,
    "yaml": SETTINGS,
    "yml": SETTINGS,
    "env": SETTINGS,
    "properties": SETTINGS,
    "plist": SETTINGS,
    "log": LOG,
    "sql": SQL,
    "tex": LATEX,
    "bib": BIBLIOGRAPHY,
    "ris": BIBLIOGRAPHY,
    "svg": _PICTURE,
    "tif": _PICTURE,
    "tiff": _PICTURE,
    "bmp": _PICTURE,
    "diff": CODE,
    "patch": CODE,
    "pem": _("a key or certificate"),
    "crt": _("a key or certificate"),
    "key": _("a key or certificate"),
    "warc": _("a web archive (WARC); send the pages themselves"),
    "anpa": WIRE,
    "iptc": WIRE,
} | dict.fromkeys(_CODE_EXTENSIONS.split(), CODE)
_BY_MEDIA_TYPE = {
    "message/rfc822": MAIL,
    "application/mbox": MAILBOX,
    "multipart/related": WEB_ARCHIVE,
    "application/x-mimearchive": WEB_ARCHIVE,
    "application/x-subrip": SUBRIP,
    "text/srt": SUBRIP,
    "text/vtt": WEBVTT,
    "application/ttml+xml": TTML,
    "text/calendar": CALENDAR,
    "text/vcard": CARD,
    "text/x-vcard": CARD,
    "text/css": STYLE_SHEET,
    "text/javascript": CODE,
    "application/javascript": CODE,
    "application/x-javascript": CODE,
    "text/x-python": CODE,
    "text/x-script.python": CODE,
    "application/x-sh": CODE,
    "text/x-c": CODE,
    "text/x-java-source": CODE,
    "application/sql": SQL,
    "application/x-yaml": SETTINGS,
    "application/yaml": SETTINGS,
    "text/yaml": SETTINGS,
    "application/toml": SETTINGS,
    "image/svg+xml": _PICTURE,
    "application/rtf": _BY_MAGIC[1][1],
    "text/rtf": _BY_MAGIC[1][1],
}
# Roots of XML documents that have no article in them, by the names that people know.
XML_ROOTS = {
    b"tt": TTML,
    b"svg": _PICTURE,
    b"kml": _("a map (KML)"),
    b"gpx": _("a route (GPX)"),
    b"plist": _("a property list"),
    b"opml": _("a list of feeds (OPML)"),
    b"urlset": _("a site map"),
    b"sitemapindex": _("a site map"),
    b"sami": OTHER_SUBTITLES,
    b"project": _("a build file"),
    b"tei": _("an edition (TEI)"),
    b"wordDocument": _("a Word document in XML; save it as DOCX"),
}


def refusal(kind: str) -> ParseError:
    """Return the refusal of a recognised format that is not read."""
    return ParseError(
        "unsupported-format",
        gettext("It is {kind}. Nothing was stored. {supported}").format(kind=gettext(kind), supported=supported()),
    )


def refuse_by_bytes(head: bytes) -> None:
    """Raise ParseError where the first bytes name a format that is not read."""
    for magic, kind in _BY_MAGIC:
        # "MZ" or "ID3" may begin a text: then the bytes after it are text too.
        if head.startswith(magic) and not (magic.isalnum() and head[:200].isascii() and b"\x00" not in head[:200]):
            raise refusal(kind)
    if head[4:8] == b"ftyp":
        raise refusal(gettext("a film or picture"))
    if head[257:262] == b"ustar":
        raise refusal(gettext("a tar file; send its members, or a zip of them"))


def refuse_by_label(*, extension: str, media_type: str) -> None:
    """Raise ParseError where the file's extension or media type names a format that is not read."""
    kind = _BY_EXTENSION.get(extension) or _BY_MEDIA_TYPE.get(media_type)
    if kind:
        raise refusal(kind)
