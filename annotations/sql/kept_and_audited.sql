-- Tables whose rows are never deleted, and tables whose every change is an audit event.

CREATE OR REPLACE TRIGGER audit_added AFTER INSERT ON annotations_appearance REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_added('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER audit AFTER DELETE OR UPDATE ON annotations_appearance
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_appearance
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_appearance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_approval
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER audit_added AFTER INSERT ON annotations_claim REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_added('claim:', 'id', 'edit_number,updated_at');
CREATE OR REPLACE TRIGGER audit AFTER DELETE OR UPDATE ON annotations_claim
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'id', 'edit_number,updated_at');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_claim FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_claim
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_claimant
    FOR EACH ROW EXECUTE FUNCTION audit_row('claimant:', 'id', 'updated_at');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_claimant
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_claimant
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_claimantcontact
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'updated_at');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_comment
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_comment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_comment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_conflictofinterest
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'person_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON annotations_contribution
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_contribution
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_desk
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', 'edit_number,updated_at');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_desk FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_desk
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_evidence
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'updated_at,link_checked_at');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit_added AFTER INSERT ON annotations_passage REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_added('passage:', 'id', '');
CREATE OR REPLACE TRIGGER audit AFTER DELETE OR UPDATE ON annotations_passage
    FOR EACH ROW EXECUTE FUNCTION audit_row('passage:', 'id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_passage
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_passage
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit_added AFTER INSERT ON annotations_placement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_added('passage:', 'passage_id', '');
CREATE OR REPLACE TRIGGER audit AFTER DELETE OR UPDATE ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION audit_row('passage:', 'passage_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_placement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_placement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_rating
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_ratingscale
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_rechecktask
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'announced_at');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_repeatedclaim
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON annotations_transitionrule
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_transitionrule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_verdict
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'edit_number,updated_at');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON annotations_verdict
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON annotations_verdicttransition
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON annotations_verdicttransition
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_verdicttransition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A row under another key would leave its contributions and events behind: its author could approve it.
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_claim
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_appearance
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_evidence
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_claimant
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_comment
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_desk
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_placement
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_rating
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_ratingscale
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_rechecktask
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_conflictofinterest
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON annotations_repeatedclaim
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
