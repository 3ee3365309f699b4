from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "guards.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_claims_verdicts_publication"), ("accounts", "0002_audit_trail"), ("articles", "0002_revision_guards")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
