"""The frozen document a reviewer approved, checked against its digest."""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.frozen import FrozenContent as Content
from annotations.models import Approval, FrozenContent
from annotations.services.verdicts.freeze import frozen_content
from annotations.services.verdicts.review_reads import Excerpt, FieldChange, excerpts_of, field_changes


@dataclass(frozen=True, slots=True)
class _Seen:
    """The approved content.

    `content` is None after a legal removal: digest, person and time remain. `changes` compare with the content published
    before, or, for a first version, with the submission before.
    """

    approval: Approval
    content: Content | None = None
    canonical: str = ""
    is_intact: bool = False
    rationale_html: str = ""
    excerpts: dict[str, Excerpt] = field(default_factory=dict)
    before_label: str = ""
    changes: list[FieldChange] = field(default_factory=list)


def seen_by(approval_id: UUID) -> _Seen | None:
    approval = (
        Approval.objects.select_related("person", "verdict", "claim", "frozen__payload").filter(pk=approval_id).first()
    )
    if approval is None:
        return None
    content, canonical = frozen_content(approval.frozen), approval.frozen.payload.body or ""
    if content is None:
        return _Seen(approval)
    label, before = _content_before(approval)
    return _Seen(
        approval=approval,
        content=content,
        canonical=canonical,
        # Computed here and now, from the bytes that are shown: the page must not repeat what a column says.
        is_intact=hashlib.sha256(canonical.encode()).hexdigest() == approval.content_sha256,
        rationale_html=content["verdict"]["rendered"]["html"],
        excerpts=excerpts_of(content),
        before_label=label,
        changes=field_changes(before, content) if before else [],
    )


def _content_before(approval: Approval) -> tuple[str, Content | None]:
    """Return the content published before this one, else the one submitted before."""
    older = FrozenContent.objects.select_related("payload").filter(
        claim=approval.claim_id, created_at__lt=approval.frozen.created_at
    )
    published = older.filter(verdicts__version__lt=approval.verdict.version, verdicts__published_at__isnull=False)
    for label, found in ((_("the version published before"), published), (_("the submission before"), older)):
        last = found.order_by("-created_at", "-pk").first()
        if last is not None:
            return label, frozen_content(last)
    return "", None
