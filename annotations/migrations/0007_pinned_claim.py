"""The claim that travels with a person is known to the desk, not to one browser."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_groups_of_the_roles"),
        ("annotations", "0006_reviewer_asked_and_mentions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PinnedClaim",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("pinned_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="annotations.claim"
                    ),
                ),
            ],
        ),
    ]
