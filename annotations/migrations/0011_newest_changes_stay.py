from django.db import migrations

# The newest row of an object stays for ever: by a tombstone the feed knows which readers missed a deletion.
GUARD = """
CREATE OR REPLACE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.is_latest OR OLD.seq IS NULL OR OLD.modified_at > now() - interval '30 days' THEN
            RAISE EXCEPTION 'The newest change of an object stays, any other one 30 days'
                USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - '{seq,is_latest}'::text[] <> to_jsonb(OLD) - '{seq,is_latest}'::text[]
        OR (OLD.seq IS NOT NULL AND NEW.seq IS DISTINCT FROM OLD.seq) OR (NEW.is_latest AND NOT OLD.is_latest) THEN
        RAISE EXCEPTION 'A change never changes' USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0010_foreign_checks_by_address_and_claim")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
