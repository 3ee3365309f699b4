"""The events process: open pages hear within a second what changed and who else is here.

Server-sent events from one ASGI process (`python -m factcheck.events`). It holds one Redis subscription and no database
connection while it waits; sessions are checked when a stream opens and again every few seconds, in one query for all.
Notices come from `core/notices.py`; they carry ids, never content. Where this process is down, pages poll.
"""
