-- Approvals: never by a contributor, never twice by one human, never with a declared conflict.

-- The same roles as in accounts/permissions.py; a test compares them. `name_page` is factcheck.edit there.
CREATE OR REPLACE FUNCTION roles_for(p_action text) RETURNS text[] LANGUAGE sql IMMUTABLE
    RETURN CASE p_action
        WHEN 'approve' THEN ARRAY['reviewer']
        WHEN 'publish' THEN ARRAY['reviewer', 'publisher']
        WHEN 'suspend' THEN ARRAY['reviewer', 'publisher', 'admin']
        WHEN 'retract' THEN ARRAY['reviewer', 'publisher', 'admin']
        WHEN 'restore' THEN ARRAY['reviewer', 'publisher', 'admin']
        WHEN 'legal_removal' THEN ARRAY['publisher', 'admin']
        WHEN 'name_page' THEN ARRAY['publisher', 'reviewer', 'admin']
        WHEN 'override' THEN ARRAY['admin']
        ELSE ARRAY[]::text[] END;

-- The number of people that a withdrawal needs: two if two are eligible.
CREATE OR REPLACE FUNCTION people_needed(p_action text) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT least(2, count(DISTINCT u.id)) FROM accounts_user u
    JOIN accounts_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id
    WHERE u.is_active AND g.name = ANY (roles_for(p_action))
$$;

CREATE OR REPLACE FUNCTION guard_approval() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_verdict annotations_verdict;
    v_sha text;
BEGIN
    SELECT * INTO v_verdict FROM annotations_verdict WHERE id = NEW.verdict_id FOR UPDATE;
    SELECT sha256 INTO v_sha FROM annotations_frozencontent WHERE id = NEW.frozen_id;
    IF need_person() <> NEW.person_id THEN
        RAISE EXCEPTION 'Nobody approves for somebody else' USING ERRCODE = '23514', CONSTRAINT = 'approver_is_the_actor';
    END IF;
    IF NOT person_has_role(NEW.person_id, VARIADIC
        roles_for(CASE NEW.action WHEN 'publish' THEN 'approve' ELSE NEW.action END)) THEN
        RAISE EXCEPTION 'Only an active person with the role for it approves'
            USING ERRCODE = '23514', CONSTRAINT = 'approver_has_the_role';
    END IF;
    IF v_verdict.claim_id <> NEW.claim_id OR v_verdict.frozen_id IS DISTINCT FROM NEW.frozen_id
        OR v_sha IS DISTINCT FROM NEW.content_sha256 THEN
        RAISE EXCEPTION 'The approval is not of what is under review' USING ERRCODE = '23514', CONSTRAINT = 'approval_digest_matches';
    END IF;
    -- Given ahead it would count for an attempt that nobody has made; given for another one, a person would count twice.
    IF NEW.attempt <> (CASE NEW.action WHEN 'publish' THEN 0 ELSE (SELECT count(*) FROM annotations_verdicttransition t
            WHERE t.verdict_id = NEW.verdict_id AND t.action <> 'propose') END) THEN
        RAISE EXCEPTION 'The approval is of another attempt' USING ERRCODE = '23514', CONSTRAINT = 'approval_of_this_attempt';
    END IF;
    IF NEW.action = 'publish' THEN
        IF v_verdict.status <> 'in_review' THEN
            RAISE EXCEPTION 'Only a verdict in review can be approved' USING ERRCODE = '23514', CONSTRAINT = 'approval_in_review';
        END IF;
        IF NEW.person_id IN (SELECT verdict_contributors(NEW.verdict_id)) THEN
            RAISE EXCEPTION 'A contributor does not approve' USING ERRCODE = '23514', CONSTRAINT = 'approver_is_no_contributor';
        END IF;
    ELSIF v_verdict.status NOT IN ('published', 'suspended', 'retracted') THEN
        RAISE EXCEPTION 'That transition needs a published verdict' USING ERRCODE = '23514', CONSTRAINT = 'approval_of_published';
    END IF;
    RETURN NEW;
END $$;

-- A declared conflict of interest with the claimant bars a person from approving, in raw SQL too.
CREATE OR REPLACE FUNCTION guard_conflict() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.action = 'publish' AND EXISTS (
        SELECT 1 FROM annotations_conflictofinterest o
        WHERE o.person_id = NEW.person_id AND o.has_conflict AND (
            o.claimant_id = (SELECT claimant_id FROM annotations_claim WHERE id = NEW.claim_id)
            -- the claim could have another claimant for a moment
            OR o.claimant_id::text = (SELECT p.body::jsonb #>> '{claim,claimant,id}' FROM annotations_frozencontent f
                JOIN accounts_payload p ON p.id = f.payload_id WHERE f.id = NEW.frozen_id))
    ) THEN
        RAISE EXCEPTION 'Who declared a conflict of interest does not approve'
            USING ERRCODE = '23514', CONSTRAINT = 'approver_has_no_conflict';
    END IF;
    RETURN NEW;
END $$;

-- A conflict of interest is declared by the person alone. A later declaration replaces it; none is deleted.
CREATE OR REPLACE FUNCTION guard_declaration() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.person_id IS DISTINCT FROM acting_person()
        OR (TG_OP = 'UPDATE' AND (NEW.id, NEW.person_id, NEW.claimant_id) <> (OLD.id, OLD.person_id, OLD.claimant_id)) THEN
        RAISE EXCEPTION 'A conflict of interest is declared by the person alone'
            USING ERRCODE = '23514', CONSTRAINT = 'conflict_is_own';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR DELETE OR UPDATE ON annotations_conflictofinterest
    FOR EACH ROW EXECUTE FUNCTION guard_declaration();

-- An approver has answered the question of a conflict of interest with this claimant.
-- Postgres fires triggers by name: this one comes last, so that a contributor gets the stronger reason.
CREATE OR REPLACE FUNCTION guard_unanswered_conflict() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.action = 'publish' AND EXISTS (
        SELECT 1 FROM annotations_claim c WHERE c.id = NEW.claim_id AND c.claimant_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM annotations_conflictofinterest o
            WHERE o.claimant_id = c.claimant_id AND o.person_id = NEW.person_id
        )
    ) THEN
        RAISE EXCEPTION 'Who approves answers the conflict-of-interest question first'
            USING ERRCODE = '23514', CONSTRAINT = 'approver_answered_conflict';
    END IF;
    RETURN NEW;
END $$;

-- The creator of the API token that the transaction acts through; null outside the API.
CREATE OR REPLACE FUNCTION acting_token_creator() RETURNS uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT created_by_id FROM accounts_apitoken
    WHERE id = substring(current_setting('factcheck.via', true) FROM '^token:([0-9a-f-]{36})$')::uuid
$$;

CREATE OR REPLACE FUNCTION guard_two_people() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_creator uuid := acting_token_creator();
BEGIN
    NEW.token_creator_id := coalesce(NEW.token_creator_id, v_creator);
    IF NEW.token_creator_id IS DISTINCT FROM v_creator THEN
        RAISE EXCEPTION 'The token was made by somebody else' USING ERRCODE = '23514', CONSTRAINT = 'approval_names_its_token';
    END IF;
    IF NEW.action = 'publish' AND NEW.token_creator_id IN (SELECT verdict_contributors(NEW.verdict_id)) THEN
        RAISE EXCEPTION 'A token does not approve what its creator wrote'
            USING ERRCODE = '23514', CONSTRAINT = 'approver_is_no_contributor';
    END IF;
    -- guard_insert fires before (triggers fire by name) and has locked the verdict: concurrent approvals see each other.
    -- A second approval by the same person is refused by the constraint approval_once_per_person.
    IF EXISTS (
        SELECT 1 FROM annotations_approval a
        WHERE (a.verdict_id, a.action, a.attempt, a.frozen_id) = (NEW.verdict_id, NEW.action, NEW.attempt, NEW.frozen_id)
            AND a.person_id <> NEW.person_id
            AND ARRAY[a.person_id, a.token_creator_id] && ARRAY[NEW.person_id, NEW.token_creator_id]
    ) THEN
        RAISE EXCEPTION 'One person does not count as two' USING ERRCODE = '23514', CONSTRAINT = 'approvals_by_two_people';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON annotations_approval
    FOR EACH ROW EXECUTE FUNCTION guard_approval();
CREATE OR REPLACE TRIGGER guard_conflict BEFORE INSERT ON annotations_approval
    FOR EACH ROW EXECUTE FUNCTION guard_conflict();
CREATE OR REPLACE TRIGGER guard_two_people BEFORE INSERT ON annotations_approval
    FOR EACH ROW EXECUTE FUNCTION guard_two_people();
CREATE OR REPLACE TRIGGER guard_unanswered_conflict BEFORE INSERT ON annotations_approval
    FOR EACH ROW EXECUTE FUNCTION guard_unanswered_conflict();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON annotations_approval
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
