"""Articles, revisions, sources and imports. Aliases: ar article, r revision, so source, ir import run, ii import item."""

from uuid import UUID

from api.documents.sql import (
    array,
    objects,
    one,
    time,
)
from api.json import Raw

MOST_ITEMS = 1_000

SOURCE = objects(
    id="so.id",
    name="so.name",
    domain="so.domain",
    language="so.language",
    country="so.country",
    interests="so.interests",
    created_at=time("so.created_at"),
)
_SOURCE_NAME = (
    "(SELECT json_build_object('id', so.id, 'name', so.name, 'domain', so.domain)"
    " FROM articles_source so WHERE so.id = {})"
)

_REVISION_FIELDS = {
    "id": "r.id", "number": "r.number", "sha256": "r.sha256", "text_profile": "r.text_profile",
    "captured_at": time("r.captured_at"),
}  # fmt: skip
# What a person said of a block counts before what was proposed; the newest word of all.
_ROLE = (
    "coalesce((SELECT br.role FROM articles_blockrole br WHERE br.revision_id = r.id AND br.block = b.ordinality - 1"
    " ORDER BY br.id DESC LIMIT 1), b.value->>'role')"
)
_BLOCKS = array(
    objects(tag="b.value->'tag'", role=_ROLE, start="b.value->'start'", end="b.value->'end'"),
    "jsonb_array_elements(r.blocks) WITH ORDINALITY b",
    "b.ordinality",
)
REVISION_SUMMARY = objects(**_REVISION_FIELDS)
REVISION = objects(**_REVISION_FIELDS, text="r.text", blocks=_BLOCKS)

_FIELDS = {
    "id": "ar.id",
    "url": "ar.url",
    "external_id": "ar.external_id",
    "title": "ar.title",
    "source": _SOURCE_NAME.format("ar.source_id"),
    "origin": _SOURCE_NAME.format("ar.origin_id"),
    "byline": "ar.byline",
    "published_at": time("ar.published_at"),
    "language": "ar.language",
}
_TIMES = {"created_at": time("ar.created_at"), "updated_at": time("ar.updated_at")}
_ALSO = array(
    objects(article="o.id", source=_SOURCE_NAME.format("o.source_id"), title="o.title", similarity="ap.similarity"),
    "articles_alsopublished ap JOIN articles_article o"
    " ON o.id = CASE WHEN ap.article_id = ar.id THEN ap.other_id ELSE ap.article_id END"
    " WHERE (ap.article_id = ar.id OR ap.other_id = ar.id) AND NOT ap.is_dismissed",
    "ap.similarity DESC, o.id",
)
ARTICLE_SUMMARY = objects(
    **_FIELDS,
    revision=f"(SELECT {REVISION_SUMMARY} FROM articles_articlerevision r WHERE r.id = ar.current_revision_id)",
    **_TIMES,
)
ARTICLE = objects(
    **_FIELDS,
    also_published_by=_ALSO,
    revision=f"(SELECT {REVISION} FROM articles_articlerevision r WHERE r.id = ar.current_revision_id)",
    **_TIMES,
)

_ITEMS = "(SELECT * FROM articles_importitem WHERE run_id = ir.id {} ORDER BY position, id LIMIT {}) ii"
IMPORT = objects(
    id="ir.id",
    state="ir.state",
    label="ir.label",
    total="ir.total",
    done="ir.done",
    created="ir.created",
    updated="ir.updated",
    unchanged="ir.unchanged",
    failed="ir.failed",
    errors=array(
        objects(item="ii.name", code="ii.code", detail="ii.detail"),
        _ITEMS.format("AND state = 'failed'", MOST_ITEMS),
        "ii.position, ii.id",
    ),
    items=array(
        objects(
            item="ii.name",
            state="ii.state",
            article="ii.article_id",
            revision="(SELECT r.number FROM articles_articlerevision r WHERE r.id = ii.revision_id)",
        ),
        _ITEMS.format("", MOST_ITEMS),
        "ii.position, ii.id",
    ),
    created_at=time("ir.created_at"),
    started_at=time("ir.started_at"),
    finished_at=time("ir.finished_at"),
)


def article_document(article_id: UUID | str) -> Raw | None:
    return one(ARTICLE, "articles_article ar WHERE ar.id = %s", [article_id])


def revision_document(article_id: UUID | str, number: int) -> Raw | None:
    return one(REVISION, "articles_articlerevision r WHERE r.article_id = %s AND r.number = %s", [article_id, number])


def source_document(source_id: UUID | str) -> Raw | None:
    return one(SOURCE, "articles_source so WHERE so.id = %s", [source_id])


def import_document(run_id: UUID | str) -> Raw | None:
    return one(IMPORT, "articles_importrun ir WHERE ir.id = %s", [run_id])
