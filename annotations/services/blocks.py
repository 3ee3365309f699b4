"""Saying what several blocks of an article are, in one go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from annotations.errors import NotFound
from articles.models import Article
from articles.services.revisions import effective_blocks, set_block_role


def set_block_roles(*, article_id: UUID, roles: dict[int, str], person: User, now: datetime) -> dict[int, str]:
    """Give each block of the current revision its role, all or none. Answers the roles they had before."""
    with transaction.atomic():
        article = Article.objects.select_related("current_revision").filter(pk=article_id).first()
        if article is None or article.current_revision is None:
            raise NotFound("This article does not exist or has no text yet.")
        before = {number: block.role for number, block in enumerate(effective_blocks(article.current_revision))}
        for number, role in roles.items():
            set_block_role(article_id=article_id, block=number, role=role, person=person, now=now)
    return {number: before[number] for number in roles}
