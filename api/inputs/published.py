"""Request bodies about published checks."""

from api.inputs.base import Strict, Url


class FactCheckPatch(Strict):
    canonical_url = Url(help_text="The newsroom's own page; empty while there is none.")
