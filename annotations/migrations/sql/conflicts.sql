-- Who declared a conflict of interest with the claimant does not approve: beside guard_approval() of guards.sql, for raw SQL too.
CREATE FUNCTION guard_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.action = 'publish' AND EXISTS (
        SELECT 1 FROM annotations_claim c JOIN annotations_conflictofinterest o ON o.claimant_id = c.claimant_id
        WHERE c.id = NEW.claim_id AND o.person_id = NEW.person_id AND o.has_conflict
    ) THEN
        RAISE EXCEPTION 'Who declared a conflict of interest does not approve'
            USING ERRCODE = '23514', CONSTRAINT = 'approver_has_no_conflict';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_conflict BEFORE INSERT ON annotations_approval FOR EACH ROW EXECUTE FUNCTION guard_conflict();
