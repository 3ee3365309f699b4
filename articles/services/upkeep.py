"""What Postgres needs after a bulk load before the first search is fast."""

from django.db import connection

from articles.models import ImportRun

# Fewer rows autovacuum takes care of by itself, and the pending list of the search index stays short.
MANY = 500
_TABLES = ("articles_searchpassage", "articles_article", "articles_articlerevision")


def tidy_after(run: ImportRun) -> None:
    """Empty the search index's pending list and count the rows for the planner: a search right after a bulk load was a
    hundred times slower without. Needs MAINTAIN on the tables (factcheck/grants.py), does nothing inside a transaction.
    """
    if run.created + run.updated < MANY or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', '0', false)")
        try:
            cursor.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(_TABLES)}")
        finally:
            cursor.execute("RESET statement_timeout")
