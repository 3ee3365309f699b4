"""Shapes of the desk's own work: claims, evidence, verdicts, articles, sources, imports."""

from annotations.models import Appearance, Claim, Claimant, Evidence, Placement, RatingClass
from annotations.workflow import CORRECTION_KINDS, STATUSES
from api.schema.build import (
    ANY_OBJECT,
    AT,
    COUNT,
    DAY_OR_AT,
    ID,
    NUMBER,
    SHA256,
    TEXT,
    URL,
    YES,
    Schema,
    listing,
    many,
    maybe,
    obj,
    one_of,
    ref,
)
from articles.models import BLOCK_ROLES

PERSON = obj(id=ID, name=TEXT)
_MODE = maybe(one_of(*Appearance.Mode.values))
_STANCE = one_of(*Evidence.Stance.values)
_RATING_CLASS = one_of(*RatingClass.values)
_SUGGESTION = obj(start=COUNT, end=COUNT, exact=TEXT, score=NUMBER)
_PASSAGE = {
    "id": ID, "article": ID, "exact": TEXT, "prefix": TEXT, "suffix": TEXT, "mode": _MODE, "said_at": maybe(DAY_OR_AT),
}  # fmt: skip

CLAIM_SHAPES: dict[str, Schema] = {
    "Person": PERSON,
    "Claimant": obj(
        id=ID, name=TEXT, kind=one_of(*Claimant.Kind.values), role=TEXT, same_as=many(URL), created_at=AT
    ),
    "ClaimantList": listing("Claimant"),
    "Placement": obj(
        "Where a passage stands in one revision: zero-based half-open code points; no offsets while it is orphaned.",
        id=ID, revision=COUNT, start=maybe(COUNT), end=maybe(COUNT), exact=TEXT,
        status=one_of(*Placement.Status.values), confirmed_at=maybe(AT), suggestion=maybe(_SUGGESTION),
    ),
    "Appearance": obj(
        "Where a claim stands, with its place in the newest revision.",
        **_PASSAGE, said_where=TEXT, relayed_via=TEXT, placement=maybe(ref("Placement")),
    ),
    "EvidencePassage": obj(
        "A passage of an article; the members of an appearance, those about speech null.",
        **_PASSAGE, said_where=maybe(TEXT), relayed_via=maybe(TEXT), placement=maybe(ref("Placement")),
    ),
    "Evidence": obj(
        "`n` is the number of [En] in the rationale. `verified`: who found the quote where it is said to be.",
        id=ID, claim=ID, n=COUNT, stance=_STANCE, source_class=maybe(one_of(*Evidence.SOURCE_CLASSES)), note=TEXT,
        passage=maybe(ref("EvidencePassage")), url=maybe(URL), quote=TEXT, archived_url=maybe(URL),
        accessed_at=maybe(AT), verified=maybe(one_of("stored_text", "fetched_copy", "person")),
        is_compared=YES,
    ),
    "Rating": obj(
        id=ID, label=TEXT, class_=_RATING_CLASS, value=maybe(NUMBER), definition=TEXT, scale=ID,
    ),
    "Approval": obj(
        person=ref("Person"), action=one_of("publish", "retract", "restore", "legal_removal"),
        content_sha256=SHA256, note=TEXT, at=AT,
    ),
    "Verdict": obj(
        "One version of the desk's conclusion. `missing` is there in a 202: what is still waited for.",
        ("missing",),
        id=ID, claim=ID, version=COUNT, status=one_of(*STATUSES), headline=TEXT, language=TEXT, byline=many(TEXT),
        rating=maybe(ref("Rating")), rating_text=TEXT, summary=TEXT, rationale=TEXT,
        correction=maybe(obj(kind=one_of(*CORRECTION_KINDS), note=TEXT)), contributors=many(ref("Person")),
        content_sha256=maybe(SHA256), approvals=many(ref("Approval")), topics=many(TEXT), waived=ANY_OBJECT,
        not_before=maybe(AT), valid_until=maybe({"type": "string", "format": "date"}), created_at=AT, updated_at=AT,
        submitted_at=maybe(AT), published_at=maybe(AT), missing=many(TEXT),
    ),
    "VerdictList": listing("Verdict"),
    "VerdictEvent": obj(
        "An event of the audit trail. `move` is there where it is a step of the workflow.",
        seq=COUNT, at=AT, actor=maybe(ref("Person")), via=TEXT, action=TEXT, object=obj(table=TEXT, id=TEXT),
        before_sha256=maybe(SHA256), after_sha256=maybe(SHA256), previous_hash=TEXT, hash=SHA256, request_id=TEXT,
        move=maybe(obj(
            action=TEXT, from_=TEXT, to=TEXT, reason=TEXT, content_sha256=maybe(SHA256), is_override=YES,
            is_single_approval=YES,
        )),
    ),
    "VerdictEventList": listing("VerdictEvent"),
    "Claim": obj(
        "A checkable statement with all under it; `verdict` is its newest version.",
        id=ID, statement=TEXT, claimant=maybe(ref("Claimant")), state=one_of(*Claim.State.values), parked_reason=TEXT,
        selection_reason=TEXT, topics=many(TEXT), assigned_to=maybe(ref("Person")), reviewer=maybe(ref("Person")),
        priority={"type": "integer", "minimum": 1, "maximum": 3},
        due_at=maybe(AT), appearances=many(ref("Appearance")), evidence=many(ref("Evidence")),
        verdict=maybe(ref("Verdict")),
        fact_check=maybe(obj(id=ID, url=URL, version=COUNT, state=TEXT)),
        created_by=maybe(ref("Person")), created_at=AT, updated_at=AT,
    ),
    "ClaimList": listing("Claim"),
    "Comment": obj(
        id=ID, claim=ID, verdict=maybe(ID), evidence=maybe(ID), in_reply_to=maybe(ID), field=maybe(TEXT), body=TEXT,
        is_blocking=YES, suggestion=maybe(obj(from_=TEXT, to=TEXT)), author=ref("Person"), created_at=AT,
        resolved_by=maybe(ref("Person")), resolved_at=maybe(AT), resolution=maybe(TEXT),
    ),
    "CommentList": listing("Comment"),
    "RatingScale": obj(
        id=ID, key=TEXT, version=COUNT, name=TEXT, description=TEXT, is_default=YES, is_free_text=YES,
        ratings=many(obj(
            id=ID, label=TEXT, class_=_RATING_CLASS, value=maybe(NUMBER), definition=TEXT, colour=TEXT, icon=TEXT,
        )),
    ),
    "RatingScaleList": listing("RatingScale"),
}  # fmt: skip

_BLOCK = obj(tag=TEXT, role=one_of(*BLOCK_ROLES), start=COUNT, end=COUNT)
_ARTICLE = {
    "id": ID, "url": maybe(URL), "external_id": maybe(TEXT), "title": TEXT, "source": maybe(ref("SourceName")),
    "origin": maybe(ref("SourceName")), "byline": TEXT, "published_at": maybe(AT), "language": TEXT,
}  # fmt: skip
_SOURCE = {"id": ID, "name": TEXT, "domain": maybe(TEXT), "language": TEXT, "country": TEXT, "interests": TEXT}
_REVISION = {"id": ID, "number": COUNT, "sha256": SHA256, "text_profile": TEXT, "captured_at": AT}

ARTICLE_SHAPES: dict[str, Schema] = {
    "Source": obj(**_SOURCE, created_at=AT),
    "SourceList": listing("Source"),
    "SourceName": obj(id=ID, name=TEXT, domain=maybe(TEXT)),
    "Revision": obj(
        "An immutable text; offsets are zero-based half-open code points of `text`, the headline included.",
        **_REVISION, text=TEXT, blocks=many(_BLOCK),
    ),
    "RevisionSummary": obj(**_REVISION),
    "RevisionList": listing("RevisionSummary"),
    "Article": obj(
        "An article with the revision that readers see.",
        **_ARTICLE,
        also_published_by=many(obj(article=ID, source=maybe(ref("SourceName")), title=TEXT, similarity=NUMBER)),
        revision=maybe(ref("Revision")), created_at=AT, updated_at=AT,
    ),
    "ArticleSummary": obj(
        "An article as it stands in lists, without its text.",
        **_ARTICLE, revision=maybe(ref("RevisionSummary")), created_at=AT, updated_at=AT,
    ),
    "ArticleList": listing("ArticleSummary"),
    "ImportList": listing("Import"),
    "Import": obj(
        "One background import. `items` and `errors` list the first thousand. `held`: a person of the desk wants to see"
        " first what it changes; nothing that is begun here waits so.",
        id=ID, state=one_of("queued", "running", "held", "finished", "failed", "cancelled"), label=TEXT, total=COUNT, done=COUNT,
        created=COUNT, updated=COUNT, unchanged=COUNT, failed=COUNT,
        errors=many(obj(item=TEXT, code=TEXT, detail=TEXT)),
        items=many(obj(
            item=TEXT,
            state=one_of("queued", "running", "held", "created", "updated", "unchanged", "failed", "cancelled"),
            article=maybe(ID), revision=maybe(COUNT),
        )),
        created_at=AT, started_at=maybe(AT), finished_at=maybe(AT),
    ),
    "ImportPreview": obj(
        "What an import would do. Nothing was stored. The first thousand items; `is_complete` says whether that is all.",
        dry_run={"const": True}, is_complete=YES,
        items=many(obj(
            item=TEXT, outcome=one_of("created", "updated", "unchanged", "failed"), article=maybe(ID), code=TEXT,
            detail=TEXT, effects=maybe(ref("ImportEffects")),
        )),
    ),
    "ImportEffects": obj(
        "How many claims rest on words of the article that change, move, go or stay; null where none rests on it."
        " `changes` lists at most 200 passages.",
        changed=COUNT, moved=COUNT, orphaned=COUNT, placed=COUNT,
        changes=many(obj(
            claim=ID, statement=TEXT, passage=ID, status=one_of("changed", "moved", "orphaned"), old=TEXT, new=TEXT,
            is_harmless=YES, is_evidence=YES, is_published=YES,
        )),
    ),
}  # fmt: skip
