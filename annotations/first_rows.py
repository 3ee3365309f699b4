"""The rows of a new desk: legal transitions, preset scales, the Desk record."""

from typing import Any

from annotations.presets import DEFAULT_SCALE, FREE_TEXT, SCALES
from annotations.workflow import TRANSITIONS


def fill_first_rows(apps: Any, schema_editor: Any) -> None:
    """Insert the rows, using the migration's historical models."""
    alias = schema_editor.connection.alias
    rules = apps.get_model("annotations", "TransitionRule").objects.using(alias)
    rules.bulk_create(
        rules.model(action=action, from_status=before, to_status=after)
        for action, pairs in TRANSITIONS.items()
        for before, after in pairs.items()
    )
    scales = apps.get_model("annotations", "RatingScale").objects.using(alias)
    ratings = apps.get_model("annotations", "Rating").objects.using(alias)
    # The desk's default scale is known by its key alone until its row exists.
    default = None
    for key, (name, description, presets) in SCALES.items():
        scale = scales.create(key=key, name=name, description=description, is_free_text=key == FREE_TEXT)
        if key == DEFAULT_SCALE:
            default = scale
        ratings.bulk_create(
            ratings.model(scale=scale, position=position, **preset._asdict())
            for position, preset in enumerate(presets, 1)
        )
    apps.get_model("annotations", "Desk").objects.using(alias).create(id=1, default_scale=default)
