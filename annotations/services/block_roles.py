"""Set which blocks of an article are its text, so that the person can undo it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import User
from annotations.services.acts.record import record_roles
from articles.services.revisions import set_block_roles


def set_roles(*, person: User, article_id: UUID, roles: dict[int, str], now: datetime) -> str:
    """Set the roles of several blocks, all or none. Returns in words what became of them."""
    with transaction.atomic():
        before = set_block_roles(article_id=article_id, roles=roles, person=person, now=now)
        words = _tell(roles)
        record_roles(article_id, _as_json(before), _as_json(roles), words, person=person, now=now)
    return words


def _tell(roles: dict[int, str]) -> str:
    count = len(roles)
    if set(roles.values()) == {"furniture"}:
        words = ngettext(
            "The block is dimmed as site furniture, out of the finder and of exports",
            "{count} blocks are dimmed as site furniture, out of the finder and of exports",
            count,
        )
    else:
        words = ngettext(
            "The block is part of the article again", "{count} blocks are part of the article again", count
        )
    return words.format(count=count)


def _as_json(roles: dict[int, str]) -> dict[str, str]:
    return {str(number): role for number, role in roles.items()}
