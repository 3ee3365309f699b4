import django.db.models.deletion
from django.db import migrations, models

import factcheck.ids
from articles.canonical_url import canonical_or_given


def canonicalise(apps, schema_editor):
    """One spelling per page from now on. Where both spellings are stored already, the row stays as it is."""
    checks = apps.get_model("annotations", "ForeignCheck").objects.using(schema_editor.connection.alias)
    for check in checks.only("url", "claim_sha256").iterator(1_000):
        url = canonical_or_given(check.url)[:2000]
        if url != check.url and not checks.filter(url=url, claim_sha256=check.claim_sha256).exists():
            checks.filter(pk=check.pk).update(url=url)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0013_overlap_guard_keeps_its_order")]

    operations = [
        migrations.AddField(
            "foreigncheck",
            "seen_by",
            models.UUIDField(
                editable=False,
                help_text="The import run that brought it last: two of one run are never one check.",
                null=True,
            ),
        ),
        migrations.AlterField(
            "foreigncheck",
            "claim_sha256",
            models.CharField(
                help_text="Of claim_text, as one page may review several claims;"
                " without an address of publisher and date too.",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            "foreigncheck",
            "url",
            models.URLField(
                blank=True, default="", help_text="Canonical; empty where none was given.", max_length=2000
            ),
        ),
        migrations.RunPython(canonicalise, migrations.RunPython.noop),
        migrations.CreateModel(
            "ForeignCheckWording",
            [
                (
                    "id",
                    models.UUIDField(default=factcheck.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("claim_text", models.TextField()),
                ("label", models.CharField(max_length=200)),
                ("document", models.JSONField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "foreign_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier",
                        to="annotations.foreigncheck",
                    ),
                ),
            ],
            options={"ordering": ["-replaced_at", "-pk"]},
        ),
    ]
