from django.db import migrations, models

# Turning jsonb into text was most of what a page of the feed, a list or an export cost. Generated: it cannot say anything
# else than `document`, is blanked with it, and is neither dumped nor restored. The audit trail holds neither of the two.
SQL = """
ALTER TABLE annotations_factcheck ADD COLUMN document_text text GENERATED ALWAYS AS (document::text) STORED;
DROP TRIGGER audit ON annotations_factcheck;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON annotations_factcheck FOR EACH ROW
    EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'document,document_text');
"""
BACK = """
DROP TRIGGER audit ON annotations_factcheck;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON annotations_factcheck FOR EACH ROW
    EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'document');
ALTER TABLE annotations_factcheck DROP COLUMN document_text;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0014_foreign_checks_keep_what_they_said")]

    operations = [
        migrations.RunSQL(SQL, BACK),
        # Whether a reader missed a tombstone was asked of every change after the reader's place, with every page.
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(is_latest=True, state="deleted"),
                fields=["seq", "modified_at"],
                name="change_tombstones",
            ),
        ),
    ]
