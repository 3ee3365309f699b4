from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "contributions.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("annotations", "0015_documents_as_text")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
