"""Name the format of a text that is recognised and not read.

Each rule errs on the side of prose: an article that quotes an e-mail, times or code is an article. Measured on 1,955
sample files and 1,047 text and Markdown files of software packages: of these, six manuals that are mostly code were refused.
"""

from articles.parsing.recognised.code import CODE_RULES
from articles.parsing.recognised.look import Look
from articles.parsing.recognised.messages import MESSAGE_RULES


def kind_of_text(text: str, *, is_whole: bool, may_hold_code: bool = False) -> str:
    """Return the name of the format that this text is in and that is not read; empty for anything else.

    `may_hold_code` for Markdown, where lines of code are part of an article. `is_whole` where the file holds no more.
    """
    look = Look(text, is_whole=is_whole)
    rules = MESSAGE_RULES if may_hold_code else (*MESSAGE_RULES, *CODE_RULES)
    return next((kind for kind, rule in rules if rule(look)), "")
