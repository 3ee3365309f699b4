from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "guards.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_sources_articles_revisions_imports"), ("accounts", "0002_audit_trail")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
