"""SQL of the working material: articles, claims, evidence and verdicts, published or not, as JSON that Postgres writes.

Built in Postgres and passed on as text: reading it into Python and writing it again took most of an export's time.
"""

from django.conf import settings

from publishing.exports.snapshot import Rows

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_STANDING = "c.removed_at IS NULL AND c.merged_into_id IS NULL"
# A passage with its placement in the article's current revision. Orphans have no placement text, so `_PLACE` falls back
# to the words as marked.
_PASSAGE = (
    "annotations_passage p JOIN articles_article par ON par.id = p.article_id"
    " LEFT JOIN annotations_placement pl ON pl.passage_id = p.id AND pl.revision_id = par.current_revision_id"
)
_PLACE = {
    "article": "p.article_id",
    "exact": "coalesce(nullif(pl.exact, ''), p.exact)",
    "prefix": "p.prefix",
    "suffix": "p.suffix",
    "start": "pl.start",
    '"end"': 'pl."end"',
    "placement": "pl.status",
}


def _object(**columns: str) -> str:
    return f"(SELECT row_to_json(o_) FROM (SELECT {', '.join(f'{sql} AS {name}' for name, sql in columns.items())}) o_)"


_ARTICLES = Rows(
    "articles_article ar JOIN articles_articlerevision r ON r.id = ar.current_revision_id"
    " LEFT JOIN articles_source so ON so.id = ar.source_id",
    _object(
        type="'article'",
        id="ar.id",
        url="ar.url",
        external_id="ar.external_id",
        title="ar.title",
        byline="ar.byline",
        source="so.name",
        language="ar.language",
        published_at=_TIME.format("ar.published_at"),
        revision="r.number",
        sha256="r.sha256",
        text="r.text",
    ),
    "ar.id",
)
_APPEARANCES = (
    "(SELECT coalesce(json_agg("
    + _object(
        id="a.id",
        **_PLACE,
        mode="a.mode",
        said_at=_TIME.format("a.said_at"),
        has_said_time="a.has_said_time",
        said_where="a.said_where",
        relayed_via="a.relayed_via",
    )
    + f" ORDER BY a.created_at, a.id), '[]') FROM annotations_appearance a JOIN ({_PASSAGE}) ON p.id = a.passage_id"
    " WHERE a.claim_id = c.id AND a.removed_at IS NULL)"
)
_CLAIMS = Rows(
    "annotations_claim c LEFT JOIN annotations_claimant cl ON cl.id = c.claimant_id",
    _object(
        type="'claim'",
        id="c.id",
        statement="c.statement",
        state="c.state",
        claimant="cl.name",
        claimant_role="cl.role",
        topics="to_json(c.topics)",
        parked_reason="c.parked_reason",
        selection_reason="c.selection_reason",
        priority="c.priority",
        due_at=_TIME.format("c.due_at"),
        created_at=_TIME.format("c.created_at"),
        appearances=_APPEARANCES,
    ),
    "c.id",
    _STANDING,
)
_EVIDENCE_SOURCE = (
    f"annotations_evidence e LEFT JOIN ({_PASSAGE}) ON p.id = e.passage_id JOIN annotations_claim c"
    " ON c.id = e.claim_id"
)
_EVIDENCE = Rows(
    _EVIDENCE_SOURCE,
    _object(
        type="'evidence'",
        id="e.id",
        claim="e.claim_id",
        n="e.number",
        stance="e.stance",
        source_class="e.source_class",
        note="e.note",
        url="e.url",
        quote="e.quote",
        archived_url="e.archived_url",
        accessed_at=_TIME.format("e.accessed_at"),
        verified="e.verified",
        **_PLACE,
    ),
    "e.id",
    f"e.removed_at IS NULL AND {_STANDING}",
)
_VERDICTS = Rows(
    "annotations_verdict v JOIN annotations_claim c ON c.id = v.claim_id"
    " LEFT JOIN annotations_rating ra ON ra.id = v.rating_id",
    _object(
        type="'verdict'",
        id="v.id",
        claim="v.claim_id",
        version="v.version",
        status="v.status",
        headline="v.headline",
        rating="coalesce(nullif(v.rating_text, ''), ra.label)",
        summary="v.summary",
        rationale="v.rationale",
        language="v.language",
        byline="to_json(v.byline)",
        updated_at=_TIME.format("v.updated_at"),
    ),
    "v.id",
    _STANDING,
)


def working_parts() -> tuple[Rows, ...]:
    return _ARTICLES, _CLAIMS, _EVIDENCE, _VERDICTS


def annotation_parts() -> tuple[Rows, ...]:
    """Return the same marks as W3C annotations; built on call, because the desk's address is a setting.

    `source` is the article's address in the API, which also takes it back.
    """
    # A literal in SQL: an apostrophe would end it, and no host name has one.
    articles = f"'{settings.SITE_URL.replace(chr(39), '')}/api/v1/articles/'"
    quote = (
        f"json_build_object('type', 'TextQuoteSelector', 'exact', {_PLACE['exact']},"
        " 'prefix', p.prefix, 'suffix', p.suffix)"
    )
    position = """json_build_object('type', 'TextPositionSelector', 'start', pl.start, 'end', pl."end")"""
    selector = (
        f"CASE WHEN pl.start IS NULL THEN json_build_array({quote}) ELSE json_build_array({quote}, {position}) END"
    )
    target = f"json_build_object('source', {articles} || p.article_id, 'selector', {selector})"
    claims = Rows(
        f"annotations_appearance a JOIN annotations_claim c ON c.id = a.claim_id JOIN ({_PASSAGE}) ON p.id = a.passage_id",
        _annotation(
            "a",
            "json_build_array('highlighting', 'describing')",
            f"CASE WHEN c.statement = '' THEN '[]' ELSE json_build_array({_text_body('c.statement', 'describing')}) END",
            target,
        ),
        "a.id",
        f"a.removed_at IS NULL AND {_STANDING}",
    )
    evidence = Rows(
        _EVIDENCE_SOURCE,
        _annotation(
            "e",
            "'linking'",
            "json_build_array(json_build_object('source', 'urn:uuid:' || e.claim_id, 'purpose', 'linking'),"
            f" {_text_body('e.stance', 'classifying')})",
            f"CASE WHEN p.id IS NULL THEN json_build_object('source', e.url) ELSE {target} END",
        ),
        "e.id",
        f"e.removed_at IS NULL AND {_STANDING}",
    )
    return claims, evidence


def _text_body(column: str, purpose: str) -> str:
    return (
        f"json_build_object('type', 'TextualBody', 'format', 'text/plain', 'purpose', '{purpose}', 'value', {column},"
        " 'textDirection', 'auto')"
    )


def _annotation(row: str, motivation: str, body: str, target: str) -> str:
    """Return the annotation of a row with `id` and `created_at`."""
    return (
        "json_build_object('@context', 'http://www.w3.org/ns/anno.jsonld',"
        f" 'id', 'urn:uuid:' || {row}.id, 'type', 'Annotation', 'motivation', {motivation},"
        f" 'created', {_TIME.format(f'{row}.created_at')}, 'body', {body}, 'target', {target})"
    )
