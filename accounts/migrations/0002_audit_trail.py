from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "audit.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_tokens_and_audit")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
