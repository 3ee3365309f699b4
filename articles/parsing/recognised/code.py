"""Tell source code, settings, markup and tables from articles, by their first lines."""

import re
from collections.abc import Sequence

from articles.parsing.recognised import names
from articles.parsing.recognised.look import Look, Rule
from core.marked import mark as _

# Of INI files and their kin: [core], [remote "origin"].
_SECTION = re.compile(r"\[[\w .:\"/\\-]{1,80}\]$")
_SETTING = re.compile(r"(?:export )?[\w.\-\[\]\"$ ]{1,60}? ?= ?\S*.*$")
_COMMENT = re.compile(r"[#;!]|//|/\*|\*")
_SQL = re.compile(
    r"-- (?:MySQL|PostgreSQL|MariaDB|SQLite)\b|"
    r"(?:CREATE|ALTER|DROP|INSERT INTO|PRAGMA|COMMENT ON|SELECT|UPDATE|DELETE FROM|GRANT|COPY) \w|"
    r"BEGIN(?: TRANSACTION)?;|SET \w+ ?="
)
_CODE_START = re.compile(
    r"#!\s?/|<\?php|<%[@=]|#include\s*[<\"]|#pragma |package [\w.]+;|using [\w.]+;|import [\w.{}* ,]+ from ['\"]|"
    r"[\"']use strict[\"']|@charset |@import |@media |diff --git |Index: \S+$|--- a/|from __future__ import |"
    r"// ==UserScript==|!function\(|\(function\s*\("
)
_CODE_LINE = re.compile(
    r".*[;{}]$|[)\]}]+[,;)]*$|(?:def|class|fn|func|function|if|elif|else|for|while|try|except|with|switch|case|return)\b.*[:{]$|"
    r"(?:import|from|const|let|var|public|private|static|return|use|require|include|package|export|module)\b[^.?!]*$|"
    r"(?://|/\*|\*/|@\w+).*|#\s*(?:include|if|ifdef|ifndef|define|undef|endif|else|pragma)\b.*|"
    r"[\w.\[\]'\"]+ ?(?:=|\+=|:=|=>|->) ?.+|[\w.]+\(.*\)$|.*=> ?[({\[]$"
)
_SENTENCE = re.compile(r"\W{0,5}(?:[\w'’./-]+[,:)]{0,2} \(?){5,}\w+")
_STYLE_RULE = re.compile(r"[^{}\n]{0,200}\{\s*(?:[\w-]+\s*:[^;{}]+;?\s*)+\}?")
_TAG = re.compile(r"<([A-Za-z][\w.:-]{0,60})(?:[\s/>]|$)")
_HEADER = re.compile(r"\w+\t\w+$")


def _is_settings(look: Look) -> bool:
    lines = [line for line in look.lines if not _COMMENT.match(line)]
    settings = sum(bool(_SETTING.match(line)) for line in lines)
    has_section = any(_SECTION.match(line) for line in lines[:3])
    others = sum(not (_SETTING.match(line) or _SECTION.match(line)) for line in lines)
    return settings >= 2 and others * 5 <= len(lines) and (has_section or settings >= 4)


def _is_tagged(look: Look) -> bool:
    """Require markup that ends with the tag it begins with, or begins like XML."""
    if look.text.startswith(("<?xml", "<!DOCTYPE", "<!doctype")):
        return True
    root = _TAG.match(look.text)
    if not root:
        return False
    is_closed = look.text.rstrip().endswith((f"</{root[1]}>", "/>"))
    return is_closed or (not look.is_whole and look.text.count("<") > 10)


def _is_table(look: Look) -> bool:
    """Require the same number of tabs, or of commas between short cells, in each line."""
    lines = look.lines[:12]
    return _is_tab_separated(lines) or (len(lines) >= 5 and any(_is_separated(lines, sign) for sign in ",;|"))


def _is_tab_separated(lines: Sequence[str]) -> bool:
    """Require two tabs a line, or one and a header: one alone may be a numbered list."""
    counts = {line.count("\t") for line in lines}
    if len(lines) < 3 or len(counts) > 1:
        return False
    return min(counts) > 1 or (min(counts) == 1 and bool(_HEADER.match(lines[0])))


def _is_separated(lines: Sequence[str], sign: str) -> bool:
    counts = {line.count(sign) for line in lines}
    columns = min(counts) + 1
    return len(counts) == 1 and columns > 3 and sum(map(len, lines)) < 25 * columns * len(lines)


def _is_code(look: Look) -> bool:
    bare = look.without_comments
    return _reads_as_code(look) or (len(bare.lines) >= 4 and _reads_as_code(bare))


def _reads_as_code(look: Look) -> bool:
    """Require that code lines far outnumber sentences, or the density of minified code."""
    sentences = look.count(_SENTENCE)
    if sentences * 3 > len(look.lines):
        return False
    if _CODE_START.match(look.text):
        return True
    signs = sum(map(look.text.count, "{}();=[]<>"))
    if signs * 14 > len(look.text) > 40 and look.text.count(";") + look.text.count("{") > 2:
        return True
    code = sum(bool(_CODE_LINE.fullmatch(line)) and not _SENTENCE.match(line) for line in look.lines)
    return len(look.lines) >= 4 and code * 10 >= len(look.lines) * 6 and signs * 40 > len(look.text)


def _is_style_sheet(look: Look) -> bool:
    bare = look.without_comments.text
    return len(_STYLE_RULE.findall(bare)) >= 2 and bool(_STYLE_RULE.match(bare) or bare.startswith("@"))


def _is_sql(look: Look) -> bool:
    return ";" in look.text and bool(_SQL.match(look.text) or _SQL.match(look.without_comments.text))


CODE_RULES: tuple[tuple[str, Rule], ...] = (
    (names.STYLE_SHEET, _is_style_sheet),
    (names.SQL, _is_sql),
    (names.SETTINGS, _is_settings),
    (names.CODE, _is_code),
    (_("XML or other markup without a known root"), _is_tagged),
    (_("a table; name it .csv or .tsv"), _is_table),
)
