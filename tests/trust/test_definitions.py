"""The functions and triggers of the database are those of the sql files, and each code has its words."""

import re

import psycopg
import pytest
from django.db import connection

from annotations import errors
from factcheck.local.paths import CLONE

pytestmark = pytest.mark.django_db

FUNCTION = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\(", re.MULTILINE)
TRIGGER = re.compile(r"^CREATE (?:OR REPLACE |CONSTRAINT )?TRIGGER (\w+).*?\bON (\w+)\b", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"CONSTRAINT = '(\w+)'")
DEFINED = """
    SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT t.tgname || ' ON ' || t.tgrelid::regclass, concat(pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t
        WHERE NOT t.tgisinternal
"""
OURS = ("accounts", "articles", "annotations", "publishing")
TEXTS = [path.read_text() for app in OURS for path in sorted((CLONE / app / "sql").glob("*.sql"))]


def test_every_function_and_trigger_stands_in_a_file(owner: psycopg.Connection):
    functions = {name for text in TEXTS for name in FUNCTION.findall(text)}
    triggers = {f"{name} ON {table}" for text in TEXTS for name, table in TRIGGER.findall(text)}
    found: dict[str, str] = dict(owner.execute(DEFINED).fetchall())
    assert {name.partition("(")[0] for name in found if " ON " not in name} == functions
    assert {name for name in found if " ON " in name} == triggers


def test_running_the_files_again_changes_nothing(owner: psycopg.Connection):
    with owner.transaction(force_rollback=True):
        before: dict[str, str] = dict(owner.execute(DEFINED).fetchall())
        owner.execute("SET LOCAL check_function_bodies = off")
        for text in TEXTS:
            owner.execute(text.encode())
        assert dict(owner.execute(DEFINED).fetchall()) == before


def test_every_function_finds_the_desks_tables_first(owner: psycopg.Connection):
    """pg_temp last; or parsed when it was defined, which fixes its names."""
    loose = owner.execute(
        "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prosqlbody IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
        " AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=pg_catalog, public, pg_temp']"
    ).fetchall()
    assert loose == []


def test_every_code_of_the_database_has_its_words(owner: psycopg.Connection):
    codes = {code for text in TEXTS for code in CODE.findall(text)}
    constraints = {
        name
        for (name,) in owner.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
        )
    }
    worded = set(errors._MESSAGES)
    assert codes == (worded & codes) | errors.ONLY_BY_SQL
    assert not worded & errors.ONLY_BY_SQL
    assert worded <= codes | constraints


def test_no_audited_row_changes_its_key():
    """Contributions and events name a row by its key: under another one its author could approve it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'audit'"
            " WHERE NOT EXISTS (SELECT 1 FROM pg_trigger k WHERE k.tgrelid = c.oid AND k.tgname = 'keep_key')"
            " AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id')"
        )
        # These refuse every update, or their own guard compares the key.
        guarded = {
            "accounts_apitoken", "accounts_user", "account_emailaddress", "annotations_approval", "annotations_frozencontent",
            "annotations_passage", "annotations_verdict", "annotations_verdicttransition", "articles_blockrole",
            "mfa_authenticator", "publishing_factcheck", "publishing_factcheckversion",
        }  # fmt: skip
        assert {table for (table,) in cursor.fetchall()} == guarded
