"""A scale whose labels authors type."""

from pathlib import Path

from django.db import migrations, models

from annotations.presets import FREE_TEXT, SCALES

SQL = (Path(__file__).parent / "sql" / "free_text.sql").read_text()


def offer(apps, schema_editor):
    """A new desk has the scale from its first rows; a desk that is older gets it here."""
    alias = schema_editor.connection.alias
    scales = apps.get_model("annotations", "RatingScale").objects.using(alias)
    ratings = apps.get_model("annotations", "Rating").objects.using(alias)
    name, description, presets = SCALES[FREE_TEXT]
    scale, is_new = scales.get_or_create(key=FREE_TEXT, version=1, defaults={"name": name, "description": description})
    if is_new:
        ratings.bulk_create(
            ratings.model(scale=scale, position=position, **preset._asdict()) for position, preset in enumerate(presets, 1)
        )
    scales.filter(pk=scale.pk).update(is_free_text=True)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0007_pinned_claim")]

    operations = [
        migrations.AddField(
            model_name="ratingscale",
            name="is_free_text",
            field=models.BooleanField(
                default=False, help_text="Authors type the label; the rating gives its class and has no number."
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="rating_text",
            field=models.CharField(
                blank=True, default="", help_text="The label as it was typed, on a scale of free text.", max_length=120
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunPython(offer, migrations.RunPython.noop),
    ]
