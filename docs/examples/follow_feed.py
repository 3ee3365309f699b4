"""Follow the change feed of a Factcheck desk into SQLite. Python 3.11 or later, nothing to install.

    FACTCHECK_TOKEN=fct_... python follow_feed.py https://factcheck.example.org copy.sqlite3 [--once] [--seconds 10]

The table `fact_checks` then holds every published check as it is now: id, version, etag, headline, rating, url and the whole
document as JSON. What is suspended, retracted or removed is deleted from it and stands in `withdrawn` with the notice for
readers. Kill it whenever you like: the copy and the place in the feed are written in one transaction, so it goes on where
it was. Run it twice at once and the second one waits for the first one's lock.
"""

import argparse
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact_checks (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, etag TEXT NOT NULL, headline TEXT NOT NULL, rating TEXT, url TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS withdrawn (id TEXT PRIMARY KEY, reason TEXT NOT NULL, notice TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS place (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1), next TEXT NOT NULL, is_resync INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY);
"""


class Expired(Exception):
    """The place is older than what the desk remembers of deletions; `restart` is where to begin again."""

    def __init__(self, restart: str) -> None:
        super().__init__(restart)
        self.restart = restart


def fetch(url: str, token: str) -> dict[str, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})  # noqa: S310 - the desk's address is the caller's own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            page: dict[str, Any] = json.load(answer)
            return page
    except urllib.error.HTTPError as error:
        if error.code == 410:
            raise Expired(json.load(error)["restart"]) from error
        raise


class Copy:
    """The local copy; one transaction per page of the feed."""

    def __init__(self, path: str, desk: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, timeout=60)
        self.db.executescript(SCHEMA)
        # kind: the feed also tells of other things that change; a CMS wants the checks.
        self.first = f"{desk.rstrip('/')}/api/v1/changes?kind=fact_check&limit=500"

    @property
    def next_url(self) -> str:
        row = self.db.execute("SELECT next FROM place").fetchone()
        return row[0] if row else self.first

    def take(self, page: dict[str, Any]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            for item in page["items"]:
                self._delete(item) if item["state"] == "deleted" else self._store(item)
            self._finish_resync(page)
            resync = self._is_resync() and page["has_more"]
            self.db.execute("INSERT OR REPLACE INTO place VALUES (1, ?, ?)", [page["next"], int(resync)])
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise

    def start_again(self, restart: str) -> None:
        """After 410: read everything anew and then drop what the feed did not name."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("DELETE FROM seen")
        self.db.execute("INSERT OR REPLACE INTO place VALUES (1, ?, 1)", [restart])
        self.db.execute("COMMIT")

    def _is_resync(self) -> bool:
        row = self.db.execute("SELECT is_resync FROM place").fetchone()
        return bool(row and row[0])

    def _finish_resync(self, page: dict[str, Any]) -> None:
        if self._is_resync() and not page["has_more"]:
            self.db.execute("DELETE FROM fact_checks WHERE id NOT IN (SELECT id FROM seen)")
            self.db.execute("DELETE FROM seen")

    def _store(self, item: dict[str, Any]) -> None:
        document = item["data"]
        rating = document["rating"] and document["rating"]["label"]
        self.db.execute(
            "INSERT OR REPLACE INTO fact_checks VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                item["id"],
                document["version"],
                document["etag"],
                document["headline"],
                rating,
                document["canonical_url"] or document["url"],
                json.dumps(document, ensure_ascii=False),
            ],
        )
        self.db.execute("DELETE FROM withdrawn WHERE id = ?", [item["id"]])
        if self._is_resync():
            self.db.execute("INSERT OR IGNORE INTO seen VALUES (?)", [item["id"]])

    def _delete(self, item: dict[str, Any]) -> None:
        self.db.execute("DELETE FROM fact_checks WHERE id = ?", [item["id"]])
        self.db.execute(
            "INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?, ?)",
            [item["id"], item["reason"], item["notice"], item["modified"]],
        )


def follow(copy: Copy, token: str, *, seconds: float, once: bool) -> None:
    while True:
        try:
            page = fetch(copy.next_url, token)
        except Expired as expired:
            print("The place in the feed has expired: reading everything again.", file=sys.stderr)
            copy.start_again(expired.restart)
            continue
        except (urllib.error.URLError, TimeoutError) as error:
            if once or (isinstance(error, urllib.error.HTTPError) and error.code in (400, 401, 403, 404)):
                raise
            print(f"The desk does not answer ({error}); trying again.", file=sys.stderr)
            time.sleep(seconds)
            continue
        copy.take(page)
        for item in page["items"]:
            print(f"{item['seq']} {item['reason']} {item['id']}")
        if not page["has_more"]:
            if once:
                return
            time.sleep(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Follow the change feed of a Factcheck desk into SQLite.")
    parser.add_argument("desk", help="such as https://factcheck.example.org")
    parser.add_argument("database", help="the SQLite file; it is made where it is not there")
    parser.add_argument("--once", action="store_true", help="stop when the copy is up to date")
    parser.add_argument("--seconds", type=float, default=10.0, help="how often to ask when nothing is new")
    given = parser.parse_args()
    token = os.environ.get("FACTCHECK_TOKEN", "")
    if not token:
        sys.exit("Set FACTCHECK_TOKEN to a token with the scope feed:read.")
    follow(Copy(given.database, given.desk), token, seconds=given.seconds, once=given.once)


if __name__ == "__main__":
    main()
