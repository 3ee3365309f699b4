-- Every change of a checked text leaves a row for the finder's index, whatever wrote it.
CREATE OR REPLACE FUNCTION note_changed_check() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed uuid := CASE TG_ARGV[0]
        WHEN 'id' THEN (to_jsonb(NEW) ->> 'id')::uuid
        ELSE (to_jsonb(NEW) ->> 'claim_id')::uuid END;
BEGIN
    INSERT INTO publishing_unindexedcheck (owner_id, is_foreign, since)
    VALUES (changed, TG_TABLE_NAME = 'publishing_foreigncheck', now());
    RETURN NULL;
END $$;

-- For all rows that an INSERT added. A claim comes with its first appearance, which notes it as well as its statement would.
CREATE OR REPLACE FUNCTION note_added_appearances() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO publishing_unindexedcheck (owner_id, is_foreign, since) SELECT DISTINCT claim_id, false, now() FROM added;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER note_changed_appearance_insert AFTER INSERT ON annotations_appearance
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_added_appearances();

CREATE OR REPLACE TRIGGER note_changed_claim AFTER UPDATE ON annotations_claim
    FOR EACH ROW WHEN ((OLD.statement, OLD.removed_at, OLD.merged_into_id) IS DISTINCT FROM (NEW.statement, NEW.removed_at, NEW.merged_into_id))
    EXECUTE FUNCTION note_changed_check('id');
CREATE OR REPLACE TRIGGER note_changed_appearance AFTER UPDATE ON annotations_appearance
    FOR EACH ROW WHEN ((OLD.claim_id, OLD.removed_at, OLD.passage_id) IS DISTINCT FROM (NEW.claim_id, NEW.removed_at, NEW.passage_id))
    EXECUTE FUNCTION note_changed_check('claim_id');
CREATE OR REPLACE TRIGGER note_changed_foreign_insert AFTER INSERT ON publishing_foreigncheck
    FOR EACH ROW EXECUTE FUNCTION note_changed_check('id');
CREATE OR REPLACE TRIGGER note_changed_foreign AFTER UPDATE ON publishing_foreigncheck
    FOR EACH ROW WHEN ((OLD.claim_text, OLD.language) IS DISTINCT FROM (NEW.claim_text, NEW.language))
    EXECUTE FUNCTION note_changed_check('id');
CREATE OR REPLACE TRIGGER note_changed_fact_check AFTER INSERT OR UPDATE OF version, state ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION note_changed_check('claim_id');
