"""Who declared a conflict of interest approves nothing, by SQL neither; a legal removal blanks the desk's own words."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("annotations", "0004_legal_removal_of_what_was_retracted")]

    operations = [
        migrations.RunSQL((FOLDER / name).read_text(), migrations.RunSQL.noop) for name in ("conflicts.sql", "removal.sql")
    ]
