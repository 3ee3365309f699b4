-- Passages and placements.

CREATE OR REPLACE FUNCTION guard_passage() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.article_id, NEW.revision_id, NEW.exact, NEW.prefix, NEW.suffix)
        IS DISTINCT FROM (OLD.id, OLD.article_id, OLD.revision_id, OLD.exact, OLD.prefix, OLD.suffix) THEN
        RAISE EXCEPTION 'What a passage points at never changes' USING ERRCODE = '23514', CONSTRAINT = 'passage_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_update BEFORE UPDATE ON annotations_passage
    FOR EACH ROW EXECUTE FUNCTION guard_passage();

CREATE OR REPLACE FUNCTION guard_placement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_words text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.passage_id, NEW.revision_id) IS DISTINCT FROM (OLD.passage_id, OLD.revision_id) THEN
        RAISE EXCEPTION 'A placement stays with its passage and revision' USING ERRCODE = '23514', CONSTRAINT = 'placement_is_kept';
    END IF;
    -- One query for both checks: a claim in bulk waits for this one longer than for its own row (2026-11-30).
    SELECT CASE WHEN NEW.start < NEW."end" THEN substring(r.text FROM NEW.start + 1 FOR NEW."end" - NEW.start) END INTO v_words
        FROM annotations_passage p JOIN articles_articlerevision r ON r.article_id = p.article_id
        WHERE p.id = NEW.passage_id AND r.id = NEW.revision_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Passage and revision belong to different articles'
            USING ERRCODE = '23514', CONSTRAINT = 'placement_same_article';
    END IF;
    IF NEW.start < NEW."end" AND v_words IS DISTINCT FROM NEW.exact THEN
        RAISE EXCEPTION 'The revision does not read so at %-%', NEW.start, NEW."end"
            USING ERRCODE = '23514', CONSTRAINT = 'placement_reads_exact';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION guard_placement();

-- The planner settings fix one join order: from the claim's evidence and appearances to the placements of those few passages.
-- Otherwise a plan made while the tables were empty, and cached by the connection, took minutes for thirty pieces of evidence.
-- IS NOT DISTINCT FROM keeps the planner from scanning all placements of a revision (measured 2026-11-27).
CREATE OR REPLACE FUNCTION claim_overlaps_evidence(p_claim uuid) RETURNS boolean LANGUAGE sql STABLE
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM annotations_evidence e
        JOIN annotations_passage pe ON pe.id = e.passage_id
        JOIN annotations_placement le ON le.passage_id = e.passage_id
        JOIN annotations_appearance a ON a.claim_id = e.claim_id AND a.removed_at IS NULL
        JOIN annotations_passage pa ON pa.id = a.passage_id
        JOIN annotations_placement la
            ON la.passage_id = a.passage_id AND la.revision_id IS NOT DISTINCT FROM le.revision_id
        WHERE e.claim_id = p_claim AND e.removed_at IS NULL
            AND le.start < la."end" AND la.start < le."end"
            -- an overlap that a publisher's later edit caused is shown to people, not refused
            AND (le.revision_id = pe.revision_id OR la.revision_id = pa.revision_id)
    )
$$;

CREATE OR REPLACE FUNCTION guard_overlap() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.removed_at IS NULL AND NEW.passage_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM annotations_evidence e
        WHERE e.claim_id = NEW.claim_id AND e.removed_at IS NULL AND e.passage_id IS NOT NULL
    ) AND claim_overlaps_evidence(NEW.claim_id) THEN
        RAISE EXCEPTION 'Evidence may not overlap the words of its own claim'
            USING ERRCODE = '23514', CONSTRAINT = 'evidence_apart_from_claim';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard_overlap AFTER INSERT OR UPDATE OF claim_id, passage_id, removed_at
    ON annotations_evidence
    FOR EACH ROW EXECUTE FUNCTION guard_overlap();
CREATE OR REPLACE TRIGGER guard_overlap AFTER UPDATE OF claim_id, passage_id, removed_at
    ON annotations_appearance
    FOR EACH ROW EXECUTE FUNCTION guard_overlap();

-- For all rows that an INSERT added: most claims of a desk have no evidence yet.
-- MATERIALIZED, here and below: a plan made while the tables were empty asked claim_overlaps_evidence() for every appearance of
-- the desk before it looked which of them the INSERT concerns: 35 ms for a claim beside 3,600 others (2026-12-01).
CREATE OR REPLACE FUNCTION guard_added_overlap() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        WITH concerned AS MATERIALIZED (
            SELECT DISTINCT n.claim_id FROM added n JOIN annotations_evidence e ON e.claim_id = n.claim_id
            WHERE n.removed_at IS NULL AND e.removed_at IS NULL AND e.passage_id IS NOT NULL
        )
        SELECT FROM concerned WHERE claim_overlaps_evidence(claim_id)
    ) THEN
        RAISE EXCEPTION 'Evidence may not overlap the words of its own claim'
            USING ERRCODE = '23514', CONSTRAINT = 'evidence_apart_from_claim';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard_added_overlap AFTER INSERT ON annotations_appearance REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION guard_added_overlap();

CREATE OR REPLACE FUNCTION guard_placement_overlap() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM annotations_evidence e WHERE e.passage_id = NEW.passage_id AND e.removed_at IS NULL
            AND claim_overlaps_evidence(e.claim_id)
        UNION ALL
        SELECT 1 FROM annotations_appearance a WHERE a.passage_id = NEW.passage_id AND a.removed_at IS NULL
            AND claim_overlaps_evidence(a.claim_id)
    ) AND (SELECT revision_id FROM annotations_passage WHERE id = NEW.passage_id) = NEW.revision_id THEN
        RAISE EXCEPTION 'Evidence may not overlap the words of its own claim'
            USING ERRCODE = '23514', CONSTRAINT = 'evidence_apart_from_claim';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard_overlap AFTER UPDATE OF start, "end" ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION guard_placement_overlap();

-- For all rows that an INSERT added.
CREATE OR REPLACE FUNCTION guard_added_placements() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        WITH concerned AS MATERIALIZED (
            SELECT e.claim_id FROM added n JOIN annotations_passage p ON p.id = n.passage_id AND p.revision_id = n.revision_id
                JOIN annotations_evidence e ON e.passage_id = n.passage_id AND e.removed_at IS NULL
            UNION
            SELECT a.claim_id FROM added n JOIN annotations_passage p ON p.id = n.passage_id AND p.revision_id = n.revision_id
                JOIN annotations_appearance a ON a.passage_id = n.passage_id AND a.removed_at IS NULL
        )
        SELECT FROM concerned WHERE claim_overlaps_evidence(claim_id)
    ) THEN
        RAISE EXCEPTION 'Evidence may not overlap the words of its own claim'
            USING ERRCODE = '23514', CONSTRAINT = 'evidence_apart_from_claim';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard_added_placements AFTER INSERT ON annotations_placement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION guard_added_placements();
