"""A database of another checkout is recognised before anything is changed; one that was interrupted goes on."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from core.database.schema import claim_database, fingerprint


@pytest.fixture
def owner(transactional_db: None):
    return connections["owner"]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("mark", ["NULL", "'schema 0123456789abcdef'"])
def test_a_database_of_another_checkout_is_refused_with_the_way_out(owner, mark):
    with owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        before = cursor.fetchone()
        cursor.execute(f"COMMENT ON TABLE django_migrations IS {mark}")
        with pytest.raises(CommandError, match=r"another checkout.*FACTCHECK_DATA_DIR.*Nothing was changed"):
            call_command("migrate", database="owner", verbosity=0)
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone() == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_empty_database_is_marked_and_an_interrupted_migration_goes_on(owner):
    claim_database(owner)  # ours already
    with transaction.atomic("owner"), owner.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO old_migrations")
        claim_database(owner)
        claim_database(owner)
        cursor.execute("SELECT obj_description('django_migrations'::regclass, 'pg_class')")
        assert cursor.fetchone() == (f"schema {fingerprint()}",)
        transaction.set_rollback(True, using="owner")
