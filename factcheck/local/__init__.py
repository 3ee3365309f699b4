"""The embedded Postgres and Valkey: the desk on one machine with nothing installed beforehand.

Nothing here imports Django: the addresses must stand in the environment before settings are read.
"""
