"""Django's backend for Postgres with a pool of ours: the ENGINE of the settings."""

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from core.database.pool import WarmPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Django makes a pool of psycopg's own class, and has no setting for another."""

    _connection_pools: dict[str, WarmPool]
    _configure_connection: Any  # missing in the stubs

    @property
    def pool(self) -> WarmPool | None:
        options: dict[str, Any] | None = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == NO_DB_ALIAS:
            return None
        if self.alias not in self._connection_pools:
            # Django sets autocommit for each use itself, and opens the pool when it first needs a connection.
            made = WarmPool(
                kwargs={**self.get_connection_params(), "autocommit": True},
                open=False,
                configure=self._configure_connection,
                **options,
            )
            # Of several threads that come first, one wins; the pools of the others were never opened.
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools[self.alias]
