"""Lookups that Django lacks."""

from typing import Any

from django.db.models import Lookup, UUIDField


@UUIDField.register_lookup
class _AnyOf(Lookup):
    """`pk__any_of=ids`: one array parameter, where `__in` compiles and escapes a parameter for each id: 60 us each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, values = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*values, list(self.rhs))

    def get_prep_lookup(self) -> Any:
        return self.rhs
