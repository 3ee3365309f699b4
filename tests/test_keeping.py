"""Backup, restore elsewhere, and what is known of one person."""

import json
from io import StringIO
from pathlib import Path

import psycopg
import pytest
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql

from accounts.audit_proof.chain import write_anchor
from accounts.scopes import SCOPES
from accounts.services import create_token
from factcheck import backup
from publishing.models import FactCheck
from publishing.services.withdrawals import remove_for_legal_reasons
from tests import databases
from tests.annotations import story


@pytest.fixture
def places(settings, tmp_path):
    settings.MEDIA_ROOT, settings.AUDIT_ANCHORS = tmp_path / "media", tmp_path / "anchors" / "heads.jsonl"
    return tmp_path


@pytest.fixture
def elsewhere(transactional_db, settings, places):
    """Another, empty database and other folders, taken into use by calling the fixture."""
    name = f"{settings.DATABASES['default']['NAME']}_restored"
    own = settings.DATABASES["default"]["NAME"]

    def point(database: str) -> None:
        for alias in ("default", "owner"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = database

    def move() -> None:
        with databases.maintenance() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        point(name)
        settings.MEDIA_ROOT, settings.AUDIT_ANCHORS = places / "media2", places / "anchors2" / "heads.jsonl"

    yield move
    point(own)
    with databases.maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_backup_is_restored_elsewhere_and_proves_itself(elsewhere, settings, places, make_user):
    editor, reviewer, admin = make_user("editor"), make_user("reviewer"), make_user("admin")
    kept = story.published(editor, reviewer)
    removed = story.published(editor, reviewer)
    remove_for_legal_reasons(person=admin, verdict_id=removed.pk, reason="Order", now=story.NOW, is_override=True)
    default_storage.save("exports/a.csv", ContentFile(b"one"))
    write_anchor(settings.AUDIT_ANCHORS, now=story.NOW)
    document = FactCheck.objects.get(claim=kept.claim).document
    call_command("backup", str(places / "backup"), stdout=StringIO())

    elsewhere()
    said = StringIO()
    call_command("restore", str(places / "backup"), stdout=said)
    assert "every chain is intact" in said.getvalue()
    assert FactCheck.objects.get(claim=kept.claim).document == document
    assert (Path(settings.MEDIA_ROOT) / "exports" / "a.csv").read_bytes() == b"one"
    call_command("migrate", database="owner", verbosity=0)  # it is known as this checkout's
    # the guards came along, and so did what the app's role may not do
    with (
        pytest.raises(psycopg.errors.CheckViolation),
        databases.connect(connections["owner"].settings_dict["NAME"]) as db,
    ):
        db.execute("DELETE FROM accounts_auditevent")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('accounts_auditevent', 'INSERT')")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT has_function_privilege('audit_write(text,text,text,text,text,text)', 'EXECUTE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_anchors_written_while_a_backup_runs_break_nothing(elsewhere, settings, places, make_user, monkeypatch):
    dump = backup._run

    def anchor_around(*arguments: str) -> None:
        make_user("editor")
        write_anchor(settings.AUDIT_ANCHORS, now=story.NOW)
        dump(*arguments)
        make_user("editor")
        write_anchor(settings.AUDIT_ANCHORS, now=story.NOW)

    make_user("admin")
    write_anchor(settings.AUDIT_ANCHORS, now=story.NOW)
    monkeypatch.setattr(backup, "_run", anchor_around)
    call_command("backup", str(places / "backup"), stdout=StringIO())
    monkeypatch.undo()

    elsewhere()
    said = StringIO()
    call_command("restore", str(places / "backup"), stdout=said)
    assert "every chain is intact" in said.getvalue()


def test_the_image_dumps_with_the_servers_version():
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    server = compose["postgres"]["image"].removeprefix("pgvector/pgvector:pg")
    assert f"postgresql-client-{server}" in (settings.BASE_DIR / "Dockerfile").read_text()
    owners = {name for name, one in compose.items() if "MIGRATE_DATABASE_URL" in one.get("environment", {})}
    assert owners == {"migrate", "backup"}
    assert compose["backup"]["profiles"], "it would start with the rest, and keep the owner's password there"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_damaged_backup_and_a_full_database_are_refused(elsewhere, places, make_user):
    make_user("editor")
    folder = places / "backup"
    call_command("backup", str(folder), stdout=StringIO())
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(folder), stdout=StringIO())
    with pytest.raises(CommandError, match="database is not empty"):
        call_command("restore", str(folder), stdout=StringIO())
    with (folder / "database.dump").open("ab") as file:
        file.write(b"x")
    manifest = json.loads((folder / "manifest.json").read_text())
    elsewhere()
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema": "schema 0123456789abcdef"}))
    with pytest.raises(CommandError, match=r"another checkout.*Nothing was restored"):
        call_command("restore", str(folder), stdout=StringIO())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match="not what was backed up"):
        call_command("restore", str(folder), stdout=StringIO())
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_all_that_concerns_a_person_without_secrets(make_user):
    editor, other = make_user("editor"), make_user("reviewer")
    story.published(editor, other)
    token, plaintext = create_token(
        creator=editor, user=editor, name="CMS", scopes=list(SCOPES)[:1], now=story.NOW, expires_at=None
    )
    said = StringIO()
    call_command("export_person", editor.email.upper(), stdout=said)
    data = json.loads(said.getvalue())
    assert (data["person"]["email"], data["roles"]) == (editor.email, ["editor"])
    assert data["records"]["annotations.Claim.created_by"]
    assert data["records"]["annotations.Contribution.person"]
    assert data["audit_events"]
    for secret in (plaintext, token.secret_sha256, editor.password, other.email):
        assert secret not in said.getvalue()
    with pytest.raises(CommandError, match="Nobody"):
        call_command("export_person", "nobody@example.org", stdout=StringIO())
