"""`manage.py COMMAND` on one machine: the desk that `make demo` made is found without naming its addresses."""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from factcheck.local.paths import default_data_dir
from factcheck.local.services import local_services

# These look after the servers themselves, or need none; a check needs them where it is told to ask the database.
_ON_THEIR_OWN = {"", "check", "collectstatic", "demo", "help", "makemigrations", "spectacular", "version"}
_ASKS_DATABASE = "--database"


@contextmanager
def desk_for(argv: list[str], environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Put the local desk's addresses, the pages' included, into the environment where it names no database and a desk was made.

    Servers that `make demo` keeps up are shared; else they run for as long as the command does.
    """
    command = argv[1] if len(argv) > 1 and not argv[1].startswith("-") else ""
    is_on_its_own = command in _ON_THEIR_OWN and not any(one.startswith(_ASKS_DATABASE) for one in argv)
    folder = Path(environ["FACTCHECK_DATA_DIR"]) if "FACTCHECK_DATA_DIR" in environ else default_data_dir()
    if "DATABASE_URL" in environ or is_on_its_own or not (folder / "postgres" / "PG_VERSION").exists():
        yield
        return
    with local_services() as env:
        environ.update(env)
        yield
