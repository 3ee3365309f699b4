"""What Postgres needs after a bulk load before the first search is fast."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from articles.models import ImportRun

# Fewer rows autovacuum takes care of by itself, and the pending list of the search index stays short.
MANY = 500
# Each in a connection of its own: while the passages are vacuumed, the others are.
_TABLES = (("articles_searchpassage",), ("articles_article", "articles_articlerevision"))


def tidy_after(run: ImportRun) -> None:
    """Empty the search index's pending list and count the rows for the planner: a search right after a bulk load was a
    hundred times slower without. Needs MAINTAIN on the tables (factcheck/grants.py), does nothing inside a transaction.
    """
    if run.created + run.updated < MANY or connection.in_atomic_block:
        return
    with ThreadPoolExecutor(len(_TABLES)) as pool:
        list(pool.map(_vacuum, _TABLES))


def _vacuum(tables: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(tables)}")
        finally:
            cursor.execute("RESET statement_timeout")
            connection.close()  # this thread's
