-- A typed label is content like the rest: who types it is an author, and what was published keeps it.
CREATE OR REPLACE FUNCTION verdict_content(v annotations_verdict) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_array(v.id, v.claim_id, v.version, v.headline, v.rating_id, v.summary, v.rationale, v.language,
        v.byline, v.correction_kind, v.correction_note, v.valid_until, v.rating_text)
$$;

-- A legal removal blanks it too.
DO $$
DECLARE
    v_old text := pg_get_functiondef('remove_words(uuid, text)'::regprocedure);
    v_new text := replace(v_old, 'annotations_verdict SET headline = '''',', 'annotations_verdict SET headline = '''', rating_text = '''',');
BEGIN
    IF v_new = v_old THEN
        RAISE EXCEPTION 'remove_words() does not read as expected: the typed label would survive a legal removal';
    END IF;
    EXECUTE v_new;
END $$;
