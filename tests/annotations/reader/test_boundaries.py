"""Where marked words begin and end: moved with the guards of marking, never silently, never over a colleague's edit."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from annotations.errors import NotPermitted, OverlapsClaim, Stale, WrongState
from annotations.models import Appearance, Contribution, Evidence, RecheckTask, Verdict
from annotations.services.boundaries import move_appearance, move_evidence
from annotations.services.targets import Target
from tests.annotations import story
from tests.annotations.reader.test_marks import JSON, at, post, revise

pytestmark = pytest.mark.django_db


@pytest.fixture
def appearance(editor, article):
    return story.mark(editor, article).appearances.get()


def target(article, words):
    return Target(article_id=article.pk, **at(article, words))


def test_the_ends_move_and_the_old_passage_stays(client, editor, article, appearance):
    old = appearance.passage
    response = post(client, "appearance_words", appearance.pk, **at(article, "bridge cost 40 million euros"))
    assert response.status_code == 200
    answer = response.json()
    assert answer["message"] == "Passage changed: “bridge cost 40 million euros”"
    appearance.refresh_from_db()
    assert appearance.passage.exact == "bridge cost 40 million euros"
    assert answer["spans"] == [
        {
            "id": f"a-{appearance.pk}",
            "start": article.current_revision.text.index("bridge cost"),
            "end": article.current_revision.text.index("bridge cost") + 28,
            "kind": "claim",
            "group": "claim-marked",
            "claim": str(appearance.claim_id),
        }
    ]
    old.refresh_from_db()
    assert old.exact == "cost 40 million euros"
    assert client.post(answer["undo"]["url"], headers=JSON).status_code == 200
    appearance.refresh_from_db()
    assert appearance.passage == old
    stream = AuditEvent.objects.filter(stream=f"claim:{appearance.claim_id}", object_table="annotations_appearance")
    assert stream.count() == 3  # marked, moved, moved back


def test_evidence_moves_and_cannot_run_into_the_words_of_its_claim(editor, article, appearance):
    evidence = story.link(editor, appearance.claim, article, "nobody had been hurt")
    moved = move_evidence(
        person=editor, evidence_id=evidence.pk, target=target(article, "nobody had been"), now=story.NOW
    )
    assert moved.passage.exact == "nobody had been"
    text = article.current_revision.text
    start, end = text.index("million euros"), text.index("nobody had been") + len("nobody had been")
    across = Target(article_id=article.pk, start=start, end=end, exact=text[start:end])
    with pytest.raises(OverlapsClaim):
        move_evidence(person=editor, evidence_id=evidence.pk, target=across, now=story.NOW)
    assert Evidence.objects.get().passage.exact == "nobody had been"


def test_a_colleague_who_was_faster_is_not_overwritten(client, editor, article, appearance):
    start = article.current_revision.text.index("cost 40")
    seen = f"{start}-{start + len('cost 40 million euros')}"
    first = post(client, "appearance_words", appearance.pk, was=seen, **at(article, "40 million euros"))
    assert first.status_code == 200
    late = post(client, "appearance_words", appearance.pk, was=seen, **at(article, "bridge cost 40 million"))
    assert late.status_code == 412
    assert late.json()["current"]["exact"] == "40 million euros"
    assert Appearance.objects.get().passage.exact == "40 million euros"


def test_the_same_words_again_change_nothing(editor, article, appearance):
    number = appearance.claim.edit_number
    same = move_appearance(
        person=editor, appearance_id=appearance.pk, target=target(article, "cost 40 million euros"), now=story.NOW
    )
    same.claim.refresh_from_db()
    assert same.claim.edit_number == number


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"exact": "nobody had been hurt"}, 422, "do not touch the marked ones"),
        ({"exact": "cost 99 million euros"}, 422, "does not contain"),
        ({"start": 5, "end": 2, "exact": "x"}, 422, "outside of the text"),
        ({"exact": "40 million euros", "was": "soon"}, 422, "such as 120-180"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client, editor, article, appearance, fields, status, says):
    response = post(client, "appearance_words", appearance.pk, **fields)
    assert response.status_code == status
    assert says in response.json()["detail"]
    assert Appearance.objects.get().passage == appearance.passage


def test_words_that_wait_for_a_decision_are_decided_first(editor, article, appearance):
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40 million", "45 million"), *story.COUNCIL[2:])
    wider = Target(article_id=article.pk, exact="cost 45 million")
    with pytest.raises(WrongState, match="Decide on the change first"):
        move_appearance(person=editor, appearance_id=appearance.pk, target=wider, now=story.NOW)


def test_a_verdict_under_review_goes_back_to_draft_and_whoever_moved_it_wrote_some_of_it(make_user, editor):
    reviewer = make_user("reviewer")
    verdict = story.in_review(editor)
    appearance = verdict.claim.appearances.get()
    shorter = Target(article_id=appearance.passage.article_id, exact="40 million euros")
    move_appearance(person=reviewer, appearance_id=appearance.pk, target=shorter, now=story.NOW)
    assert Contribution.objects.filter(person=reviewer, object_id=appearance.pk, kind="appearance").exists()
    assert Verdict.objects.get(pk=verdict.pk).status == "draft"


def test_who_may_not_write_moves_nothing(make_user, article, appearance):
    with pytest.raises(NotPermitted):
        move_appearance(
            person=make_user("publisher"), appearance_id=appearance.pk, target=target(article, "cost 40"), now=story.NOW
        )


def test_stale_names_the_present_words(editor, article, appearance):
    with pytest.raises(Stale) as refusal:
        move_appearance(
            person=editor,
            appearance_id=appearance.pk,
            target=target(article, "cost 40"),
            now=story.NOW,
            expected=(0, 7),
        )
    assert refusal.value.extra["current"]["exact"] == "cost 40 million euros"


def test_sentences_are_cut_where_abbreviations_are_not(client, editor):
    article = story.make_article(
        ("Summit", "On Wednesday, U.S. President Joe Biden met Mr. Putin. They spoke for three hours! What now?")
    )
    answer = client.get(reverse("annotations:sentences", args=[article.pk, 1]))
    bounds, text = answer.json()["bounds"], article.current_revision.text
    found = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    assert found == [
        "Summit",
        "On Wednesday, U.S. President Joe Biden met Mr. Putin.",
        "They spoke for three hours!",
        "What now?",
    ]
    assert client.get(reverse("annotations:sentences", args=[article.pk, 7])).status_code == 404


def test_sentences_follow_the_articles_language_and_are_sent_once(client, editor):
    article = story.make_article(("Besuch", "Am 3. Mai kam er."))
    article.language = "en"
    article.save()
    address = reverse("annotations:sentences", args=[article.pk, 1])
    english = client.get(address)
    assert set(english["Cache-Control"].split(", ")) == {"private", "no-cache"}
    known = {"If-None-Match": english["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    article.language = "de"
    article.save()
    german = client.get(address, headers=known)
    assert german.status_code == 200
    assert len(german.json()["bounds"]) == len(english.json()["bounds"]) - 2


def test_a_published_quote_is_watched_after_its_ends_were_moved(make_user, editor, published):
    make_user(("reviewer", "publisher"))
    article = published.claim.appearances.get().passage.article
    appearance = published.claim.appearances.get()
    shorter = Target(article_id=article.pk, exact="million euros")
    move_appearance(person=editor, appearance_id=appearance.pk, target=shorter, now=story.NOW)
    # The number is in the published quote alone.
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40", "45"), *story.COUNCIL[2:])
    task = RecheckTask.objects.get(is_open=True)
    assert (task.claim, task.verdict_id) == (published.claim, published.pk)
    assert (task.placement.passage.exact, task.placement.exact) == ("cost 40 million euros", "cost 45 million euros")
