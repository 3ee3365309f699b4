"""Make a revision current, set the roles of blocks, and read the stored original."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.limits import MAX_BLOCK_ROLES
from articles.models import BLOCK_ROLES, Article, ArticleRevision, BlockRole, ImportItem, ImportRun, PendingRevision
from articles.parsing import ParsedArticle, ParseError
from articles.parsing.decode import decode_text
from articles.parsing.wide import utf8_of
from articles.search.index import Searchable, replace_passages
from articles.services.reading import entry_of
from articles.services.runs import add_items, new_item
from core.database.composed import SOME_ID, Composed
from core.errors import InvalidInput, NotFound, Stale
from core.notices import tell_of_change


@dataclass(frozen=True, slots=True)
class EffectiveBlock:
    """A block with its effective role: the one a person set, else the proposed one."""

    tag: str
    start: int
    end: int
    role: str
    is_set: bool = False


def effective_blocks(revision: ArticleRevision, roles: dict[int, str] | None = None) -> list[EffectiveBlock]:
    """Return the blocks with the roles that people set. `roles` saves the query if they are known."""
    if roles is None:
        roles = _set_roles(revision)
    return [
        EffectiveBlock(
            block["tag"], block["start"], block["end"], roles.get(number, block["role"]), is_set=number in roles
        )
        for number, block in enumerate(revision.blocks)
    ]


def _set_roles(revision: ArticleRevision) -> dict[int, str]:
    """Return the roles that people set; the newest row of each block counts."""
    return dict(_ROLES.rows(revision.pk))


_ROLES: Composed[Any] = Composed(
    lambda revision: BlockRole.objects.filter(revision=revision).order_by("pk").values_list("block", "role"), SOME_ID
)


def make_current(*, revision: ArticleRevision) -> bool:
    """Show this revision to readers and index it. The caller has placed its passages in the same transaction.

    Returns False if a later revision is current already; then only the pending row is removed.
    """
    with transaction.atomic():
        # Without the revision: see `_locked_article`.
        article = Article.objects.select_for_update().get(pk=revision.article_id)
        before = article.current_revision
        PendingRevision.objects.filter(pk=revision.pk).delete()
        if before is not None and before.number >= revision.number:
            return False
        if before is not None:
            _carry_roles(before, revision)
        article.current_revision = revision
        article.save(update_fields=["current_revision", "updated_at"])
        _index(article, revision)
        tell_of_change(article=article.pk)
    return True


def set_block_role(*, article_id: UUID, block: int, role: str, person: User, now: datetime) -> EffectiveBlock:
    """Set the role of a block of the current revision. Furniture is not searched."""
    with transaction.atomic():
        set_block_roles(article_id=article_id, roles={block: role}, person=person, now=now)
        _article, revision = _locked_article(article_id)
        return effective_blocks(revision)[block]


def set_block_roles(
    *, article_id: UUID, roles: dict[int, str], person: User, now: datetime, expected: dict[int, str] | None = None
) -> dict[int, str]:
    """Set the roles of several blocks of the current revision, all or none. Returns the roles they had before.

    `expected` holds roles that the blocks must have still. Raises Stale, InvalidInput, NotFound.
    """
    check_permission(person, "article.edit")
    _check_roles(roles)
    with acting(person):
        article, revision = _locked_article(article_id)
        blocks = effective_blocks(revision)
        # By number: after another revision it may be another paragraph.
        if any(number >= len(blocks) or blocks[number].role != role for number, role in (expected or {}).items()):
            raise Stale(_("These paragraphs changed since then, so nothing was overwritten."))
        if unknown := [number for number in roles if not 0 <= number < len(blocks)]:
            raise NotFound(
                _("The article has {count} blocks; there is no block {unknown}.").format(
                    count=len(blocks), unknown=unknown[0]
                )
            )
        BlockRole.objects.bulk_create(
            BlockRole(article=article, revision=revision, block=number, role=role, set_by=person, set_at=now)
            for number, role in roles.items()
        )
        # Once for all of them: it rebuilds the search passages of the whole article.
        _index(article, revision)
        tell_of_change(article=article.pk)
    return {number: blocks[number].role for number in roles}


def _check_roles(roles: dict[int, str]) -> None:
    if len(roles) > MAX_BLOCK_ROLES:
        raise InvalidInput(
            _("At most {limit:,} blocks are set at once. Nothing was changed.").format(limit=MAX_BLOCK_ROLES)
        )
    if not set(roles.values()) <= set(BLOCK_ROLES):
        raise InvalidInput(_("A block is one of: {roles}. Nothing was changed.").format(roles=", ".join(BLOCK_ROLES)))


def _locked_article(article_id: UUID) -> tuple[Article, ArticleRevision]:
    """Lock the article; return it with its current revision. Raises NotFound."""
    # The revision comes by a query of its own. Joined, it would be missing after a wait for a new text: Postgres then looks at
    # the article as it is, and at the rows joined to it as they were.
    article = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None or article.current_revision is None:
        raise NotFound(_("This article does not exist or has no text yet."))
    return article, article.current_revision


def index_current(article: Article) -> None:
    """Rebuild the current revision's search passages after its language or a block's role changed."""
    if article.current_revision is not None:
        _index(article, article.current_revision)


def _index(article: Article, revision: ArticleRevision) -> None:
    blocks = effective_blocks(revision)
    replace_passages(Searchable(article.pk, revision.pk, revision.text, blocks, article.language))


def _carry_roles(before: ArticleRevision, after: ArticleRevision) -> None:
    """Copy the roles that people set to blocks with the same words in the next revision."""
    rows = {row.block: row for row in BlockRole.objects.filter(revision=before).order_by("pk")}
    if not rows:
        return
    new_blocks = {key: number for number, key in enumerate(_block_keys(after.text, after.blocks))}
    old_keys = _block_keys(before.text, before.blocks)
    BlockRole.objects.bulk_create(
        BlockRole(
            article_id=after.article_id,
            revision=after,
            block=new_blocks[old_keys[number]],
            role=row.role,
            set_by_id=row.set_by_id,
            set_at=row.set_at,
        )
        for number, row in rows.items()
        if number < len(old_keys) and old_keys[number] in new_blocks
    )


def _block_keys(text: str, blocks: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return each block's words with the count of earlier equal blocks, so that repeated blocks stay apart."""
    seen: Counter[str] = Counter()
    keys = []
    for block in blocks:
        words = text[block["start"] : block["end"]]
        keys.append((words, seen[words]))
        seen[words] += 1
    return keys


_WHERE = ("file", "type", "base", "is_at", "range", "line", "expected")


@dataclass(frozen=True, slots=True)
class Original:
    """`data` is the article's own part of the import: its line, row or entry, or the whole file."""

    data: bytes
    content_type: str
    name: str
    declared_type: str = ""  # with the charset of the HTTP header

    @property
    def is_text(self) -> bool:
        return b"\x00" not in utf8_of(self.data[:4096]) and not self.data.startswith((b"%PDF", b"PK\x03\x04"))

    @property
    def text(self) -> str:
        """Decode with the detected encoding; invalid bytes become U+FFFD."""
        charset = self.declared_type.partition("charset=")[2].partition(";")[0].strip(" \"'")
        try:
            return decode_text(self.data, charset=charset, is_markup="html" in self.content_type).text
        except ParseError:
            return self.data.decode(errors="replace")


def original_of(revision: ArticleRevision) -> Original:
    """Return the stored original. Raises NotFound if nothing was kept."""
    item = _item_of(revision)
    parsed = entry_of(item=item, run=item.run)
    name = item.locator.get("file") or item.name
    if isinstance(parsed, ParsedArticle):
        return Original(parsed.raw, parsed.content_type, name, item.locator.get("type", ""))
    raise NotFound(
        _("The original cannot be read any more: {reason}").format(reason=parsed.detail)
        if parsed
        else _("The original is gone.")
    )


def extract_again(*, person: User, article_id: UUID, now: datetime) -> ImportRun:
    """Parse the stored original again with the current parsers.

    An equal text changes nothing; a different one becomes a revision, which waits for a person if it changes claims.
    """
    check_permission(person, "article.import")
    article = Article.objects.select_related("current_revision__raw").filter(pk=article_id).first()
    if article is None or article.current_revision is None:
        raise NotFound(_("This article does not exist or has no text yet."))
    item = _item_of(article.current_revision)
    where = {key: item.locator[key] for key in _WHERE if key in item.locator}
    where |= {"entry": item.locator.get("entry", 0), "anonymous": True, "article": str(article.pk)}
    options = {key: value for key, value in item.run.options.items() if key == "columns"} | {"shows_first": True}
    with acting(person):
        run = ImportRun.objects.create(
            label=_("Extracted again: {title}").format(title=article.title)[:300],
            source=item.run.source,
            options=options,
            created_by=person,
            created_at=now,
        )
        add_items(run=run, items=[new_item(name=item.name, raw=item.raw, locator=where)], now=now)
    return run


def _item_of(revision: ArticleRevision) -> ImportItem:
    """Return the item that brought this revision's bytes."""
    items = (
        ImportItem.objects.select_related("run__source", "raw")
        .filter(article=revision.article_id, raw=revision.raw_id, raw__isnull=False)
        .exclude(state=ImportItem.State.FAILED)
    )
    item = items.order_by("finished_at", "pk").first()
    if not isinstance(item, ImportItem):
        raise NotFound(_("No original was kept for this text."))
    return item
