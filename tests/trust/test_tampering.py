"""`verify_audit` notices what a superuser does with all triggers off, and says of the anchor file what is wrong with it."""

import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.audit import acting
from accounts.audit_proof.anchors import DamagedAnchors, write_anchor
from accounts.audit_proof.chain import resumable_proof, save_proof, verify
from accounts.audit_proof.state import watched_tables
from accounts.services import create_person, create_token
from annotations.models import Claim
from annotations.services.claimants import save_contact
from annotations.services.discussion import add_comment
from annotations.services.merging import merge_claims
from articles.services.revisions import set_block_role
from core.canonical_json import digest
from publishing.models import Change, FactCheck
from publishing.services.feed import number_changes
from publishing.services.receipts import record_receipt
from publishing.services.rechecks import report_error
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story

_TEXT = Path(__file__).with_name("tampering.sql").read_text().partition("\n\n")[2]
TAMPERING = dict(re.findall(r"^-- ([^\n]+)\n(.*?)(?=\n\n--|\Z)", _TEXT, re.MULTILINE | re.DOTALL))
REWRITE = """
    CREATE FUNCTION pg_temp.rewrite(p_stream text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE e record; v_previous text := ''; v_hash text;
    BEGIN
        FOR e IN SELECT * FROM accounts_auditevent WHERE stream = p_stream ORDER BY seq LOOP
            v_hash := encode(sha256(convert_to(concat_ws(E'\\n', v_previous, e.stream, e.seq::text,
                to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(e.actor_id::text, ''), e.via,
                e.db_role, e.request_id, e.action, e.object_table, e.object_id, e.before_sha256, e.after_sha256,
                coalesce(e.before_payload_id::text, ''), coalesce(e.after_payload_id::text, '')), 'UTF8')), 'hex');
            UPDATE accounts_auditevent SET previous_hash = v_previous, hash = v_hash WHERE id = e.id;
            v_previous := v_hash;
        END LOOP;
        UPDATE accounts_auditstream SET hash = v_previous WHERE stream = p_stream;
    END $$
"""


@dataclass
class Trail:
    stream: str
    anchors: Path


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[Trail]:
    """A published check and a draft beside it, anchored twice, in a transaction of the owner that ends with its triggers off.

    All of Django writes and reads as the owner here, so that each tampering is undone by a savepoint.
    """
    with django_db_blocker.unblock():
        own = connections["default"]
        connections["default"] = connections["owner"]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                trail = _make_desk(tmp_path_factory.mktemp("anchors") / "heads.jsonl")
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
                for (table,) in cursor.fetchall():
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(REWRITE)
                yield trail
                transaction.set_rollback(True)
        finally:
            connections["default"].close()
            connections["default"] = own


@pytest.fixture
def trail(desk: Trail, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Trail]:
    """The desk with an anchor file of the test's own; what the test does is undone."""
    anchors = tmp_path / "heads.jsonl"
    shutil.copyfile(desk.anchors, anchors)
    with transaction.atomic():
        yield Trail(desk.stream, anchors)
        transaction.set_rollback(True)


def _make_desk(anchors: Path) -> Trail:
    editor, reviewer = (
        create_person(email=f"person{number}@desk.example", name=role, roles=[role], password="x" * 20)
        for number, role in enumerate(("editor", "reviewer"), 1)
    )
    with acting(reviewer):
        EmailAddress.objects.create(user=reviewer, email="new@desk.example")
        Authenticator.objects.create(user=reviewer, type="totp", data={"secret": "x"})
    admin = create_person(email="person3@desk.example", name="admin", roles=["admin"], password="x" * 20)
    create_endpoint(person=admin, url="https://cms.example/hook", now=story.NOW)
    create_token(creator=editor, user=editor, name="own", scopes=("feed:read",), now=story.NOW)
    verdict = story.published(editor, reviewer)
    number_changes()
    check = FactCheck.objects.get(verdict=verdict)
    report_error(fact_check=check, body="The sum is wrong.", reply_to="reader@mail.example", now=story.NOW)
    record_receipt(
        person=admin, fact_check_id=check.pk, version=1, cms_url="https://cms.example/a", status="live", now=story.NOW
    )
    number_changes()
    assert list(Change.objects.order_by("pk").values_list("is_latest", flat=True)) == [False, True]
    other = story.draft(editor)
    merged = story.mark(editor, story.make_article())
    save_contact(person=editor, claim_id=merged.pk, now=story.NOW, asked_at=story.NOW, channel="mail", response="No.")
    story.link(editor, merged, story.make_article(story.AUDIT), "61 million euros")
    merge_claims(person=editor, claim_id=merged.pk, into_id=other.claim_id, now=story.NOW)
    add_comment(person=reviewer, claim_id=other.claim_id, verdict=other, body="Which accounts?", now=story.NOW)
    set_block_role(article_id=story.make_article().pk, block=1, role="furniture", person=editor, now=story.NOW)
    write_anchor(anchors, now=timezone.now())
    with acting(editor):
        Claim.objects.filter(pk=verdict.claim_id).update(selection_reason="Of public interest")
    write_anchor(anchors, now=timezone.now())
    return Trail(f"claim:{verdict.claim_id}", anchors)


def tamper(trail: Trail, statements: str) -> None:
    words = statements.replace("{stream}", trail.stream).replace("SELECT rewrite", "SELECT pg_temp.rewrite")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(words)


def test_an_untouched_desk_is_proved(trail: Trail):
    result = verify(trail.anchors)
    assert result.breaks == []
    assert (result.unanchored, result.notes) == (0, [])
    assert result.events > 20
    assert result.rows > 30


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_noticed(trail: Trail, name: str):
    tamper(trail, TAMPERING[name])
    assert not verify(trail.anchors).is_intact


def _edit_last(line: dict[str, Any]) -> None:
    stream = next(iter(line["heads"]))
    line["heads"][stream][1] = "0" * 64


def _raise(line: dict[str, Any]) -> None:
    stream = next(iter(line["heads"]))
    line["heads"][stream][0] += 1


def changed(line: str, change: Callable[[dict[str, Any]], None]) -> str:
    anchor = json.loads(line)
    change(anchor)
    return json.dumps(anchor, sort_keys=True) + "\n"


ON_FILE: dict[str, Callable[[list[str]], str]] = {
    "emptied": lambda _lines: "",
    "last line cut off": lambda lines: lines[0],
    "first line cut off": lambda lines: lines[1],
    "cut to half a line": lambda lines: lines[0][:40],
    "garbage line": lambda lines: lines[0] + "garbage\n" + lines[1],
    "binary": lambda lines: "\0\1\2\n" + lines[0] + lines[1],
    "a list": lambda lines: "[]\n" + lines[0],
    "digest changed": lambda lines: lines[0] + changed(lines[1], _edit_last),
    "sequence raised": lambda lines: lines[0] + changed(lines[1], _raise),
    "line doubled": lambda lines: lines[0] + lines[0] + lines[1],
    "time changed": lambda lines: lines[0].replace('"at": "2', '"at": "1') + lines[1],
}


@pytest.mark.parametrize("name", ON_FILE)
def test_a_changed_anchor_file_is_told(trail: Trail, name: str):
    lines = trail.anchors.read_text().splitlines(keepends=True)
    trail.anchors.write_text(ON_FILE[name](lines))
    result = verify(trail.anchors)
    assert "anchors" in {item.stream for item in result.breaks}
    assert str(trail.anchors) in " ".join(item.problem for item in result.breaks)


def test_a_deleted_anchor_file_is_told_and_not_begun_anew_by_itself(trail: Trail):
    trail.anchors.unlink()
    assert not verify(trail.anchors).is_intact
    with pytest.raises(DamagedAnchors, match="--restart"):
        write_anchor(trail.anchors, now=timezone.now())
    write_anchor(trail.anchors, now=timezone.now(), is_restart=True)
    result = verify(trail.anchors)
    assert result.is_intact
    assert "lost" in result.notes[0]


def test_a_stream_taken_out_of_table_and_file_is_told(trail: Trail):
    """With the lines' own chain mended: the database still knows the lines."""
    lines, previous = [], ""
    for line in trail.anchors.read_text().splitlines():
        anchor = json.loads(line)
        anchor["heads"].pop(trail.stream, None)
        anchor["previous"] = previous
        text = json.dumps(anchor, sort_keys=True)
        previous = hashlib.sha256(text.encode()).hexdigest()
        lines.append(text + "\n")
    trail.anchors.write_text("".join(lines))
    tamper(trail, TAMPERING["stream deleted with its head"])
    assert "anchors" in {item.stream for item in verify(trail.anchors).breaks}


def test_everything_deleted_and_the_file_cut_is_told(trail: Trail):
    tamper(trail, TAMPERING["all events deleted"] + "; DELETE FROM accounts_auditanchor")
    trail.anchors.write_text(trail.anchors.read_text()[:40])
    assert not verify(trail.anchors).is_intact


@pytest.mark.parametrize("length", [40, 150_000])
def test_a_crash_in_mid_line_is_no_break_and_is_mended(trail: Trail, length: int):
    whole = trail.anchors.read_bytes()
    trail.anchors.write_bytes(whole + whole[:40].ljust(length, b"x"))
    assert verify(trail.anchors).is_intact
    write_anchor(trail.anchors, now=timezone.now())
    assert trail.anchors.read_bytes().startswith(whole)
    assert verify(trail.anchors).is_intact


def test_a_proof_goes_on_from_the_last_one(trail: Trail):
    first = verify(trail.anchors)
    save_proof(trail.anchors, first)
    proof = resumable_proof(trail.anchors)
    assert proof
    later = verify(trail.anchors, resume=dataclasses.replace(proof, at=timezone.now() + timedelta(hours=2)))
    assert later.is_intact
    assert (later.events, later.rows) == (0, first.rows)
    assert later.since
    tamper(trail, "UPDATE accounts_auditevent SET action = 'x', at = now() WHERE stream = '{stream}' AND seq = 3")
    assert not verify(trail.anchors, resume=proof).is_intact
    assert resumable_proof(trail.anchors.with_name("other.jsonl")) is None


def test_an_address_on_another_host_is_named(trail: Trail):
    """By who has the app's password too, who can write the digest that belongs to it."""
    check = FactCheck.objects.get()
    document = {**(check.document or {}), "url": f"https://elsewhere.example/fact-checks/{check.slug}/"}
    etag = digest({name: value for name, value in document.items() if name != "etag"})
    FactCheck.objects.update(document=document | {"etag": etag}, etag=etag)
    (note,) = verify(trail.anchors).notes
    assert f"outside {settings.SITE_URL}: 1, such as {document['url']}." in note


def test_the_command_says_what_it_proved(trail: Trail):
    said, errors = StringIO(), StringIO()
    call_command("verify_audit", "--anchors", str(trail.anchors), stdout=said, stderr=errors)
    assert "every row is as the trail tells" in said.getvalue()
    assert "rows compared" in errors.getvalue()
    assert " 0 rows" not in errors.getvalue()
    trail.anchors.write_text("garbage\n")
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--anchors", str(trail.anchors), stdout=said, stderr=errors)
    assert "BROKEN anchors" in errors.getvalue()


def test_every_table_with_an_audit_trigger_is_compared(trail: Trail):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit' AND NOT tgisinternal")
        assert {table for (table,) in cursor.fetchall()} == {watched.table for watched in watched_tables()}
