"""A command leaves alone what the environment names, and starts nothing where no desk was made."""

import pytest

from factcheck.local.commands import desk_for


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
