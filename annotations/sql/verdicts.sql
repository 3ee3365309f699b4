-- Verdicts: legal transitions only, content fixed from submission on.

-- A typed label is content: its author is a contributor, and a published verdict keeps it.
CREATE OR REPLACE FUNCTION verdict_content(v annotations_verdict) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_array(v.id, v.claim_id, v.version, v.headline, v.rating_id, v.summary, v.rationale, v.language,
        v.byline, v.correction_kind, v.correction_note, v.valid_until, v.rating_text)
$$;

CREATE OR REPLACE FUNCTION verdict_is_approved(p_verdict uuid, p_frozen uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM annotations_approval a
        WHERE a.verdict_id = p_verdict AND a.action = 'publish' AND a.frozen_id = p_frozen
            AND a.person_id NOT IN (SELECT verdict_contributors(p_verdict))
    )
$$;

CREATE OR REPLACE FUNCTION guard_verdict_insert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
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

-- Whether frozen content says what the rows say. So each of its words was written by a contributor; the rows' guards told who.
-- Not compared: the words of an article, which a reviewer sees beside it, and what Python renders.
CREATE OR REPLACE FUNCTION frozen_says_rows(v annotations_verdict, c jsonb) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        jsonb_build_array(c #> '{verdict,id}', c #> '{verdict,version}', c #> '{verdict,headline}', c #> '{verdict,summary}',
            c #> '{verdict,rationale}', c #> '{verdict,language}', c #> '{verdict,byline}', c #> '{rating,id}',
            coalesce(c #>> '{verdict,correction,kind}', ''), coalesce(c #>> '{verdict,correction,note}', ''))
        = jsonb_build_array(v.id, v.version, v.headline, v.summary, v.rationale, v.language, v.byline, v.rating_id,
            v.correction_kind, CASE WHEN v.correction_kind = '' THEN '' ELSE v.correction_note END)
        AND (SELECT jsonb_build_array(c #> '{claim,id}', c #> '{claim,statement}', c #> '{claim,topics}', c #> '{claim,claimant,id}',
                c #> '{claim,claimant,name}', c #> '{claim,claimant,role}')
            = jsonb_build_array(k.id, k.statement, k.topics, p.id, p.name, p.role)
            FROM annotations_claim k LEFT JOIN annotations_claimant p ON p.id = k.claimant_id WHERE k.id = v.claim_id)
        AND c #>> '{rating,definition}' IS NOT DISTINCT FROM (SELECT definition FROM annotations_rating WHERE id = v.rating_id)
        AND (SELECT jsonb_agg(jsonb_build_array(e -> 'id', e -> 'n', e -> 'stance', e -> 'note', e -> 'url', e -> 'quote',
                e -> 'archived_url', e -> 'cited_as') ORDER BY (e ->> 'id')::uuid) FROM jsonb_array_elements(c -> 'evidence') e)
            IS NOT DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(e.id, e.number, e.stance, e.note, e.url, e.quote,
                e.archived_url, e.cited_as) ORDER BY e.id) FROM annotations_evidence e
            WHERE e.claim_id = v.claim_id AND e.removed_at IS NULL)
        AND (SELECT jsonb_agg(jsonb_build_array(a -> 'id', a -> 'mode', a -> 'said_where', a -> 'relayed_via')
                ORDER BY (a ->> 'id')::uuid) FROM jsonb_array_elements(c -> 'appearances') a)
            IS NOT DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(a.id, a.mode, a.said_where, a.relayed_via) ORDER BY a.id)
            FROM annotations_appearance a WHERE a.claim_id = v.claim_id AND a.removed_at IS NULL)
        AND (SELECT jsonb_agg(jsonb_build_array(r.channel, r.response, r.waived_reason)) FROM annotations_claimantcontact r
            WHERE r.claim_id = v.claim_id) IS NOT DISTINCT FROM CASE jsonb_typeof(c -> 'claimant_contact') WHEN 'object' THEN
            jsonb_build_array(jsonb_build_array(c #> '{claimant_contact,channel}', c #> '{claimant_contact,response}',
                c #> '{claimant_contact,waived_reason}')) END,
        false)
$$;

CREATE OR REPLACE FUNCTION guard_verdict_update() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
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
    -- Whoever schedules is responsible for the publication, so nobody may schedule in another's name.
    IF ((NEW.scheduled_by_id IS DISTINCT FROM OLD.scheduled_by_id AND NEW.scheduled_by_id IS NOT NULL)
            OR (NEW.not_before IS DISTINCT FROM OLD.not_before AND NEW.not_before IS NOT NULL))
        AND (NEW.scheduled_by_id IS DISTINCT FROM acting_person()
            OR NEW.scheduled_by_id IN (SELECT verdict_contributors(NEW.id))) THEN
        RAISE EXCEPTION 'Nobody schedules for somebody else' USING ERRCODE = '23514', CONSTRAINT = 'scheduler_is_the_actor';
    END IF;
    IF NEW.status = OLD.status THEN RETURN NEW; END IF;

    IF NOT EXISTS (
        SELECT 1 FROM annotations_transitionrule WHERE from_status = OLD.status AND to_status = NEW.status
    ) THEN
        RAISE EXCEPTION 'A verdict does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = '23514', CONSTRAINT = 'verdict_transition_is_legal';
    END IF;
    IF NEW.status = 'in_review' AND NOT EXISTS (
        SELECT 1 FROM annotations_frozencontent f WHERE f.id = NEW.frozen_id AND f.claim_id = NEW.claim_id
    ) THEN
        RAISE EXCEPTION 'A submitted verdict has frozen content' USING ERRCODE = '23514', CONSTRAINT = 'verdict_submitted_is_frozen';
    END IF;
    IF NEW.status = 'in_review' AND NOT EXISTS (
        SELECT 1 FROM annotations_frozencontent f JOIN accounts_payload p ON p.id = f.payload_id
        WHERE f.id = NEW.frozen_id AND frozen_says_rows(NEW, p.body::jsonb)
    ) THEN
        RAISE EXCEPTION 'Frozen content says what the rows say' USING ERRCODE = '23514', CONSTRAINT = 'frozen_says_the_rows';
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
        -- by the clock of the database: that of a worker may be ahead
        IF acting_person() IS NULL AND coalesce(NEW.not_before > clock_timestamp(), true) THEN
            RAISE EXCEPTION 'What was scheduled is published at its time' USING ERRCODE = '23514', CONSTRAINT = 'publication_is_due';
        END IF;
        IF NOT person_has_role(v_publisher, VARIADIC roles_for('publish')) THEN
            RAISE EXCEPTION 'Only an active person with the role for it publishes'
                USING ERRCODE = '23514', CONSTRAINT = 'publisher_has_the_role';
        END IF;
        IF NEW.published_at IS NULL THEN
            RAISE EXCEPTION 'A published verdict has a time' USING ERRCODE = '23514', CONSTRAINT = 'verdict_published_at';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON annotations_verdict
    FOR EACH ROW EXECUTE FUNCTION guard_verdict_insert();
CREATE OR REPLACE TRIGGER guard_update BEFORE UPDATE ON annotations_verdict
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION guard_verdict_update();

-- A transition names the acting person and the real change of status.
CREATE OR REPLACE FUNCTION guard_transition() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.actor_id IS DISTINCT FROM acting_person() OR NOT EXISTS (
        SELECT 1 FROM annotations_verdict v
        WHERE v.id = NEW.verdict_id AND v.claim_id = NEW.claim_id AND v.status = NEW.to_status
    ) OR EXISTS (
        -- is_decided() counts the transitions before one by their keys
        SELECT 1 FROM annotations_verdicttransition WHERE verdict_id = NEW.verdict_id AND id >= NEW.id
    ) THEN
        RAISE EXCEPTION 'The history says who moved what' USING ERRCODE = '23514', CONSTRAINT = 'transition_is_as_told';
    END IF;
    IF NEW.is_override AND NOT person_has_role(NEW.actor_id, VARIADIC roles_for('override')) THEN
        RAISE EXCEPTION 'Only an admin overrides' USING ERRCODE = '23514', CONSTRAINT = 'override_is_an_admins';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON annotations_verdicttransition
    FOR EACH ROW EXECUTE FUNCTION guard_transition();

-- Whether the withdrawal, or its end, in a transition was decided by as many people as it needs. An attempt has the number of
-- transitions before it: approvals of an earlier one are used up.
CREATE OR REPLACE FUNCTION is_decided(t annotations_verdicttransition) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.is_override OR person_has_role(t.actor_id, VARIADIC roles_for(t.action)) AND (
        t.action = 'suspend' OR (
            SELECT count(DISTINCT a.person_id) FROM annotations_approval a
            WHERE a.verdict_id = t.verdict_id AND a.action = t.action
                AND a.attempt = (SELECT count(*) FROM annotations_verdicttransition b
                    WHERE b.verdict_id = t.verdict_id AND b.action <> 'propose' AND b.id < t.id)
        ) >= people_needed(t.action))
$$;

-- Deferred: the transition and its approvals are written in the same transaction.
CREATE OR REPLACE FUNCTION guard_withdrawal() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM annotations_verdicttransition t JOIN annotations_verdict v ON v.id = t.verdict_id JOIN accounts_auditevent e
            ON e.object_table = 'annotations_verdicttransition' AND e.object_id = t.id::text AND e.at >= now()
        WHERE t.verdict_id = NEW.id AND (t.from_status, t.to_status) = (OLD.status, NEW.status) AND is_decided(t)
            -- The newest, unless the verdict went on in this transaction: one that was held open would find what others
            -- decided, and took back, since it began.
            AND (v.status <> NEW.status OR NOT EXISTS (
                SELECT FROM annotations_verdicttransition b WHERE b.verdict_id = t.verdict_id AND b.id > t.id
                    AND b.from_status <> b.to_status))
    ) THEN
        RAISE EXCEPTION 'That transition was not decided by those who may' USING ERRCODE = '23514', CONSTRAINT = 'withdrawal_was_decided';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_withdrawal ON annotations_verdict;
CREATE CONSTRAINT TRIGGER guard_withdrawal AFTER UPDATE OF status ON annotations_verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IN ('published', 'suspended', 'retracted')
        AND NEW.status IN ('published', 'suspended', 'retracted') AND NEW.status <> OLD.status)
    EXECUTE FUNCTION guard_withdrawal();
