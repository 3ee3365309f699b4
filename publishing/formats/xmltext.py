"""Text that XML 1.0 can hold: Atom, DOCX and XLSX refuse documents with anything else."""

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids (controls, lone surrogates, U+FFFE and U+FFFF)."""
    return _NOT_XML.sub("", text)
