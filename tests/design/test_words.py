"""A new text for people stands in a gettext call: in scripts, templates and Python.

Found by shape, not by meaning: a string that begins like a sentence and has a space in it, and single words where scripts
show them. Words that are put together elsewhere, or a label of one lower-case word, get past.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)

_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_CALL = re.compile(r"\b(?:gettext|ngettext)\(")
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`")
# A sentence or a label of several words; a template literal that puts words around a value.
_SENTENCE = re.compile(r"^\s?[A-Z“…][\w’',.:;!?“”]*\s\S|^\s?[A-Z“][a-z]+ ?\$\{|[.!?] [A-Z]")
_SHOWN = re.compile(
    r"(?:(?:announce|toast|say)\(|(?:label|title|word|section|kept|text|yes|confirm\w*): |textContent = |aria-label\", )$"
)
# Attributes and drawing that begin with a capital.
_CODE = re.compile(r"^M[\d$]|^Key|\[|^Content-")


def texts_of_script(source: str) -> Iterator[str]:
    """Yield each literal of a module that looks like a text for people and stands in no call of gettext."""
    source = _COMMENT.sub("", source)
    calls = [(match.end(), end_of_call(source, match.end())) for match in _CALL.finditer(source)]
    for match in _LITERAL.finditer(source):
        words = match[0][1:-1]
        is_shown = re.match(r"[A-Z]", words) and _SHOWN.search(source[: match.start()])
        if not (_SENTENCE.search(words) or is_shown) or _CODE.search(words):
            continue
        if match[0][0] == "`" or not any(start <= match.start() < end for start, end in calls):
            yield words


def end_of_call(source: str, start: int) -> int:
    depth, at = 1, start
    while depth:
        at += 1
        depth += {"(": 1, ")": -1}.get(source[at], 0)
    return at


def test_texts_of_scripts_stand_in_gettext_calls():
    found = {
        f"{path.relative_to(ROOT)}: {words}"
        for path in sorted((ROOT / "static/js").rglob("*.js"))
        for words in texts_of_script(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_a_text_outside_gettext_is_found_in_a_script():
    source = """
      // A comment "About words" is none.
      announce("Saved");
      toast(gettext("You were signed out (again). Sign in."), { label: gettext("Sign in") });
      button.className = "button is-small";
      const many = `${count} suggestions for you. Take one`;
      const kept = "Your words are kept.";
      set("aria-label", "Notices");
      const said = gettext(`Selected: ${words}`);
    """
    assert list(texts_of_script(source)) == [
        "Saved",
        "${count} suggestions for you. Take one",
        "Your words are kept.",
        "Notices",
        "Selected: ${words}",
    ]


# Python: the rooms with texts for people. Left out: the API's descriptions (a contract in English), commands, checks and
# proofs for the operator, the support site, SQL, and words that are stored as data (the presets of scales).
ROOMS = ("core", "accounts", "articles", "annotations", "publishing", "board")
UNSEEN = re.compile(
    r"/(migrations|management|database|audit_proof|anchoring|search)/"
    r"|/(admin|checks|proofs|presets|querysets|lookups|working|snapshot|webannotation_check|ninjs|datafeed|in_turn)\.py$"
)
# Words that are data: a name, a default, the name of a fixed header, reasons that the trail stores as they were, and the feed's
# sentences, which a guard of the database knows.
_DATA = {"Press Trust of India", "Fact-checking desk", "Edited; what was submitted had the digest {}"}
_DATA |= {"Words under {} published checks", "The words under a published check", "{} changed: {}."}
_DATA |= {"{} changed; nobody at the desk has decided on it yet."}
_HEADER = re.compile(r"^[A-Z][\w-]+: (?:mailto:)?\{\}(?:\{\})?$")
_GETTEXT = {"_", "_lazy", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# Errors that nobody is shown, logs, and what Django never draws on a page of ours.
_SILENT = {
    "ValueError",
    "TypeError",
    "RuntimeError",
    "KeyError",
    "LookupError",
    "AssertionError",
    "ImproperlyConfigured",
}
_SILENT |= {"debug", "info", "warning", "error", "exception", "RequestDataTooBig", "cast", "TypeVar", "PlanError"}
_UNDRAWN = {"help_text", "db_comment", "what", "verbose_name"}
_WORDS = re.compile(r"^[A-Z“{][^\n]*?[a-z’'”}]{2,}[,:;.]? [a-z“{\"(]|^Nothing ")
_NO_WORDS = re.compile(
    r"^(?:[A-Z]{3,}|CASE|EXISTS|FROM|ARRAY)\b[^a-z]*|[<>]|^\{\w*\} [A-Z]{2,}|::|charset|^(?:Bearer|QuerySet|Callable|Iterable)"
)


class _Texts(ast.NodeVisitor):
    """Collect what looks like a sentence or a label and stands in no call of gettext; f-strings inside such calls too."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _GETTEXT:
            self.found += [ast.unparse(each) for each in ast.walk(node) if isinstance(each, ast.JoinedStr)]
        elif name not in _SILENT:
            self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _UNDRAWN:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name != "__str__":  # the support site's
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._look("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._look(node.value)

    def _look(self, text: str) -> None:
        is_data = text in _DATA or _NO_WORDS.search(text) or _HEADER.search(text)
        if _WORDS.search(text) and re.search("[a-z]{2}", text.replace("{}", "")) and not is_data:
            self.found.append(text)


def texts_of_module(source: str) -> list[str]:
    visitor = _Texts()
    visitor.visit(ast.parse(source))
    return visitor.found


def test_texts_of_python_stand_in_gettext_calls():
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if not UNSEEN.search(path.as_posix())
        for words in texts_of_module(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Templates: the words between tags, and the attributes that are read out or shown.
_HIDDEN = re.compile(
    r"\{#.*?#\}|\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->|<(script|style|code|pre)\b.*?</\1>"
    r"|\{%\s*block (?:main_class|main_attributes|body_class)\s*%\}.*?\{%\s*endblock\b.*?%\}"
    r"|\{%\s*blocktranslate.*?%\}.*?\{%\s*endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}|&\w+;",
    re.DOTALL,
)
_SPOKEN = re.compile(
    r'\b(?:aria-label|title|placeholder|alt|data-label|data-said|data-confirm(?:-title|-yes)?)="([^"]*)"'
)
_NAMES = {"UTC", "SHA-256"}  # the same in every language
_TAG = re.compile(r"\{%(?!\s*(?:translate|blocktranslate|url|static|extends)\b)(.*?)%\}|\{\{(.*?)\}\}", re.DOTALL)
_MARKED = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
_ARGUMENT = re.compile(r"""["']([A-Z][a-z]{2,}[^"']*)["']""")


def texts_of_template(source: str) -> list[str]:
    shown = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    arguments = [
        words for tag in _TAG.finditer(shown) for words in _ARGUMENT.findall(_MARKED.sub("", tag[1] or tag[2]))
    ]
    source = _HIDDEN.sub("", source)
    texts = [*arguments, *_SPOKEN.findall(source), *re.sub(r"<[^>]*>", "\n", source).split("\n")]
    return [text.strip() for text in texts if re.search(r"[A-Za-z]{2}", text) and text.strip() not in _NAMES]


def test_texts_of_templates_stand_in_gettext_calls():
    pages = [
        path
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if not re.search("styleguide|templates/django", path.as_posix())
    ]
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in pages
        for words in texts_of_template(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_text_outside_gettext_is_found_in_python_and_in_a_template():
    source = '''
def save(name):
    """Save what it is."""
    logger.info("Saved a thing")
    raise InvalidInput("Nothing was saved. Try again.")
    raise InvalidInput(f"The {name} is missing.")
    raise InvalidInput(_(f"The {name} is empty."))
    return _("The {name} is saved.").format(name=name)
'''
    assert texts_of_module(source) == [
        "Nothing was saved. Try again.",
        "The {} is missing.",
        "f'The {name} is empty.'",
    ]
    html = (
        '<p title="Old words">{% translate "New" %} {{ name }}</p><b>{% icon "x" %}Left out</b><code>manage.py</code>'
    )
    assert texts_of_template(html) == ["Old words", "Left out"]
    assert texts_of_template('{% status "paused" "Switched off" %}{{ a|default:_("None") }}') == ["Switched off"]


class _Keys(HTMLParser):
    """Collect the `<kbd>` of a template that stand where a phone shows them too (static/css/components/actions.css)."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag == "kbd" and not any(
            name in {"button", "a", "summary"} or {"only-keys", "search"} & set(own.split()) for name, own in self.open
        ):
            self.found.append(self.get_starttag_text() or tag)
        if tag not in {"input", "br", "img", "meta", "link", "hr"}:
            self.open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass


def test_no_sentence_speaks_of_keys_on_a_phone():
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if "styleguide" not in path.as_posix():
            source = path.read_text(encoding="utf-8")
            parser = _Keys()
            parser.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL))
            spoken = re.findall(r"\b[Pp]ress [a-z]\b", source)
            found += [f"{path.relative_to(ROOT)}: {key}" for key in [*parser.found, *spoken]]
    assert found == []
