from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "digests.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("annotations", "0005_conflicts_and_removed_words")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
