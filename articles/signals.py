"""Signals of the articles app; docs/architecture.md lists the listeners."""

from django.dispatch import Signal

revision_pending = Signal()
"""A revision waits to be placed: `revision_id`. Sent after commit, by the interface that ran the import."""

import_ended = Signal()
"""A run has nothing left to do: `run`, its state finished, failed or cancelled. Sent once, inside the transaction that
ends it: what a listener writes stands or falls with it. A run that is tried again ends again."""

foreign_checks_found = Signal()
"""Other people's ClaimReviews came in: `checks`, a list of articles.parsing.ForeignCheck, `whole_pages`, the addresses
that were read as pages (all of a page's own checks are there, in its order), `run_id` and `now`. Sent inside the import's
transaction, so that what a listener writes stands or falls with it."""

sentences_indexed = Signal()
"""The sentences of these articles were cut: `article_ids`. Sent inside the transaction that cut them, so that what a listener
writes stands or falls with it."""
