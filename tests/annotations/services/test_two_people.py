"""One human never counts as two: whoever made a token counts with the person it acts for."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.audit import acting, via
from accounts.models import AuditEvent
from accounts.services import create_token, rotate_token
from annotations.errors import ContributorMayNotApprove, OnePersonTwice, refusals
from annotations.models import Approval
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from publishing.services import withdrawals
from tests.annotations import story

pytestmark = pytest.mark.django_db

CONFIRM = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, token_creator_id, action, attempt, content_sha256,
        frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, %(person)s, %(creator)s, %(action)s,
        CASE %(action)s WHEN 'publish' THEN 0 ELSE (SELECT count(*) FROM annotations_verdicttransition t
            WHERE t.verdict_id = v.id AND t.action <> 'propose') END, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = %(verdict)s
"""


@pytest.fixture
def people(make_user):
    """Who may decide: an admin who also reviews, and two reviewers. Carl is the first: the check is by him."""
    return {
        "carl": make_user(("reviewer", "admin"), name="Carl"),
        "admin": make_user(("admin", "reviewer"), name="Ada"),
        "bea": make_user("reviewer", name="Bea"),
    }


@pytest.fixture
def live(make_user, people, published):
    make_user("editor")
    return published


def new_rating(verdict):
    """A correction of `verdict` with another rating, in review."""
    author = verdict.created_by
    new = correct_verdict(person=author, verdict_id=verdict.pk, kind="correction", note="Wrong", now=story.NOW)
    save_verdict(person=author, verdict_id=new.pk, rating=story.rating("Misleading"), now=story.NOW)
    return submit_verdict(person=author, verdict_id=new.pk, now=story.NOW)


class Hand:
    """A person in their own session, or with a token of theirs that `creator` made."""

    def __init__(self, person, creator=None):
        self.person, self.creator = person, creator
        self.token = None
        if creator is not None:
            self.token, _ = create_token(
                creator=creator, user=person, name="CMS", scopes=["feed:read"], now=timezone.now()
            )

    def __enter__(self):
        self.reset = via.set(f"token:{self.token.pk}" if self.token else "session")

    def __exit__(self, *_error):
        via.reset(self.reset)

    def does(self, action, verdict):
        service = approve_verdict if action == "publish" else getattr(withdrawals, f"{action}_verdict")
        options: dict[str, Any] = {"no_conflict": True} if action == "publish" else {"reason": "Wrong"}
        with self:
            return service(
                person=self.person, verdict_id=verdict.pk, now=story.NOW, token_creator=self.creator, **options
            )

    def inserts(self, action, verdict, creator=None):
        names = {"person": self.person.pk, "creator": creator and creator.pk, "action": action, "verdict": verdict.pk}
        with self, acting(self.person), connection.cursor() as cursor:
            cursor.execute(CONFIRM, names)


# first and second: whose session, or (whose token, made by whom)
ONE_PERSON = [
    ("admin", ("bea", "admin")),
    (("bea", "admin"), "admin"),
    (("bea", "admin"), ("carl", "admin")),
    (("bea", "admin"), ("admin", "carl")),
]


def cause(refusal: Any) -> Any:
    return refusal.value.__cause__


def hands(people, pair):
    return [Hand(people[one]) if isinstance(one, str) else Hand(*(people[name] for name in one)) for one in pair]


@pytest.mark.parametrize("action", ["publish", "retract"])
@pytest.mark.parametrize("pair", ONE_PERSON)
def test_one_person_with_anothers_token_is_no_second(people, live, action, pair):
    verdict = new_rating(live) if action == "publish" else live
    before = verdict.status
    first, second = hands(people, pair)
    assert not first.does(action, verdict).is_done
    with pytest.raises(OnePersonTwice, match=r"Nothing was changed.+the first approval is kept.+somebody who made"):
        second.does(action, verdict)
    verdict.refresh_from_db()
    assert (verdict.status, verdict.approvals.filter(action=action).count()) == (before, 1)
    third = {"admin", "bea", "carl"} - {name for one in pair for name in ([one] if isinstance(one, str) else one)}
    for name in third:
        assert Hand(people[name]).does(action, verdict).is_done


@pytest.mark.parametrize("pair", ONE_PERSON)
def test_the_database_refuses_it_to_raw_sql(people, live, pair):
    first, second = hands(people, pair)
    first.inserts("retract", live)
    with pytest.raises(DatabaseError) as refusal:
        second.inserts("retract", live)
    assert cause(refusal).diag.constraint_name == "approvals_by_two_people"
    with pytest.raises(OnePersonTwice), refusals():
        second.inserts("retract", live)


def test_who_made_the_token_is_taken_from_the_token_alone(people, live, make_user):
    admin, bea = people["admin"], people["bea"]
    hand = Hand(bea, admin)
    for wrong, claimed in ((hand, bea), (Hand(bea), admin)):
        with pytest.raises(DatabaseError) as refusal:
            wrong.inserts("retract", live, claimed)
        assert cause(refusal).diag.constraint_name == "approval_names_its_token"
    rotate_token(person=people["carl"], token=hand.token, now=timezone.now())
    hand.inserts("retract", live)
    given = Approval.objects.get(action="retract")
    assert (given.person, given.token_creator) == (bea, people["carl"])
    event = AuditEvent.objects.get(object_id=str(given.pk))
    assert f'"token_creator_id": "{people["carl"].pk}"' in event.after_payload.body


def test_a_tokens_creator_who_wrote_it_is_refused_by_the_database_too(people):
    verdict = story.in_review(people["admin"])
    with pytest.raises(ContributorMayNotApprove), refusals():
        Hand(people["bea"], people["admin"]).inserts("publish", verdict)


def test_two_people_with_tokens_of_their_own_are_two(people, live):
    first, second = hands(people, (("admin", "admin"), ("bea", "bea")))
    assert not first.does("retract", live).is_done
    assert second.does("retract", live).is_done


def test_a_submission_anew_begins_anew(people, live):
    """A new submission drops the earlier half of a publication, also one made with somebody else's token."""
    verdict = new_rating(live)
    assert not Hand(people["bea"], people["admin"]).does("publish", verdict).is_done
    request_changes(person=people["admin"], verdict_id=verdict.pk, comment="Again", now=story.NOW)
    submit_verdict(person=verdict.created_by, verdict_id=verdict.pk, now=story.NOW)
    assert not Hand(people["bea"]).does("publish", verdict).is_done
    assert Hand(people["admin"]).does("publish", verdict).is_done
