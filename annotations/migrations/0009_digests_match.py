from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "digests.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("annotations", "0008_free_text_labels")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
