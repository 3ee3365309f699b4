from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = (Path(__file__).parent / "sql" / "two_people.sql").read_text()
BACK = """
    DROP TRIGGER guard_two_people ON annotations_approval;
    DROP FUNCTION guard_two_people();
    DROP FUNCTION acting_token_creator();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("annotations", "0016_contributions_cost_less"),
    ]

    operations = [
        migrations.AddField(
            model_name="approval",
            name="token_creator",
            field=models.ForeignKey(
                blank=True,
                help_text="Who made the token it was given with; null where it was given in a session.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
