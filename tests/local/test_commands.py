"""A command leaves alone what the environment names, and starts nothing where no desk was made."""

from functools import partial

import pytest

from factcheck.local.commands import desk_for
from factcheck.local.services import local_services


@pytest.mark.parametrize(
    "argv", [["manage.py"], ["manage.py", "demo"], ["manage.py", "--help"], ["manage.py", "issue_token"]]
)
def test_nothing_is_started_where_no_desk_was_made(tmp_path, argv):
    environ = {"FACTCHECK_DATA_DIR": str(tmp_path)}
    with desk_for(argv, environ):
        assert "DATABASE_URL" not in environ
    assert list(tmp_path.iterdir()) == []


def test_given_addresses_are_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    given = {"DATABASE_URL": "postgres://x", "FACTCHECK_DATA_DIR": str(tmp_path)}
    with desk_for(["manage.py", "issue_token"], given):
        assert given["DATABASE_URL"] == "postgres://x"


@pytest.mark.parametrize(
    ("argv", "address"),
    [
        (["manage.py", "verify_audit"], "http://localhost:8151"),
        (["manage.py", "check", "--database", "default"], "http://localhost:8151"),
        (["manage.py", "check"], None),
    ],
)
def test_a_command_knows_the_address_of_the_demo(tmp_path, monkeypatch, argv, address):
    """Checks were published with it; a check that asks the database needs the servers."""
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    (tmp_path / "demo.url").write_text("http://localhost:8151")
    monkeypatch.delenv("SITE_URL", raising=False)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "named://already")  # nothing is started
    monkeypatch.setattr("factcheck.local.commands.local_services", partial(local_services, tmp_path))
    environ = {"FACTCHECK_DATA_DIR": str(tmp_path)}
    with desk_for(argv, environ):
        assert environ.get("SITE_URL") == address
        assert ("DATABASE_URL" in environ) == bool(address)
