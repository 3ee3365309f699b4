"""A desk of exactly two people can publish, correct a rating, suspend, retract; one approval is marked as one."""

import pytest
from django.urls import reverse

from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from publishing.models import FactCheck, FactCheckVersion
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import restore_verdict, retract_verdict, suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


def test_a_desk_of_two_can_do_everything(client, make_user):
    both = ("editor", "reviewer", "publisher", "admin")
    ada, ben = make_user(both), make_user(both)
    live = story.published(ada, ben)

    correction = correct_verdict(person=ada, verdict_id=live.pk, kind="correction", note="We misread it", now=story.NOW)
    save_verdict(person=ada, verdict_id=correction.pk, rating=story.rating("Misleading"), now=story.NOW)
    submit_verdict(person=ada, verdict_id=correction.pk, now=story.NOW)
    assert approve_verdict(no_conflict=True, person=ben, verdict_id=correction.pk, now=story.NOW).is_done
    publish_verdict(person=ben, verdict_id=correction.pk, now=story.NOW)
    assert FactCheckVersion.objects.get(number=2).is_single_approval
    page = reverse("publishing:fact_check", args=[FactCheck.objects.get().slug])
    assert "Single approval" in client.get(page).content.decode()

    suspend_verdict(person=ben, verdict_id=correction.pk, reason="Doubt", now=story.NOW)
    assert "under review" in client.get(page).content.decode()
    assert not restore_verdict(person=ben, verdict_id=correction.pk, reason="Fine", now=story.NOW).is_done
    assert restore_verdict(person=ada, verdict_id=correction.pk, reason="Fine", now=story.NOW).is_done
    assert not retract_verdict(person=ada, verdict_id=correction.pk, reason="Wrong", now=story.NOW).is_done
    assert retract_verdict(person=ben, verdict_id=correction.pk, reason="Wrong", now=story.NOW).is_done
    assert "withdrawn" in client.get(page).content.decode()


def test_an_editor_and_a_reviewer_retract_with_a_single_approval(client, make_user, published):
    _, reviewer = make_user("editor"), make_user("reviewer")
    assert retract_verdict(person=reviewer, verdict_id=published.pk, reason="Wrong", now=story.NOW).is_done
    page = reverse("publishing:fact_check", args=[FactCheck.objects.get().slug])
    assert "Single approval" in client.get(page).content.decode()
