-- Endpoints are settings of the desk: every change is an audit event, with digests of the secrets.

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_webhookendpoint
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '', 'secret,previous_secret');
