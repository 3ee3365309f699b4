"""The API's read shapes, built by Postgres: one statement per answer, whatever its size.

Each module holds SQL expressions (json_build_object) for one part of the contract in `docs/integrating.md`, and functions
that run them. Table aliases are fixed per shape and named beside it. All expressions are constants: values go in as
parameters.
"""
