"""Narrow a value that the caller knows to be there."""


def known[T](value: T | None) -> T:
    """Return the value. Raises ValueError for None: a rule the caller relies on was broken."""
    if value is None:
        raise ValueError("a value that is always set was None")
    return value
