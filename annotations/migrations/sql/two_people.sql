-- One human never counts as two: an approval remembers who made the token it was given with, beside guard_approval() of
-- guards.sql, and no two approvals of one move come from the same person in whatever role. For raw SQL too.

-- Who made the token that the transaction acts through; null outside of the API.
CREATE FUNCTION acting_token_creator() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT created_by_id FROM accounts_apitoken
    WHERE id = substring(current_setting('factcheck.via', true) FROM '^token:([0-9a-f-]{36})$')::uuid
$$;

CREATE FUNCTION guard_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- guard_insert, which comes before in the alphabet, has locked the verdict: approvals of one moment see each other.
    -- The same person once more is refused by approval_once_per_person.
    IF EXISTS (
        SELECT 1 FROM annotations_approval a
        WHERE (a.verdict_id, a.action, a.move, a.frozen_id) = (NEW.verdict_id, NEW.action, NEW.move, NEW.frozen_id)
            AND a.person_id <> NEW.person_id
            AND ARRAY[a.person_id, a.token_creator_id] && ARRAY[NEW.person_id, NEW.token_creator_id]
    ) THEN
        RAISE EXCEPTION 'One person does not count as two' USING ERRCODE = '23514', CONSTRAINT = 'approvals_by_two_people';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_two_people BEFORE INSERT ON annotations_approval FOR EACH ROW EXECUTE FUNCTION guard_two_people();
