"""Remove the characters that XML 1.0 forbids: readers of Atom, DOCX and XLSX refuse a document with one."""

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return `text` without controls, lone surrogates, U+FFFE and U+FFFF."""
    # Printable characters are all legal, and Python tells those ten times faster; texts of several lines are not printable.
    return text if text.isprintable() else _NOT_XML.sub("", text)
