"""The rows a desk starts with: the legal moves of a verdict, the preset scales, the desk's own record."""

from django.db import migrations

from annotations.presets import DEFAULT_SCALE, SCALES
from annotations.workflow import TRANSITIONS


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    rule = apps.get_model("annotations", "TransitionRule")
    scale_model = apps.get_model("annotations", "RatingScale")
    rating = apps.get_model("annotations", "Rating")
    rule.objects.using(alias).bulk_create(
        rule(action=action, from_status=before, to_status=after)
        for action, pairs in TRANSITIONS.items()
        for before, after in pairs.items()
    )
    default = None
    for key, (name, description, ratings) in SCALES.items():
        scale = scale_model.objects.using(alias).create(key=key, name=name, description=description)
        if key == DEFAULT_SCALE:
            default = scale
        rating.objects.using(alias).bulk_create(
            rating(scale=scale, position=position, **preset._asdict()) for position, preset in enumerate(ratings, 1)
        )
    apps.get_model("annotations", "Desk").objects.using(alias).create(id=1, default_scale=default)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0002_guards_and_audit")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
