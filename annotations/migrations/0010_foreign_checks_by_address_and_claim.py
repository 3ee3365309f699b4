import hashlib

from django.db import migrations, models


def fill(apps, schema_editor):
    checks = apps.get_model("annotations", "ForeignCheck").objects.using(schema_editor.connection.alias)
    for check in checks.only("claim_text").iterator(1_000):
        digest = hashlib.sha256(check.claim_text.encode()).hexdigest()
        checks.filter(pk=check.pk).update(claim_sha256=digest)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0009_digests_match")]

    operations = [
        migrations.AddField(
            "foreigncheck",
            "claim_sha256",
            models.CharField(
                default="", help_text="Of claim_text: one page may review several claims.", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("foreigncheck", "url", models.URLField(max_length=2000)),
        migrations.AddConstraint(
            "foreigncheck", models.UniqueConstraint(fields=["url", "claim_sha256"], name="foreign_check_once")
        ),
    ]
