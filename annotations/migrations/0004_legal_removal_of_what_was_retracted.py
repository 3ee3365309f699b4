"""A court may order the removal of a check that the desk has retracted already."""

from django.db import migrations

MOVE = {"action": "legal_removal", "from_status": "retracted", "to_status": "retracted"}


def allow(apps, schema_editor):
    rules = apps.get_model("annotations", "TransitionRule").objects.using(schema_editor.connection.alias)
    if not rules.filter(**MOVE).exists():  # a new desk has it from the first rows
        rules.create(**MOVE)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0003_first_rows")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
