"""The verifier finds every manipulation before the last anchored head, done by the owner of the tables, triggers off."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.audit_proof.chain import verify, write_anchor
from annotations.models import Verdict
from articles.models import Article, BlockRole
from publishing.services.withdrawals import remove_for_legal_reasons
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trail(make_user, tmp_path):
    """A published check, anchored; then one more change that is not."""
    verdict = story.published(make_user("editor"), make_user("reviewer"))
    anchors = tmp_path / "anchors" / "heads.jsonl"
    write_anchor(anchors, now=timezone.now())
    return f"claim:{verdict.claim_id}", anchors


@pytest.fixture
def as_owner(owner_db):
    """Run SQL without the guards: the owner of the tables and a superuser can switch them off, the app's role cannot."""
    for table in ("accounts_auditevent", "accounts_payload", "accounts_auditstream"):
        owner_db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def run(sql, *params):
        assert owner_db.execute(sql, params).rowcount > 0

    return run


def test_an_untouched_trail_is_intact(trail):
    _stream, anchors = trail
    result = verify(anchors)
    assert result.is_intact
    assert result.events > 10
    assert result.unanchored == 0


@pytest.mark.parametrize("length", [40, 150_000])
def test_an_anchor_that_a_crash_cut_off_is_written_anew(trail, length):
    _stream, anchors = trail
    whole = anchors.read_bytes()
    anchors.write_bytes(whole + whole[:40].ljust(length, b"x"))
    assert verify(anchors).is_intact
    write_anchor(anchors, now=timezone.now())
    assert anchors.read_bytes().startswith(whole)
    assert len(anchors.read_bytes().splitlines()) == 2
    assert verify(anchors).unanchored == 0


MANIPULATIONS = {
    "edited": "UPDATE accounts_auditevent SET action = 'x' WHERE stream = %s AND seq = 3",
    "another actor": "UPDATE accounts_auditevent SET actor_id = uuidv7() WHERE stream = %s AND seq = 3",
    "deleted": "DELETE FROM accounts_auditevent WHERE stream = %s AND seq = 3",
    "content edited": "UPDATE accounts_payload SET body = '{}' WHERE id ="
    " (SELECT after_payload_id FROM accounts_auditevent WHERE stream = %s AND seq = 3)",
    "content blanked": "UPDATE accounts_payload SET body = NULL WHERE id ="
    " (SELECT after_payload_id FROM accounts_auditevent WHERE stream = %s AND seq = 3)",
    "inserted": "INSERT INTO accounts_auditevent (stream, seq, at, via, db_role, request_id, action, object_table, object_id,"
    " before_sha256, after_sha256, previous_hash, hash) SELECT stream, seq + 1000, at, via, db_role, request_id, action,"
    " object_table, object_id, before_sha256, '', hash, hash FROM accounts_auditevent WHERE stream = %s AND seq = 3",
    "reordered": "WITH swapped AS (SELECT stream, CASE seq WHEN 3 THEN 4 ELSE 3 END AS seq, id FROM accounts_auditevent"
    " WHERE stream = %s AND seq IN (3, 4)) UPDATE accounts_auditevent e SET action = o.action FROM swapped s"
    " JOIN accounts_auditevent o ON o.stream = s.stream AND o.seq = s.seq WHERE e.id = s.id",
}


@pytest.mark.parametrize("name", MANIPULATIONS)
def test_a_manipulation_is_found_and_named(trail, as_owner, name):
    stream, anchors = trail
    as_owner(MANIPULATIONS[name], stream)
    assert stream in {item.stream for item in verify(anchors).breaks}


def test_a_cut_off_tail_is_found_even_if_the_head_was_set_back(trail, as_owner):
    stream, anchors = trail
    as_owner("DELETE FROM accounts_auditevent WHERE stream = %s AND seq > 5", stream)
    as_owner(
        "UPDATE accounts_auditstream SET seq = 5, hash = (SELECT hash FROM accounts_auditevent WHERE stream = %s AND seq = 5)"
        " WHERE stream = %s",
        stream,
        stream,
    )
    assert (stream, 6) in {(item.stream, item.seq) for item in verify(anchors).breaks}
    # Without anchors the chain itself looks whole: that is what they are for. The rows that it no longer tells of do not.
    assert stream not in {item.stream for item in verify().breaks}
    assert not verify().is_intact


def test_a_whole_chain_that_vanished_is_found(trail, as_owner):
    stream, anchors = trail
    as_owner("DELETE FROM accounts_auditevent WHERE stream = %s", stream)
    as_owner("DELETE FROM accounts_auditstream WHERE stream = %s", stream)
    assert stream in {item.stream for item in verify(anchors).breaks}


def test_a_legal_removal_leaves_the_chain_provable(trail, make_user):
    stream, anchors = trail
    live = Verdict.objects.get(claim_id=stream.removeprefix("claim:"))
    remove_for_legal_reasons(
        person=make_user("publisher"), verdict_id=live.pk, reason="Court order", now=timezone.now()
    )
    result = verify(anchors)
    assert result.is_intact
    assert result.unanchored > 5


def test_an_event_finds_its_stream_by_index(make_user):
    """A text compared in another collation than the column's has no index: each event then read the heads of all streams."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # The view also counts what the connection did before and has not reported yet.
        scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'accounts_auditstream'"
        before = cursor.execute(scans).fetchone()
        claim = story.mark(make_user("editor"), story.make_article())
        cursor.execute("SELECT seq FROM accounts_auditstream WHERE stream = %s", [f"claim:{claim.pk}"])
        assert cursor.fetchone() == (2,)
        assert cursor.execute(scans).fetchone() == before


def test_two_who_begin_a_stream_at_once_make_one_chain(owner_db):
    article = story.make_article()

    def set_role():
        try:
            BlockRole.objects.create(article=article, revision_id=article.current_revision_id, block=1, role="caption")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title="Bridge praised")
            other = pool.submit(set_role)
            while not other.done() and not owner_db.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                pass
            assert not other.done()
        other.result()
    found = owner_db.execute(
        "SELECT seq, action FROM accounts_auditevent WHERE stream = %s ORDER BY seq", [f"article:{article.pk}"]
    ).fetchall()
    assert found == [(1, "articles_article.update"), (2, "articles_blockrole.insert")]
    assert verify().is_intact
