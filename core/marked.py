"""Texts of modules that know no Django: marked for translators, and translated by whatever the app has installed.

`mark` is imported as `_`, and `gettext` and `ngettext` keep their names: these are what `makemessages` looks for.
"""

from collections.abc import Callable


def mark(text: str) -> str:
    """Return the text as it is; whoever draws it translates it."""
    return text


def _choose(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


_translate: Callable[[str], str] = mark
_translate_count: Callable[[str, str, int], str] = _choose


def install(translate: Callable[[str], str], translate_count: Callable[[str, str, int], str]) -> None:
    """Translate with these from now on. Called once, when Django is ready."""
    global _translate, _translate_count  # the one place where the pure modules meet Django
    _translate, _translate_count = translate, translate_count


def gettext(text: str) -> str:
    return _translate(text)


def ngettext(one: str, many: str, count: int) -> str:
    return _translate_count(one, many, count)
