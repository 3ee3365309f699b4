from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "audit_by_index.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_groups_of_the_roles")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
