-- The rules that carry trust, for every role and whatever the program says. Constraint names are the stable codes that
-- annotations/errors.py turns into messages.

-- 1. Passages and placements -------------------------------------------------------------------------------------------
CREATE FUNCTION guard_passage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.article_id, NEW.revision_id, NEW.exact, NEW.prefix, NEW.suffix)
        IS DISTINCT FROM (OLD.id, OLD.article_id, OLD.revision_id, OLD.exact, OLD.prefix, OLD.suffix) THEN
        RAISE EXCEPTION 'What a passage points at never changes' USING ERRCODE = '23514', CONSTRAINT = 'passage_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_update BEFORE UPDATE ON annotations_passage FOR EACH ROW EXECUTE FUNCTION guard_passage();

CREATE FUNCTION guard_placement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_words text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.passage_id, NEW.revision_id) IS DISTINCT FROM (OLD.passage_id, OLD.revision_id) THEN
        RAISE EXCEPTION 'A placement stays with its passage and revision' USING ERRCODE = '23514', CONSTRAINT = 'placement_is_kept';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM annotations_passage p JOIN articles_articlerevision r ON r.article_id = p.article_id
        WHERE p.id = NEW.passage_id AND r.id = NEW.revision_id
    ) THEN
        RAISE EXCEPTION 'Passage and revision belong to different articles'
            USING ERRCODE = '23514', CONSTRAINT = 'placement_same_article';
    END IF;
    IF NEW.start < NEW."end" THEN
        SELECT substring(text FROM NEW.start + 1 FOR NEW."end" - NEW.start) INTO v_words
            FROM articles_articlerevision WHERE id = NEW.revision_id;
        IF v_words IS DISTINCT FROM NEW.exact THEN
            RAISE EXCEPTION 'The revision does not read so at %-%', NEW.start, NEW."end"
                USING ERRCODE = '23514', CONSTRAINT = 'placement_reads_exact';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_write BEFORE INSERT OR UPDATE ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION guard_placement();

-- 2. Evidence never overlaps the words of its own claim ------------------------------------------------------------------
CREATE FUNCTION claim_overlaps_evidence(p_claim uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1
        FROM annotations_evidence e
        JOIN annotations_passage pe ON pe.id = e.passage_id
        JOIN annotations_placement le ON le.passage_id = e.passage_id
        JOIN annotations_appearance a ON a.claim_id = e.claim_id AND a.removed_at IS NULL
        JOIN annotations_placement la ON la.passage_id = a.passage_id AND la.revision_id = le.revision_id
        JOIN annotations_passage pa ON pa.id = a.passage_id
        WHERE e.claim_id = p_claim AND e.removed_at IS NULL
            AND le.start < la."end" AND la.start < le."end"
            -- what a publisher's later edit pushed together is shown to people, not refused
            AND (le.revision_id = pe.revision_id OR la.revision_id = pa.revision_id)
    )
$$;
CREATE FUNCTION guard_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.removed_at IS NULL AND NEW.passage_id IS NOT NULL AND claim_overlaps_evidence(NEW.claim_id) THEN
        RAISE EXCEPTION 'Evidence may not overlap the words of its own claim'
            USING ERRCODE = '23514', CONSTRAINT = 'evidence_apart_from_claim';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_overlap AFTER INSERT OR UPDATE OF claim_id, passage_id, removed_at ON annotations_evidence
    FOR EACH ROW EXECUTE FUNCTION guard_overlap();
CREATE TRIGGER guard_overlap AFTER INSERT OR UPDATE OF claim_id, passage_id, removed_at ON annotations_appearance
    FOR EACH ROW EXECUTE FUNCTION guard_overlap();
CREATE FUNCTION guard_placement_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER guard_overlap AFTER INSERT OR UPDATE OF start, "end" ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION guard_placement_overlap();

-- 3. Contributors --------------------------------------------------------------------------------------------------------
CREATE FUNCTION need_person() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF acting_person() IS NULL THEN
        RAISE EXCEPTION 'Content is written by a person: no actor is set'
            USING ERRCODE = '23514', CONSTRAINT = 'content_has_an_author';
    END IF;
    RETURN acting_person();
END $$;

CREATE FUNCTION add_contribution(p_claim uuid, p_verdict uuid, p_kind text, p_object uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
        VALUES (p_claim, p_verdict, need_person(), p_kind, p_object) ON CONFLICT DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION add_contribution(uuid, uuid, text, uuid) FROM PUBLIC;

CREATE FUNCTION note_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.claim_id <> OLD.claim_id THEN
        -- a merge: whoever wrote it stays its author under the other claim
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NULL, person_id, kind, object_id FROM annotations_contribution
            WHERE claim_id = OLD.claim_id AND object_id = NEW.id AND verdict_id IS NULL ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    PERFORM add_contribution(NEW.claim_id, NULL, TG_ARGV[0], NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER note_contribution AFTER INSERT OR UPDATE OF claim_id, mode, said_at, has_said_time, said_where, relayed_via
    ON annotations_appearance FOR EACH ROW EXECUTE FUNCTION note_contribution('appearance');
CREATE TRIGGER note_contribution AFTER INSERT OR UPDATE OF claim_id, stance, source_class, note, passage_id, url, quote, archived_url
    ON annotations_evidence FOR EACH ROW EXECUTE FUNCTION note_contribution('evidence');

CREATE FUNCTION note_claim_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.statement <> OLD.statement OR NEW.claimant_id IS DISTINCT FROM OLD.claimant_id THEN
        PERFORM add_contribution(NEW.id, NULL, 'claim', NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_contribution AFTER INSERT OR UPDATE OF statement, claimant_id
    ON annotations_claim FOR EACH ROW EXECUTE FUNCTION note_claim_contribution();

-- Whoever wrote any of what a verdict says: its own text and rating, the statement, standing appearances and evidence.
CREATE FUNCTION verdict_contributors(p_verdict uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT DISTINCT c.person_id
    FROM annotations_verdict v
    JOIN annotations_contribution c ON c.claim_id = v.claim_id
    WHERE v.id = p_verdict AND (
        c.verdict_id = v.id
        OR (c.verdict_id IS NULL AND c.kind = 'claim')
        OR (c.verdict_id IS NULL AND c.kind = 'evidence' AND EXISTS (
            SELECT 1 FROM annotations_evidence e WHERE e.id = c.object_id AND e.removed_at IS NULL))
        OR (c.verdict_id IS NULL AND c.kind = 'appearance' AND EXISTS (
            SELECT 1 FROM annotations_appearance a WHERE a.id = c.object_id AND a.removed_at IS NULL))
    )
$$;

-- 4. Verdicts ------------------------------------------------------------------------------------------------------------
CREATE FUNCTION verdict_content(v annotations_verdict) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_array(v.id, v.claim_id, v.version, v.headline, v.rating_id, v.summary, v.rationale, v.language,
        v.byline, v.correction_kind, v.correction_note, v.valid_until)
$$;

CREATE FUNCTION guard_verdict_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM need_person();
    IF NEW.status <> 'draft' OR NEW.frozen_id IS NOT NULL OR NEW.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'A verdict starts as a draft' USING ERRCODE = '23514', CONSTRAINT = 'verdict_starts_as_draft';
    END IF;
    IF NEW.version <> coalesce((SELECT max(version) FROM annotations_verdict WHERE claim_id = NEW.claim_id), 0) + 1 THEN
        RAISE EXCEPTION 'Versions follow each other' USING ERRCODE = '23514', CONSTRAINT = 'verdict_version_follows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_insert BEFORE INSERT ON annotations_verdict FOR EACH ROW EXECUTE FUNCTION guard_verdict_insert();

CREATE FUNCTION verdict_is_approved(p_verdict uuid, p_frozen uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM annotations_approval a
        WHERE a.verdict_id = p_verdict AND a.action = 'publish' AND a.frozen_id = p_frozen
            AND a.person_id NOT IN (SELECT verdict_contributors(p_verdict))
    )
$$;

CREATE FUNCTION guard_verdict_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_edited boolean := verdict_content(NEW) IS DISTINCT FROM verdict_content(OLD);
    v_publisher uuid;
BEGIN
    IF NEW.id <> OLD.id OR NEW.claim_id <> OLD.claim_id OR NEW.version <> OLD.version THEN
        RAISE EXCEPTION 'A verdict stays with its claim' USING ERRCODE = '23514', CONSTRAINT = 'verdict_is_kept';
    END IF;
    IF v_edited AND OLD.status NOT IN ('draft', 'in_review', 'changes_requested', 'approved') THEN
        RAISE EXCEPTION 'What was published never changes' USING ERRCODE = '23514', CONSTRAINT = 'verdict_published_is_kept';
    END IF;
    IF v_edited THEN
        PERFORM need_person();
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'An edit takes the verdict back to draft' USING ERRCODE = '23514', CONSTRAINT = 'verdict_edit_is_draft';
        END IF;
    END IF;
    IF OLD.status NOT IN ('draft', 'in_review', 'changes_requested', 'approved')
        AND (NEW.frozen_id IS DISTINCT FROM OLD.frozen_id OR NEW.published_at IS DISTINCT FROM OLD.published_at) THEN
        RAISE EXCEPTION 'What was published never changes' USING ERRCODE = '23514', CONSTRAINT = 'verdict_published_is_kept';
    END IF;
    IF OLD.status IN ('in_review', 'approved') AND NEW.status <> 'draft' AND NEW.frozen_id IS DISTINCT FROM OLD.frozen_id THEN
        RAISE EXCEPTION 'What is under review never changes' USING ERRCODE = '23514', CONSTRAINT = 'verdict_frozen_is_kept';
    END IF;
    IF NEW.status = OLD.status THEN RETURN NEW; END IF;

    IF NOT EXISTS (
        SELECT 1 FROM annotations_transitionrule WHERE from_status = OLD.status AND to_status = NEW.status
    ) THEN
        RAISE EXCEPTION 'A verdict does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = '23514', CONSTRAINT = 'verdict_move_is_legal';
    END IF;
    IF NEW.status = 'in_review' AND NOT EXISTS (
        SELECT 1 FROM annotations_frozencontent f WHERE f.id = NEW.frozen_id AND f.claim_id = NEW.claim_id
    ) THEN
        RAISE EXCEPTION 'A submitted verdict has frozen content' USING ERRCODE = '23514', CONSTRAINT = 'verdict_submitted_is_frozen';
    END IF;
    IF NEW.status IN ('approved', 'published') AND OLD.status IN ('in_review', 'approved')
        AND NOT verdict_is_approved(NEW.id, NEW.frozen_id) THEN
        RAISE EXCEPTION 'Nobody who may has approved exactly this content'
            USING ERRCODE = '23514', CONSTRAINT = 'verdict_is_approved';
    END IF;
    IF NEW.status = 'published' AND OLD.status = 'approved' THEN
        v_publisher := coalesce(acting_person(), NEW.scheduled_by_id);
        IF v_publisher IS NULL OR v_publisher IN (SELECT verdict_contributors(NEW.id)) THEN
            RAISE EXCEPTION 'A contributor does not publish' USING ERRCODE = '23514', CONSTRAINT = 'publisher_is_no_contributor';
        END IF;
        IF NEW.published_at IS NULL THEN
            RAISE EXCEPTION 'A published verdict has a time' USING ERRCODE = '23514', CONSTRAINT = 'verdict_published_at';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_update BEFORE UPDATE ON annotations_verdict FOR EACH ROW EXECUTE FUNCTION guard_verdict_update();

CREATE FUNCTION note_verdict_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- a correction carries the words of the version before it, so its authors come along
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NEW.id, c.person_id, 'verdict', NEW.id
            FROM annotations_contribution c JOIN annotations_verdict v ON v.id = c.verdict_id
            WHERE v.claim_id = NEW.claim_id AND v.version = NEW.version - 1 ON CONFLICT DO NOTHING;
    ELSIF verdict_content(NEW) IS NOT DISTINCT FROM verdict_content(OLD) THEN
        RETURN NULL;
    END IF;
    PERFORM add_contribution(NEW.claim_id, NEW.id, 'verdict', NEW.id);
    IF NEW.rating_id IS NOT NULL THEN
        UPDATE annotations_ratingscale s SET frozen_at = now() FROM annotations_rating r
            WHERE r.id = NEW.rating_id AND s.id = r.scale_id AND s.frozen_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_contribution AFTER INSERT OR UPDATE ON annotations_verdict
    FOR EACH ROW EXECUTE FUNCTION note_verdict_contribution();

-- 5. Approvals -----------------------------------------------------------------------------------------------------------
CREATE FUNCTION guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_verdict annotations_verdict;
    v_sha text;
BEGIN
    SELECT * INTO v_verdict FROM annotations_verdict WHERE id = NEW.verdict_id FOR UPDATE;
    SELECT sha256 INTO v_sha FROM annotations_frozencontent WHERE id = NEW.frozen_id;
    IF need_person() <> NEW.person_id THEN
        RAISE EXCEPTION 'Nobody approves for somebody else' USING ERRCODE = '23514', CONSTRAINT = 'approver_is_the_actor';
    END IF;
    IF v_verdict.claim_id <> NEW.claim_id OR v_verdict.frozen_id IS DISTINCT FROM NEW.frozen_id
        OR v_sha IS DISTINCT FROM NEW.content_sha256 THEN
        RAISE EXCEPTION 'The approval is not of what is under review' USING ERRCODE = '23514', CONSTRAINT = 'approval_digest_matches';
    END IF;
    IF NEW.action = 'publish' THEN
        IF v_verdict.status <> 'in_review' THEN
            RAISE EXCEPTION 'Only a verdict in review can be approved' USING ERRCODE = '23514', CONSTRAINT = 'approval_in_review';
        END IF;
        IF NEW.person_id IN (SELECT verdict_contributors(NEW.verdict_id)) THEN
            RAISE EXCEPTION 'A contributor does not approve' USING ERRCODE = '23514', CONSTRAINT = 'approver_is_no_contributor';
        END IF;
    ELSIF v_verdict.status NOT IN ('published', 'suspended', 'retracted') THEN
        RAISE EXCEPTION 'That move needs a published verdict' USING ERRCODE = '23514', CONSTRAINT = 'approval_of_published';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_insert BEFORE INSERT ON annotations_approval FOR EACH ROW EXECUTE FUNCTION guard_approval();

-- 6. Published versions ----------------------------------------------------------------------------------------------------
CREATE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM annotations_verdict v JOIN annotations_factcheck f ON f.id = NEW.fact_check_id AND f.claim_id = v.claim_id
        WHERE v.id = NEW.verdict_id AND v.frozen_id = NEW.frozen_id AND v.version = NEW.number AND v.status = 'published'
    ) OR NOT verdict_is_approved(NEW.verdict_id, NEW.frozen_id) THEN
        RAISE EXCEPTION 'A version is published from approved content alone'
            USING ERRCODE = '23514', CONSTRAINT = 'version_is_approved';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_insert BEFORE INSERT ON annotations_factcheckversion FOR EACH ROW EXECUTE FUNCTION guard_version();

-- 7. The outbox: numbered once, superseded once, tombstones purged after 30 days ----------------------------------------------
-- never max(seq) + 1: once the newest tombstone is purged, its number would be given again
CREATE SEQUENCE annotations_change_feed;
CREATE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.modified_at > now() - interval '30 days' OR (OLD.is_latest AND OLD.state <> 'deleted') THEN
            RAISE EXCEPTION 'A change stays 30 days' USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - '{seq,is_latest}'::text[] <> to_jsonb(OLD) - '{seq,is_latest}'::text[]
        OR (OLD.seq IS NOT NULL AND NEW.seq IS DISTINCT FROM OLD.seq) OR (NEW.is_latest AND NOT OLD.is_latest) THEN
        RAISE EXCEPTION 'A change never changes' USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_write BEFORE UPDATE OR DELETE ON annotations_change FOR EACH ROW EXECUTE FUNCTION guard_change();

-- 8. Rating scales are frozen at first use -----------------------------------------------------------------------------------
CREATE FUNCTION guard_rating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM annotations_ratingscale s
        WHERE s.id = coalesce(OLD.scale_id, NEW.scale_id) AND s.frozen_at IS NOT NULL) THEN
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'is_active' = to_jsonb(OLD) - 'is_active' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'A scale in use does not change: make a new version'
            USING ERRCODE = '23514', CONSTRAINT = 'rating_scale_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guard_write BEFORE INSERT OR UPDATE OR DELETE ON annotations_rating FOR EACH ROW EXECUTE FUNCTION guard_rating();
CREATE FUNCTION guard_scale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'is_active' <> to_jsonb(OLD) - 'is_active') THEN
        RAISE EXCEPTION 'A scale in use does not change: make a new version'
            USING ERRCODE = '23514', CONSTRAINT = 'rating_scale_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guard_write BEFORE UPDATE OR DELETE ON annotations_ratingscale FOR EACH ROW EXECUTE FUNCTION guard_scale();

-- 9. Rows that stay ----------------------------------------------------------------------------------------------------------
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY[
        'annotations_frozencontent', 'annotations_transitionrule', 'annotations_verdicttransition', 'annotations_approval',
        'annotations_contribution', 'annotations_factcheckversion'] LOOP
        EXECUTE format('CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
        EXECUTE format('CREATE TRIGGER keep_table BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY[
        'annotations_claim', 'annotations_passage', 'annotations_placement', 'annotations_appearance', 'annotations_evidence',
        'annotations_verdict', 'annotations_factcheck', 'annotations_comment', 'annotations_claimant', 'annotations_desk'] LOOP
        EXECUTE format('CREATE TRIGGER keep_rows BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
        EXECUTE format('CREATE TRIGGER keep_table BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', v_table);
    END LOOP;
    EXECUTE 'CREATE TRIGGER keep_table BEFORE TRUNCATE ON annotations_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()';
END $$;

-- 10. The audit trail ----------------------------------------------------------------------------------------------------------
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT * FROM (VALUES
        ('annotations_claim', 'claim:', 'id', 'edit_number,updated_at'),
        ('annotations_appearance', 'claim:', 'claim_id', ''),
        ('annotations_evidence', 'claim:', 'claim_id', 'updated_at,link_checked_at'),
        ('annotations_claimantcontact', 'claim:', 'claim_id', 'updated_at'),
        ('annotations_verdict', 'claim:', 'claim_id', 'edit_number,updated_at'),
        ('annotations_verdicttransition', 'claim:', 'claim_id', ''),
        ('annotations_approval', 'claim:', 'claim_id', ''),
        ('annotations_comment', 'claim:', 'claim_id', ''),
        ('annotations_rechecktask', 'claim:', 'claim_id', 'announced_at'),
        ('annotations_factcheck', 'claim:', 'claim_id', 'document'),
        ('annotations_passage', 'passage:', 'id', ''),
        ('annotations_placement', 'passage:', 'passage_id', ''),
        ('annotations_claimant', 'claimant:', 'id', 'updated_at'),
        ('annotations_conflictofinterest', 'person:', 'person_id', ''),
        ('annotations_desk', 'settings', '', 'edit_number,updated_at'),
        ('annotations_ratingscale', 'settings', '', ''),
        ('annotations_rating', 'settings', '', ''),
        ('annotations_webhookendpoint', 'settings', '', 'secret,previous_secret')
    ) AS t (tab, prefix, col, left_out) LOOP
        EXECUTE format(
            'CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION audit_row(%L, %L, %L)',
            v.tab, v.prefix, v.col, v.left_out);
    END LOOP;
END $$;
