-- Attempts as the app's database role, each in a transaction of its own: name, whose name the actor setting has, and the
-- constraint or SQLSTATE that refuses it, at once or at the commit. {me} is the actor's id, other names stand in test_attacks.py.

-- status straight to published: as author: verdict_transition_is_legal
UPDATE annotations_verdict SET status = 'published' WHERE id = '{review}';

-- approved without approval: as author: verdict_is_approved
UPDATE annotations_verdict SET status = 'approved' WHERE id = '{review}';

-- own approval: as author: approver_is_no_contributor
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval in another's name: as author: approver_is_the_actor
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{reviewer}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval with no actor: as nobody: content_has_an_author
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{reviewer}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval by an editor: as editor: approver_has_the_role
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval by a publisher: as publisher: approver_has_the_role
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval by somebody deactivated: as left: approver_has_the_role
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval by somebody without a role: as roleless: approver_has_the_role
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval by a phantom: as phantom: account_is_given_by_an_admin
INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active, time_zone, has_single_keys,
    notify_by,
        created_at) VALUES ('{phantom}', 'ghost@desk.example', 'Ghost', '!', false, false, true, 'UTC', true, 'none', now())
;
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id,
    note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval after the own evidence was taken away: as helper: approver_is_no_contributor
UPDATE annotations_evidence SET removed_at = '2020-01-01' WHERE id = '{evidence}';
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id,
    note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval after the own evidence went to another claim: as helper: approver_is_no_contributor
UPDATE annotations_evidence SET number = 99, claim_id = '{other_claim}' WHERE id = '{evidence}';
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id,
    note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval upserted: as author: 42501
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
   SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
   FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}'
ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id;

-- approval merged: as author: 42501
MERGE INTO annotations_approval a USING annotations_verdict v ON a.verdict_id = v.id AND v.id = '{live}' WHEN MATCHED
    THEN UPDATE SET person_id = '{me}';

-- approval prepared: as author: approver_is_no_contributor
PREPARE mine AS
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id,
    note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{author}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}'
; EXECUTE mine;

-- approval in a DO block: as author: verdict_is_approved
DO $$ BEGIN UPDATE annotations_verdict SET status = 'approved' WHERE id = '{review}'; END $$;

-- approval deleted: as author: 42501
DELETE FROM annotations_approval;

-- author publishes: as author: publisher_is_no_contributor
UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = '{approved}';

-- editor publishes: as editor: publisher_has_the_role
UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = '{approved}';

-- scheduled in another's name: as author: scheduler_is_the_actor
UPDATE annotations_verdict SET scheduled_by_id = '{reviewer}', not_before = now() WHERE id = '{approved}';

-- scheduled by the author: as author: scheduler_is_the_actor
UPDATE annotations_verdict SET scheduled_by_id = '{me}' WHERE id = '{approved}';

-- published without a version: as reviewer: published_has_a_version
UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = '{approved}';

-- published with other words: as reviewer: version_says_what_was_approved
UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = '{approved}';
INSERT INTO publishing_factcheck (id, claim_id, slug, verdict_id, version, state, notice, canonical_url, headline,
    rating_label,
    rating_class, language, etag, published_at, modified_at)
SELECT '{phantom}', claim_id, 'fact-check-000001', id, 1, 'published', '', '', '', '', '', '', '', now(), now()
    FROM annotations_verdict WHERE id = '{approved}';
WITH forged AS (INSERT INTO accounts_payload (body)
    SELECT jsonb_build_object('id', f.id, 'slug', f.slug, 'version', 1, 'headline', 'False words')::text
    FROM publishing_factcheck f WHERE f.id = '{phantom}' RETURNING id, body)
INSERT INTO publishing_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256,
    kind, note,
    is_single_approval, published_at)
SELECT f.id, 1, v.id, v.frozen_id, forged.id, encode(sha256(convert_to(forged.body, 'UTF8')), 'hex'), '', '', false, now()
FROM forged, annotations_verdict v JOIN publishing_factcheck f ON f.verdict_id = v.id WHERE v.id = '{approved}';

-- retracted by SQL: as reviewer: document_is_the_version
UPDATE annotations_verdict SET status = 'retracted' WHERE id = '{live}';

-- retracted whole by one person: as reviewer: withdrawal_was_decided
UPDATE annotations_verdict SET status = 'retracted' WHERE id = '{live}';
INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256,
    is_override, is_single_approval, at)
SELECT id, claim_id, 'retract', 'published', 'retracted', '{me}', 'x', '', false, false, now()
    FROM annotations_verdict WHERE id = '{live}';
UPDATE publishing_factcheck SET state = 'retracted', notice = 'x',
    document = document || '{"state": "retracted", "claimreview": null}' WHERE id = '{check}';

-- retracted with a row of the history alone: as reviewer: transition_is_as_told
INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT id, claim_id, 'retract', status, 'retracted', '{me}', 'x', '', false, false, now()
FROM annotations_verdict WHERE id = '{live}';

-- history in another's name: as author: transition_is_as_told
INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT id, claim_id, 'propose', status, 'published', '{reviewer}', 'x', '', false, false, now()
FROM annotations_verdict WHERE id = '{live}';

-- override by a reviewer: as reviewer: override_is_an_admins
INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT id, claim_id, 'legal_removal', status, 'published', '{me}', 'x', '', true, false, now()
FROM annotations_verdict WHERE id = '{live}';

-- deferred for ever: as reviewer: document_is_the_version
SET CONSTRAINTS ALL DEFERRED; UPDATE annotations_verdict SET status = 'suspended' WHERE id = '{live}';

-- contributions deleted: as author: 42501
DELETE FROM annotations_contribution;

-- contributions changed: as author: 42501
UPDATE annotations_contribution SET person_id = '{reviewer}';

-- contribution of somebody else: as author: 42501
SELECT add_contribution('{claim}', NULL, 'claim', '{claim}');

-- a rule of moves: as author: 42501
INSERT INTO annotations_transitionrule (action, from_status, to_status) VALUES ('x', 'draft', 'published');

-- verdict moved to another claim: as author: verdict_is_kept
UPDATE annotations_verdict SET claim_id = '{other_claim}' WHERE id = '{review}';

-- rating in use renamed: as author: rating_scale_is_frozen
UPDATE annotations_rating SET label = 'True' WHERE label = 'False';

-- document: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{headline}', '"False"') WHERE id = '{check}';

-- document's text: as reviewer: 428C9
UPDATE publishing_factcheck SET document_text = '{}' WHERE id = '{check}';

-- document without its claimreview: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = document - 'claimreview' WHERE id = '{check}';

-- rating in the claimreview: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{claimreview,reviewRating,alternateName}', '"True"')
    WHERE id = '{check}';

-- rendered rationale: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{rationale,html}', '"<p>x</p>"') WHERE id = '{check}';

-- a correction nobody made: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{corrections}', '[{"kind": "update", "note": "x",
            "at": "2026-03-01T09:00:00Z", "version": 1, "is_single_approval": false}]') WHERE id = '{check}';

-- no document: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = NULL WHERE id = '{check}';

-- headline of the list: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET headline = 'False' WHERE id = '{check}';

-- rating of the list: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET rating_label = 'True', rating_class = 'true' WHERE id = '{check}';

-- state: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET state = 'retracted' WHERE id = '{check}';

-- state removed: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET state = 'removed', document = NULL, headline = '', rating_label = '', rating_class =
    '' WHERE id = '{check}';

-- notice: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET notice = 'x' WHERE id = '{check}';

-- slug: as reviewer: fact_check_is_kept
UPDATE publishing_factcheck SET slug = 'other' WHERE id = '{check}';

-- fact-check of another claim: as reviewer: fact_check_is_kept
UPDATE publishing_factcheck SET claim_id = '{other_claim}' WHERE id = '{check}';

-- fact-check of another verdict: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET verdict_id = '{approved}' WHERE id = '{check}';

-- version inserted: as reviewer: version_is_approved
INSERT INTO publishing_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256,
    kind, note,
    is_single_approval, published_at)
SELECT f.id, 2, v.id, v.frozen_id, x.payload_id, x.document_sha256, '', '', false, now()
FROM annotations_verdict v, publishing_factcheck f JOIN publishing_factcheckversion x ON x.fact_check_id = f.id
WHERE v.id = '{review}' AND f.id = '{check}';

-- version changed: as reviewer: 42501
UPDATE publishing_factcheckversion SET note = 'x';

-- published words: as author: verdict_published_is_kept
UPDATE annotations_verdict SET headline = 'x' WHERE id = '{live}';

-- frozen content swapped: as author: 42501
UPDATE annotations_frozencontent SET payload_id = payload_id + 1;

-- frozen digest: as author: digest_matches_content
INSERT INTO annotations_frozencontent (id, claim_id, sha256, payload_id, created_at) SELECT uuidv7(), claim_id,
    repeat('0', 64), payload_id, now() FROM annotations_frozencontent LIMIT 1;

-- payload changed: as author: 42501
UPDATE accounts_payload SET body = '{}';

-- revision changed: as author: articles_articlerevision_is_kept
UPDATE articles_articlerevision SET text = 'x';

-- account inserted: as author: account_is_given_by_an_admin
INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active, time_zone, has_single_keys,
    notify_by,
    created_at) VALUES ('{phantom}', 'ghost@desk.example', 'Ghost', '!', false, false, true, 'UTC', true, 'none', now());

-- account inserted as itself: as phantom: account_is_given_by_an_admin
INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active, time_zone, has_single_keys,
    notify_by,
    created_at) VALUES ('{phantom}', 'ghost@desk.example', 'Ghost', '!', false, false, true, 'UTC', true, 'none', now());

-- role for oneself: as roleless: role_is_given_by_an_admin
INSERT INTO accounts_user_groups (user_id, group_id) SELECT '{me}', id FROM auth_group WHERE name = 'reviewer';

-- role with no actor: as nobody: role_is_given_by_an_admin
INSERT INTO accounts_user_groups (user_id, group_id) SELECT '{roleless}', id FROM auth_group WHERE name = 'reviewer';

-- role moved: as author: role_is_given_by_an_admin
UPDATE accounts_user_groups SET user_id = '{roleless}' WHERE user_id = '{reviewer}';

-- role of another taken: as author: role_is_given_by_an_admin
DELETE FROM accounts_user_groups WHERE user_id = '{reviewer}';

-- group renamed: as author: auth_group_is_kept
UPDATE auth_group SET name = 'reviewer2' WHERE name = 'reviewer';

-- group added: as author: auth_group_is_kept
INSERT INTO auth_group (name) VALUES ('x');

-- superuser: as author: access_is_given_by_an_admin
UPDATE accounts_user SET is_superuser = true WHERE id = '{me}';

-- staff: as nobody: access_is_given_by_an_admin
UPDATE accounts_user SET is_staff = true WHERE id = '{author}';

-- reactivated: as left: access_is_given_by_an_admin
UPDATE accounts_user SET is_active = true WHERE id = '{me}';

-- the admin deactivated: as author: access_is_given_by_an_admin
UPDATE accounts_user SET is_active = false WHERE id = '{admin}';

-- another's password: as author: password_is_own
UPDATE accounts_user SET password = 'x' WHERE id = '{reviewer}';

-- another's password by an admin: as admin: password_is_own
UPDATE accounts_user SET password = 'x' WHERE id = '{reviewer}';

-- password with no actor: as nobody: password_is_own
UPDATE accounts_user SET password = 'x' WHERE id = '{reviewer}';

-- another's address: as author: profile_is_own
UPDATE accounts_user SET email = 'x@desk.example' WHERE id = '{reviewer}';

-- account older: as author: person_is_kept
UPDATE accounts_user SET created_at = '2000-01-01' WHERE id = '{me}';

-- accounts swapped: as author: person_is_kept
UPDATE accounts_user SET id = uuidv7() WHERE id = '{roleless}';

-- account deleted: as author: accounts_user_is_kept
DELETE FROM accounts_user WHERE id = '{roleless}';

-- tokens reassigned: as author: token_is_kept
UPDATE accounts_apitoken SET user_id = '{me}';

-- token for another: as author: token_is_own
INSERT INTO accounts_apitoken (id, user_id, created_by_id, name, prefix, secret_sha256, scopes, allowed_networks,
    rate_per_minute, created_at) VALUES (uuidv7(), '{reviewer}', '{me}', 'x', 'x', 'x', '{}', '{}', 600, now());

-- token in another's name: as author: token_names_its_creator
INSERT INTO accounts_apitoken (id, user_id, created_by_id, name, prefix, secret_sha256, scopes, allowed_networks,
    rate_per_minute, created_at) VALUES (uuidv7(), '{reviewer}', '{reviewer}', 'x', 'x', 'x', '{}', '{}', 600, now());

-- token's creator washed: as author: token_is_own
UPDATE accounts_apitoken SET created_by_id = '{me}' WHERE user_id = '{reviewer}';

-- token's secret: as author: token_names_its_creator
UPDATE accounts_apitoken SET secret_sha256 = 'x' WHERE user_id = '{reviewer}';

-- token revived: as reviewer: token_is_kept
UPDATE accounts_apitoken SET revoked_at = now() WHERE user_id = '{me}'; UPDATE accounts_apitoken SET revoked_at = NULL
    WHERE user_id = '{me}';

-- token deleted: as author: accounts_apitoken_is_kept
DELETE FROM accounts_apitoken;

-- invitation of oneself: as author: invitation_is_an_admins
INSERT INTO accounts_invitation (id, email, name, roles, secret_sha256, invited_by_id, created_at, expires_at,
    accepted_at) VALUES (uuidv7(), 'ghost@desk.example', '', ARRAY['reviewer'], 'x', '{me}', now(), now(), now());

-- invitation accepted without its secret: as phantom: invitation_needs_its_secret
UPDATE accounts_invitation SET accepted_at = now() WHERE email = 'invited@desk.example';

-- invitation accepted with its digest: as phantom: invitation_needs_its_secret
SELECT set_config('factcheck.invitation', secret_sha256, true) FROM accounts_invitation WHERE email = 'invited@desk.example';
UPDATE accounts_invitation SET accepted_at = now() WHERE email = 'invited@desk.example';

-- invitation accepted after its time: as phantom: invitation_needs_its_secret
SELECT set_config('factcheck.invitation', '{late_secret}', true);
UPDATE accounts_invitation SET accepted_at = now() WHERE email = 'late@desk.example';

-- invitation accepted and another secret given: as phantom: invitation_needs_its_secret
SELECT set_config('factcheck.invitation', 'mine', true);
UPDATE accounts_invitation SET accepted_at = now(), secret_sha256 = encode(sha256('mine'), 'hex')
    WHERE email = 'invited@desk.example';

-- reader's report rewritten: as reviewer: report_is_kept
UPDATE publishing_errorreport SET body = 'All is well.';

-- reader's report dated back: as reviewer: report_is_kept
UPDATE publishing_errorreport SET created_at = created_at - interval '1 year';

-- reader's report deleted: as admin: publishing_errorreport_is_kept
DELETE FROM publishing_errorreport;

-- receipt in another's name: as author: receipt_names_its_person
INSERT INTO publishing_receipt (id, fact_check_id, version, cms_url, status, reported_by_id, reported_at)
    VALUES (uuidv7(), '{check}', 1, 'https://cms.example/b', 'live', '{reviewer}', now());

-- receipt of a version that nobody published: as author: receipt_is_of_a_version
INSERT INTO publishing_receipt (id, fact_check_id, version, cms_url, status, reported_by_id, reported_at)
    VALUES (uuidv7(), '{check}', 7, 'https://cms.example/b', 'live', '{author}', now());

-- receipt deleted: as author: publishing_receipt_is_kept
DELETE FROM publishing_receipt;

-- event inserted: as author: 42501
INSERT INTO accounts_auditevent SELECT * FROM accounts_auditevent LIMIT 1;

-- event deleted: as author: 42501
DELETE FROM accounts_auditevent;

-- head set: as author: 42501
UPDATE accounts_auditstream SET seq = 1;

-- head upserted: as author: 42501
INSERT INTO accounts_auditstream (stream, seq, hash) VALUES ('settings', 9, '') ON CONFLICT (stream) DO UPDATE SET seq = 9;

-- audit_write: as author: 42501
SELECT audit_write('settings', 'a', 't', 'i', NULL, NULL);

-- any payload blanked: as admin: removal_was_decided
SELECT redact_payload(payload_id, 'settings', 'because') FROM publishing_factcheckversion;

-- own claim's payload blanked: as admin: removal_was_decided
SELECT redact_payload(payload_id, 'claim:{claim}', 'because') FROM publishing_factcheckversion;

-- blanked with the setting: as admin: 42501
SET LOCAL factcheck.redacting = '1'; UPDATE accounts_payload SET body = NULL, redacted_at = now() WHERE id = 1;

-- words removed: as admin: removal_was_decided
SELECT remove_words('{claim}', 'because');

-- removing by the setting: as author: verdict_published_is_kept
SET LOCAL factcheck.removing = 'on'; UPDATE annotations_verdict SET headline = '' WHERE id = '{live}';

-- guards told to ignore: as author: verdict_published_is_kept
SET LOCAL pgtrigger.ignore = 'all'; UPDATE annotations_verdict SET headline = '' WHERE id = '{live}';

-- replication role: as author: 42501
SET LOCAL session_replication_role = 'replica';

-- trigger disabled: as author: 42501
ALTER TABLE annotations_verdict DISABLE TRIGGER ALL;

-- trigger dropped: as author: 42501
DROP TRIGGER guard_insert ON annotations_approval;

-- trigger added: as author: 42501
CREATE TRIGGER a BEFORE INSERT ON annotations_approval FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();

-- rule added: as author: 42501
CREATE RULE quiet AS ON INSERT TO accounts_auditevent DO INSTEAD NOTHING;

-- policy added: as author: 42501
ALTER TABLE annotations_contribution ENABLE ROW LEVEL SECURITY;

-- owner changed: as author: 42501
ALTER TABLE annotations_verdict OWNER TO CURRENT_USER;

-- function replaced: as author: 42501
CREATE OR REPLACE FUNCTION public.is_removing_words() RETURNS boolean LANGUAGE sql RETURN true;

-- function's path changed: as author: 42501
ALTER FUNCTION public.guard_approval() RESET ALL;

-- function created: as author: 42501
CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql RETURN 1;

-- function in pg_temp: as author: 42501
CREATE FUNCTION pg_temp.acting_person() RETURNS uuid LANGUAGE sql RETURN NULL;

-- operator created: as author: 42501
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = uuid, FUNCTION = texteq);

-- cast created: as author: 42501
CREATE CAST (text AS uuid) WITH INOUT AS IMPLICIT;

-- domain created: as author: 42501
CREATE DOMAIN public.mine AS text;

-- domain in pg_temp: as author: 42501
CREATE DOMAIN pg_temp.uuid AS pg_catalog.uuid;

-- temporary table: as author: 42501
CREATE TEMP TABLE annotations_contribution (id int);

-- temporary view: as author: 42501
CREATE TEMP VIEW accounts_user_groups AS SELECT 1;

-- select into temporary: as author: 42501
SELECT * INTO TEMP annotations_approval FROM public.annotations_approval;

-- schema created: as author: 42501
CREATE SCHEMA mine;

-- event trigger: as author: 42501
CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION guard_approval();

-- extension created: as author: 0A000
CREATE EXTENSION pg_stat_statements;

-- table truncated: as author: 42501
TRUNCATE annotations_contribution;

-- table locked away: as author: 42501
LOCK TABLE accounts_auditstream IN ACCESS EXCLUSIVE MODE;

-- role set: as author: 42501
SET LOCAL ROLE pg_database_owner;

-- role of the owner: as author: 42501
SET LOCAL ROLE {owner};

-- session authorisation: as author: 42501
SET LOCAL SESSION AUTHORIZATION {owner};

-- role altered: as author: 42501
ALTER ROLE CURRENT_USER SUPERUSER;

-- passwords of roles: as author: 42501
SELECT rolpassword FROM pg_authid;

-- program run: as author: 42501
COPY (SELECT 1) TO PROGRAM 'true';

-- file read: as author: 42501
SELECT pg_read_file('/etc/hostname');

-- large object imported: as author: 42501
SELECT lo_import('/etc/hostname');

-- other sessions ended: as author: 42501
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IS DISTINCT FROM current_user;

-- settings of the server: as author: 25001
ALTER SYSTEM SET fsync = off;

-- path of the role: as author: 42501
ALTER DATABASE {database} SET search_path = pg_temp;

-- another's address confirmed: as author: address_is_own
UPDATE account_emailaddress SET verified = true WHERE user_id = '{reviewer}' AND NOT verified;

-- another's address confirmed with no actor: as nobody: address_is_own
UPDATE account_emailaddress SET verified = true WHERE user_id = '{reviewer}' AND NOT verified;

-- another's address confirmed by an admin: as admin: address_is_own
UPDATE account_emailaddress SET verified = true WHERE user_id = '{reviewer}' AND NOT verified;

-- an address of mine given to another: as admin: address_is_own
INSERT INTO account_emailaddress (user_id, email, verified, "primary") VALUES ('{reviewer}', 'mine@evil.example', true, false);

-- another's address taken away: as author: address_is_own
DELETE FROM account_emailaddress WHERE user_id = '{reviewer}';

-- another's address made mine: as author: address_is_kept
UPDATE account_emailaddress SET user_id = '{me}' WHERE user_id = '{reviewer}' AND NOT verified;

-- my address made another's: as author: address_is_kept
UPDATE account_emailaddress SET user_id = '{reviewer}', "primary" = false WHERE user_id = '{me}';

-- words of an address changed: as author: address_is_kept
UPDATE account_emailaddress SET email = 'other@evil.example' WHERE user_id = '{me}';

-- addresses merged: as author: address_is_own
MERGE INTO account_emailaddress a USING accounts_user u ON a.user_id = u.id AND u.id = '{reviewer}' AND NOT a.verified
WHEN MATCHED THEN UPDATE SET verified = true;

-- addresses truncated: as admin: 42501
TRUNCATE account_emailaddress CASCADE;

-- a second account with an address that is another's: as admin: address_is_own
INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active, time_zone, has_single_keys,
    notify_by, created_at) VALUES ('{phantom}', 'ghost@desk.example', 'Ghost', '!', false, false, true, 'UTC', true, 'none', now());
INSERT INTO account_emailaddress (user_id, email, verified, "primary") VALUES ('{phantom}', 'mine@evil.example', true, true);

-- another's second factor removed: as author: second_factor_is_own
DELETE FROM mfa_authenticator WHERE user_id = '{reviewer}';

-- another's second factor removed with no actor: as nobody: second_factor_is_own
DELETE FROM mfa_authenticator;

-- another's second factor removed by an admin: as admin: second_factor_is_own
DELETE FROM mfa_authenticator WHERE user_id = '{reviewer}';

-- a factor of mine given to another: as author: second_factor_is_own
INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES ('{reviewer}', 'webauthn', '{"name": "x"}', now());

-- my factor made another's: as author: second_factor_is_kept
INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES ('{me}', 'webauthn', '{"name": "x"}', now());
UPDATE mfa_authenticator SET user_id = '{reviewer}' WHERE user_id = '{me}';

-- another's secret replaced: as author: second_factor_is_own
UPDATE mfa_authenticator SET data = '{"secret": "mine"}' WHERE user_id = '{reviewer}';

-- another's secret upserted: as author: second_factor_is_own
INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES ('{reviewer}', 'totp', '{"secret": "mine"}', now())
ON CONFLICT (user_id, type) WHERE type IN ('totp', 'recovery_codes') DO UPDATE SET data = excluded.data;

-- second factors truncated: as admin: 42501
TRUNCATE mfa_authenticator;

-- a single right given: as admin: accounts_user_user_permissions_is_kept
INSERT INTO accounts_user_user_permissions (user_id, permission_id) SELECT '{me}', min(id) FROM auth_permission;

-- a right given to a role: as admin: auth_group_permissions_is_kept
INSERT INTO auth_group_permissions (group_id, permission_id) SELECT g.id, min(p.id) FROM auth_group g, auth_permission p GROUP BY g.id;

-- false tombstone: as author: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.retracted', 'deleted', 'retracted', version, etag, 'Wrong', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- false tombstone beside the newest row: as author: change_is_true
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.retracted', 'deleted', 'retracted', version, etag, '', false, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- tombstone of a state that was set for a moment: as reviewer: tombstone_was_decided
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
UPDATE publishing_factcheck SET state = 'retracted', notice = 'Wrong' WHERE id = '{check}';
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.retracted', 'deleted', 'retracted', version, etag, 'Wrong', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';
UPDATE publishing_factcheck SET state = 'published', notice = '' WHERE id = '{check}';

-- tombstone called a legal removal: as admin: tombstone_was_decided
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
UPDATE publishing_factcheck SET state = 'removed' WHERE id = '{check}';
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.retracted', 'deleted', 'legal_removal', version, etag, '', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';
UPDATE publishing_factcheck SET state = 'published' WHERE id = '{check}';

-- tombstone of an article: as author: change_is_true
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'article', id, 'article.changed', 'deleted', 'updated', 1, '', '', true, now() FROM articles_article LIMIT 1;

-- words of one's own in an article's change: as author: change_is_true
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'article', r.article_id, 'article.changed', 'updated', 'updated', r.number, r.sha256, 'Buy shares.', true, now()
FROM articles_articlerevision r JOIN articles_article a ON a.current_revision_id = r.id LIMIT 1;

-- change of an article whose words nobody rechecks: as author: change_is_true
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'article', r.article_id, 'article.changed', 'updated', 'updated', r.number, r.sha256,
    'The words under a published check changed; nobody at the desk has decided on it yet.', true, now()
FROM articles_articlerevision r JOIN articles_article a ON a.current_revision_id = r.id LIMIT 1;

-- words of one's own as a recheck's answer: as author: recheck_resolution_known
INSERT INTO annotations_rechecktask (id, kind, claim_id, detail, is_open, resolution, resolved_by_id, created_at)
SELECT uuidv7(), 'changed_words', id, '', false, 'Buy shares', '{me}', now() FROM annotations_claim LIMIT 1;

-- change of nothing: as author: change_is_true
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
VALUES ('fact_check', '{phantom}', 'fact_check.published', 'updated', 'published', 1, '', '', true, now());

-- change with other words: as author: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.corrected', 'updated', 'corrected', version, etag, 'All of it was wrong', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- change numbered when it is written: as author: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (seq, kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT -1, 'fact_check', id, 'fact_check.updated', 'updated', 'updated', version, etag, '', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- change numbered before others: as author: change_is_numbered
SELECT nextval('publishing_change_feed');
UPDATE publishing_change SET seq = -5 WHERE id = (SELECT min(id) FROM publishing_change WHERE seq IS NULL);

-- newest change hidden: as author: change_has_a_newest
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}';

-- feed numbers set back: as author: 42501
SELECT setval('publishing_change_feed', 1);

-- delivery without its change: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES (uuidv7(), '{endpoint}', 'fact_check.retracted', '{"type": "fact_check.retracted"}', 'pending', 0, now(), now());

-- delivery that calls itself a test: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES (uuidv7(), '{endpoint}', 'endpoint.test', '{"type": "fact_check.retracted"}', 'pending', 0, now(), now());

-- delivery of other words: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, change_id, event, body, state, attempts_made, next_at, created_at)
SELECT uuidv7(), '{endpoint}', id, event, '{"type": "fact_check.published", "data": {"id": "0198a000-0000-7000-8000-000000000001"}}',
    'pending', 0, now(), now() FROM publishing_change WHERE object_id = '{check}';

-- delivery rewritten: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES ('{phantom}', '{endpoint}', 'endpoint.test', jsonb_build_object('type', 'endpoint.test', 'timestamp', '2026-03-01T09:00:00Z',
    'data', jsonb_build_object('id', '{endpoint}', 'version', null, 'seq', null, 'etag', null,
    'url', 'https://desk.example/api/v1/webhook-endpoints/{endpoint}')), 'pending', 0, now(), now());
UPDATE publishing_delivery SET body = '{"type": "fact_check.retracted"}' WHERE id = '{phantom}';

-- another's conflict of interest taken back: as author: conflict_is_own
UPDATE annotations_conflictofinterest SET has_conflict = NOT has_conflict, statement = 'x' WHERE person_id = '{reviewer}';

-- a conflict of interest declared for another: as author: conflict_is_own
INSERT INTO annotations_conflictofinterest (id, person_id, claimant_id, has_conflict, statement, declared_at)
SELECT uuidv7(), '{editor}', claimant_id, true, 'x', now() FROM annotations_claim WHERE id = '{claim}';

-- a conflict of interest deleted: as reviewer: conflict_is_own
DELETE FROM annotations_conflictofinterest WHERE person_id = '{me}';

-- embargo set by another: as author: scheduler_is_the_actor
UPDATE annotations_verdict SET not_before = '2020-01-01' WHERE id = '{approved}';

-- another's embargo moved: as author: scheduler_is_the_actor
SELECT set_config('factcheck.actor', '{reviewer}', true);
UPDATE annotations_verdict SET scheduled_by_id = '{reviewer}', not_before = now() + interval '1 day' WHERE id = '{approved}';
SELECT set_config('factcheck.actor', '{me}', true);
UPDATE annotations_verdict SET not_before = '2020-01-01' WHERE id = '{approved}';

-- embargo ended early in nobody's name: as reviewer: publication_is_due
UPDATE annotations_verdict SET scheduled_by_id = '{me}', not_before = now() + interval '1 day' WHERE id = '{approved}';
SELECT set_config('factcheck.actor', '', true);
UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = '{approved}';

-- evidence under another key: as helper: annotations_evidence_is_kept
UPDATE annotations_evidence SET id = '{phantom}' WHERE id = '{evidence}';

-- claim under another key: as author: annotations_claim_is_kept
UPDATE annotations_claim SET id = '{phantom}' WHERE id = '{other_claim}';

-- approval after naming the source: as reviewer: approver_is_no_contributor
UPDATE annotations_evidence SET cited_as = 'Another office' WHERE id = '{evidence}';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- files read by the server: as admin: 42501
SELECT lo_import('/etc/passwd');

-- rows copied in: as author: 42501
COPY annotations_approval FROM PROGRAM 'cat /dev/null';

-- owner's functions replaced: as author: 42501
ALTER FUNCTION is_decided(annotations_verdicttransition) SET search_path = pg_temp;

-- guards of a table dropped: as author: 42501
DROP TRIGGER guard_write ON mfa_authenticator;

-- replication role for the next sessions: as author: 42501
ALTER ROLE CURRENT_USER SET session_replication_role = 'replica';

-- deferred guards dropped from the transaction: as author: tombstone_was_decided
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
UPDATE publishing_factcheck SET state = 'retracted', notice = 'Wrong' WHERE id = '{check}';
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.retracted', 'deleted', 'retracted', version, etag, 'Wrong', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';
UPDATE publishing_factcheck SET state = 'published', notice = '' WHERE id = '{check}';
SET CONSTRAINTS ALL DEFERRED;
SET LOCAL check_function_bodies = off;

-- approval of words that stand in frozen content alone: as reviewer: frozen_says_the_rows
WITH words AS (
    INSERT INTO accounts_payload (body) SELECT replace(p.body, 'dearer', 'cheaper') FROM annotations_verdict v
    JOIN annotations_frozencontent f ON f.id = v.frozen_id JOIN accounts_payload p ON p.id = f.payload_id WHERE v.id = '{review}'
    RETURNING id, body
), frozen AS (
    INSERT INTO annotations_frozencontent (id, claim_id, payload_id, sha256, created_at)
    SELECT '{phantom}', v.claim_id, w.id, encode(sha256(convert_to(w.body, 'UTF8')), 'hex'), now()
    FROM words w, annotations_verdict v WHERE v.id = '{review}'
)
SELECT 1;
UPDATE annotations_verdict SET status = 'draft', frozen_id = NULL WHERE id = '{review}';
UPDATE annotations_verdict SET status = 'in_review', frozen_id = '{phantom}' WHERE id = '{review}';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval after writing the claimant's answer: as reviewer: approver_is_no_contributor
INSERT INTO annotations_claimantcontact (claim_id, channel, response, waived_reason, updated_at)
SELECT claim_id, '', 'I never said that', '', now() FROM annotations_verdict WHERE id = '{review}';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval after putting the evidence on other words: as reviewer: approver_is_no_contributor
UPDATE annotations_placement SET "end" = "end" - 1, exact = left(exact, -1)
WHERE passage_id = (SELECT passage_id FROM annotations_evidence WHERE id = '{evidence}');
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval while the claim has another claimant for a moment: as reviewer: approver_has_no_conflict
UPDATE annotations_conflictofinterest SET has_conflict = true, statement = 'my brother' WHERE person_id = '{me}';
SELECT set_config('factcheck.actor', '{author}', true);
UPDATE annotations_claim SET claimant_id = NULL;
SELECT set_config('factcheck.actor', '{me}', true);
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- submission of another claimant's name: as author: frozen_says_the_rows
WITH words AS (
    INSERT INTO accounts_payload (body) SELECT replace(p.body, 'Ada Example', 'Bea Example') FROM annotations_verdict v
    JOIN annotations_frozencontent f ON f.id = v.frozen_id JOIN accounts_payload p ON p.id = f.payload_id WHERE v.id = '{review}'
    RETURNING id, body
)
INSERT INTO annotations_frozencontent (id, claim_id, payload_id, sha256, created_at)
SELECT '{phantom}', v.claim_id, w.id, encode(sha256(convert_to(w.body, 'UTF8')), 'hex'), now()
FROM words w, annotations_verdict v WHERE v.id = '{review}';
UPDATE annotations_verdict SET status = 'draft', frozen_id = NULL WHERE id = '{review}';
UPDATE annotations_verdict SET status = 'in_review', frozen_id = '{phantom}' WHERE id = '{review}';

-- history before the history: as reviewer: transition_is_as_told
INSERT INTO annotations_verdicttransition (id, verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT -1, id, claim_id, 'propose', status, status, '{me}', 'x', '', false, false, now()
FROM annotations_verdict WHERE id = '{live}';

-- correction that was none told to the feed: as reviewer: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.corrected', 'updated', 'corrected', version, etag, '', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- restoration that was none told to the feed: as reviewer: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.restored', 'updated', 'restored', version, etag, '', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';

-- change at another time than the check's: as reviewer: change_is_true
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}' AND is_latest;
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.updated', 'updated', 'updated', version, etag, '', true, '2020-01-01'
FROM publishing_factcheck WHERE id = '{check}';

-- delivery with words beside its change: as author: delivery_is_true
UPDATE publishing_change SET seq = nextval('publishing_change_feed') WHERE object_id = '{check}';
INSERT INTO publishing_delivery (id, endpoint_id, change_id, event, body, state, attempts_made, next_at, created_at)
SELECT uuidv7(), '{endpoint}', id, event, jsonb_build_object('type', event, 'timestamp', now(), 'data', jsonb_build_object(
    'id', object_id, 'version', version, 'seq', seq, 'etag', etag, 'url', 'https://desk.example/' || object_id,
    'headline', 'Made-up words'))::text, 'pending', 0, now(), now()
FROM publishing_change WHERE object_id = '{check}' AND is_latest;

-- newsroom's page named by an editor: as editor: page_is_named_by_role
UPDATE publishing_factcheck SET canonical_url = 'https://evil.example/' WHERE id = '{check}';

-- newsroom's page named by nobody: as nobody: page_is_named_by_role
UPDATE publishing_factcheck SET canonical_url = 'https://evil.example/' WHERE id = '{check}';

-- newsroom's page in the row alone: as publisher: document_is_the_version
UPDATE publishing_factcheck SET canonical_url = 'https://evil.example/' WHERE id = '{check}';

-- address of the page in the document: as publisher: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{url}', '"https://evil.example/other/"') WHERE id = '{check}';

-- desk renamed by an editor: as editor: desk_is_an_admins
UPDATE annotations_desk SET name = 'The Other Desk';

-- methodology rewritten by nobody: as nobody: desk_is_an_admins
UPDATE annotations_desk SET methodology_text = 'We guess.';

-- desk merged: as reviewer: desk_is_an_admins
MERGE INTO annotations_desk d USING (SELECT 1) x ON true WHEN MATCHED THEN UPDATE SET contact_email = 'me@evil.example';

-- approval counted twice: as reviewer: approval_of_this_attempt
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 1, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval of a withdrawal to come: as reviewer: approval_of_this_attempt
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'retract', 99, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{live}';

-- approval of a withdrawal that was: as reviewer: approval_of_this_attempt
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'retract', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{live}';

-- approval of what is published: as reviewer: approval_in_review
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{live}';

-- approval with the digest of other content: as reviewer: approval_digest_matches
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, repeat('0', 64), f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval through a view: as author: 42501
CREATE VIEW public.mine AS SELECT * FROM annotations_approval;

-- approval through a query as text: as author: approver_is_no_contributor|0A000
SELECT query_to_xml($q$ INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}' RETURNING 1 $q$, true, false, '');

-- approval in a function's default: as author: 42501
CREATE FUNCTION pg_temp.f(a int DEFAULT 1) RETURNS int LANGUAGE sql RETURN a;

-- approval after a savepoint: as author: approver_is_no_contributor
SAVEPOINT a; UPDATE annotations_verdict SET summary = summary WHERE id = '{review}'; ROLLBACK TO a;
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval copied from a file: as author: 42501
COPY annotations_approval FROM '/dev/null';

-- approval by the role of a moment: as roleless: role_is_given_by_an_admin
INSERT INTO accounts_user_groups (user_id, group_id) SELECT '{me}', id FROM auth_group WHERE name = 'reviewer';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- verdict approved by a merge: as author: verdict_is_approved
MERGE INTO annotations_verdict v USING (SELECT 1) x ON v.id = '{review}' WHEN MATCHED THEN UPDATE SET status = 'approved';

-- verdict approved by a join: as author: verdict_is_approved
UPDATE annotations_verdict v SET status = 'approved' FROM annotations_claim c WHERE c.id = v.claim_id AND v.id = '{review}';

-- verdict approved by an upsert: as author: verdict_starts_as_draft
INSERT INTO annotations_verdict SELECT * FROM annotations_verdict WHERE id = '{review}' ON CONFLICT (id) DO UPDATE SET status = 'approved';

-- verdict published by a cursor: as author: verdict_transition_is_legal
DO $$ DECLARE c CURSOR FOR SELECT id FROM annotations_verdict WHERE id = '{review}' FOR UPDATE; r record;
BEGIN OPEN c; FETCH c INTO r; UPDATE annotations_verdict SET status = 'published' WHERE CURRENT OF c; END $$;

-- verdict published in dynamic SQL: as author: verdict_transition_is_legal
DO $$ BEGIN EXECUTE format('UPDATE %I SET status = %L WHERE id = %L', 'annotations_verdict', 'published', '{review}'); END $$;

-- words changed under review: as author: verdict_edit_is_draft
UPDATE annotations_verdict SET summary = 'other' WHERE id = '{review}';

-- frozen content changed under review: as author: verdict_frozen_is_kept
UPDATE annotations_verdict SET frozen_id = (SELECT frozen_id FROM annotations_verdict WHERE id = '{live}') WHERE id = '{review}';

-- published day moved: as reviewer: verdict_published_is_kept
UPDATE annotations_verdict SET published_at = '2020-01-01' WHERE id = '{live}';

-- published note of a correction: as reviewer: verdict_published_is_kept
UPDATE annotations_verdict SET correction_note = 'x' WHERE id = '{live}';

-- published verdict superseded by nothing: as reviewer: document_is_the_version
UPDATE annotations_verdict SET status = 'superseded' WHERE id = '{live}';

-- published verdict taken back to draft: as author: verdict_transition_is_legal
UPDATE annotations_verdict SET status = 'draft' WHERE id = '{live}';

-- suspended by an editor: as editor: document_is_the_version
UPDATE annotations_verdict SET status = 'suspended' WHERE id = '{live}';

-- suspended whole by an editor: as editor: withdrawal_was_decided
UPDATE annotations_verdict SET status = 'suspended' WHERE id = '{live}';
INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT id, claim_id, 'suspend', 'published', 'suspended', '{me}', 'x', '', false, false, now()
    FROM annotations_verdict WHERE id = '{live}';
UPDATE publishing_factcheck SET state = 'suspended', notice = 'x',
    document = document || '{"state": "suspended", "claimreview": null}' WHERE id = '{check}';

-- verdict of a version that was never: as author: verdict_version_follows
INSERT INTO annotations_verdict SELECT (jsonb_populate_record(v, jsonb_build_object('id', uuidv7(), 'version', 7, 'status', 'draft',
    'frozen_id', NULL, 'published_at', NULL))).* FROM annotations_verdict v WHERE id = '{live}';

-- second fact-check of a claim: as reviewer: 23505
INSERT INTO publishing_factcheck (id, claim_id, slug, verdict_id, version, state, notice, canonical_url, headline, rating_label,
    rating_class, language, etag, published_at, modified_at)
SELECT '{phantom}', claim_id, 'fact-check-000001', id, 1, 'published', '', '', '', '', '', '', '', now(), now()
    FROM annotations_verdict WHERE id = '{live}';

-- fact-check of a claim in review: as reviewer: document_is_the_version
INSERT INTO publishing_factcheck (id, claim_id, slug, verdict_id, version, state, notice, canonical_url, headline, rating_label,
    rating_class, language, etag, published_at, modified_at)
SELECT '{phantom}', claim_id, 'fact-check-000001', id, 1, 'published', '', '', '', '', '', '', '', now(), now()
    FROM annotations_verdict WHERE id = '{review}';

-- fact-check with an address of other words: as reviewer: address_says_the_headline
INSERT INTO publishing_factcheck (id, claim_id, slug, verdict_id, version, state, notice, canonical_url, headline, rating_label,
    rating_class, language, etag, published_at, modified_at)
SELECT '{phantom}', claim_id, 'mayor-is-a-thief-000001', id, 1, 'published', '', '', '', '', '', '', '', now(), now()
    FROM annotations_verdict WHERE id = '{review}';

-- published words of the search: as reviewer: 428C9
UPDATE publishing_factcheck SET search_text = 'x' WHERE id = '{check}';

-- claimant of the list: as reviewer: 428C9
UPDATE publishing_factcheck SET claimant = 'x' WHERE id = '{check}';

-- document upserted: as reviewer: 428C9
INSERT INTO publishing_factcheck SELECT * FROM publishing_factcheck WHERE id = '{check}' ON CONFLICT (id) DO UPDATE SET document = '{}';

-- member added to the document: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = document || '{"editor_note": "x"}' WHERE id = '{check}';

-- source in the document: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{evidence,0,source}', '"x"') WHERE id = '{check}';

-- publisher in the claimreview: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{claimreview,author,sameAs}', '["https://evil.example/"]') WHERE id = '{check}';

-- version's payload inserted again: as reviewer: 23505
INSERT INTO publishing_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256, kind, note,
    is_single_approval, published_at)
SELECT fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256, kind, note, is_single_approval, published_at
FROM publishing_factcheckversion WHERE fact_check_id = '{check}';

-- evidence deleted: as helper: 42501|annotations_evidence_is_kept
DELETE FROM annotations_evidence WHERE id = '{evidence}';

-- passage's words: as author: passage_is_kept
UPDATE annotations_passage SET exact = 'x';

-- placement on words that are not there: as author: placement_reads_exact
UPDATE annotations_placement SET exact = 'never written' WHERE start IS NOT NULL;

-- rating moved into a scale in use: as author: rating_scale_is_frozen
INSERT INTO annotations_ratingscale SELECT (jsonb_populate_record(s, jsonb_build_object('id', '{phantom}'::uuid, 'key', 'mine',
    'version', 1, 'frozen_at', NULL))).* FROM annotations_ratingscale s WHERE frozen_at IS NOT NULL LIMIT 1;
INSERT INTO annotations_rating SELECT (jsonb_populate_record(r, jsonb_build_object('id', '{phantom}'::uuid, 'label', 'Very true',
    'position', 99, 'scale_id', '{phantom}'::uuid))).* FROM annotations_rating r LIMIT 1;
UPDATE annotations_rating SET scale_id = (SELECT id FROM annotations_ratingscale WHERE frozen_at IS NOT NULL LIMIT 1)
WHERE id = '{phantom}';

-- scale in use thawed: as author: rating_scale_is_frozen
UPDATE annotations_ratingscale SET frozen_at = NULL WHERE frozen_at IS NOT NULL;

-- token of another widened: as author: token_is_own
UPDATE accounts_apitoken SET scopes = '{verdicts:publish}' WHERE user_id = '{reviewer}';

-- token of another revoked: as author: token_is_own
UPDATE accounts_apitoken SET revoked_at = now() WHERE user_id = '{reviewer}';

-- account upserted: as author: account_is_given_by_an_admin
INSERT INTO accounts_user SELECT * FROM accounts_user WHERE id = '{reviewer}' ON CONFLICT (id) DO UPDATE SET is_active = false;

-- name of another: as author: profile_is_own
UPDATE accounts_user SET name = 'Nobody' WHERE id = '{reviewer}';

-- second desk: as editor: desk_is_an_admins
INSERT INTO annotations_desk SELECT * FROM annotations_desk;

-- public pages switched off: as reviewer: desk_is_an_admins
UPDATE annotations_desk SET has_public_pages = false;

-- event written by a merge: as author: 42501
MERGE INTO accounts_auditevent e USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE;

-- head locked and set: as author: 42501
SELECT * FROM accounts_auditstream FOR UPDATE; UPDATE accounts_auditstream SET hash = '';

-- anchor changed: as author: 42501
UPDATE accounts_auditanchor SET sha256 = '';

-- trail truncated with all that refers to it: as author: 42501
TRUNCATE accounts_payload CASCADE;

-- contribution through the trigger's function: as author: 0A000
SELECT note_contribution();

-- guard called with an own argument: as author: 42883
SELECT acting_person('{reviewer}'::uuid);

-- role function overloaded: as author: 42501
CREATE FUNCTION public.person_has_role(uuid, text) RETURNS boolean LANGUAGE sql RETURN true;

-- operator in pg_temp: as author: 42501
CREATE OPERATOR pg_temp.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_ne);

-- aggregate created: as author: 42501
CREATE AGGREGATE public.count(uuid) (SFUNC = uuid_larger, STYPE = uuid);

-- type in pg_temp: as author: 42501
CREATE TYPE pg_temp.jsonb AS (a text);

-- materialised view: as author: 42501
CREATE MATERIALIZED VIEW public.accounts_user2 AS SELECT 1;

-- column added: as author: 42501
ALTER TABLE annotations_verdict ADD COLUMN x int;

-- constraint dropped: as author: 42501
ALTER TABLE publishing_factcheck DROP CONSTRAINT fact_check_state_known;

-- deferrable made immediate for ever: as author: 42501
ALTER TABLE annotations_approval ALTER CONSTRAINT approval_once_per_person DEFERRABLE;

-- table unlogged: as author: 42501
ALTER TABLE accounts_auditevent SET UNLOGGED;

-- rules disabled: as author: 42501
ALTER TABLE annotations_verdict DISABLE RULE quiet;

-- inherited by a table of mine: as author: 42501
CREATE TABLE public.mine () INHERITS (annotations_approval);

-- function dropped: as author: 42501
DROP FUNCTION guard_approval() CASCADE;

-- objects reassigned: as author: 42501
REASSIGN OWNED BY {owner} TO CURRENT_USER;

-- ownership granted to me: as author: 42501
GRANT {owner} TO CURRENT_USER;

-- rights granted to me: as author: 42501
GRANT UPDATE ON annotations_approval TO CURRENT_USER; UPDATE annotations_approval SET note = 'x';

-- catalogue of triggers changed: as author: 42501
UPDATE pg_trigger SET tgenabled = 'D';

-- catalogue of functions changed: as author: 42501
DELETE FROM pg_proc WHERE proname = 'guard_approval';

-- replication role by a function: as author: 42501
SELECT set_config('session_replication_role', 'replica', true);

-- role by a function: as author: 42501|22023
SELECT set_config('role', '{owner}', true);

-- system tables opened: as author: 42501
SET LOCAL allow_system_table_mods = on;

-- names in functions resolved otherwise: as author: 42501
SET LOCAL plpgsql.variable_conflict = 'use_column';

-- library loaded: as author: 42501|58P01
LOAD '/tmp/mine.so';

-- publication of the tables: as author: 42501
CREATE PUBLICATION mine FOR ALL TABLES;

-- subscription to another server: as author: 42501
CREATE SUBSCRIPTION mine CONNECTION 'host=evil.example' PUBLICATION x WITH (connect = false);

-- foreign server: as author: 42501|42704
CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw;

-- language created: as author: 42501|42704|0A000
CREATE LANGUAGE plpython3u;

-- large object exported: as author: 42501
SELECT lo_export(1, '/tmp/x');

-- statistics object: as author: 42501
CREATE STATISTICS public.mine ON id, note FROM annotations_approval;

-- removing by the setting, all of it: as author: 42501
SELECT set_config('factcheck.removing', 'on', true); UPDATE publishing_factcheckversion SET note = '';

-- history changed while removing: as author: annotations_verdicttransition_is_kept|42501
SET LOCAL factcheck.removing = 'on'; UPDATE annotations_verdicttransition SET reason = 'x';

-- approval changed while removing: as author: 42501
SET LOCAL factcheck.removing = 'on'; UPDATE annotations_approval SET note = 'x';

-- feed changed while removing: as author: change_is_kept
SET LOCAL factcheck.removing = 'on'; UPDATE publishing_change SET notice = 'x' WHERE object_id = '{check}';

-- newest change deleted: as author: change_is_kept
DELETE FROM publishing_change WHERE object_id = '{check}';

-- number of a change given again: as author: change_is_numbered
UPDATE publishing_change SET seq = nextval('publishing_change_feed') WHERE object_id = '{check}';
SELECT nextval('publishing_change_feed'), nextval('publishing_change_feed');
UPDATE publishing_change SET is_latest = false WHERE object_id = '{check}';
INSERT INTO publishing_change (kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT 'fact_check', id, 'fact_check.updated', 'updated', 'updated', version, etag, '', true, modified_at
FROM publishing_factcheck WHERE id = '{check}';
UPDATE publishing_change SET seq = currval('publishing_change_feed') - 1 WHERE seq IS NULL;

-- constraints deferred, then undone: as author: document_is_the_version
SET CONSTRAINTS ALL DEFERRED; UPDATE publishing_factcheck SET state = 'retracted' WHERE id = '{check}'; SET CONSTRAINTS ALL IMMEDIATE;

-- actor that is no identifier: as author: 22P02
SET LOCAL factcheck.actor = 'reviewer'; UPDATE annotations_verdict SET summary = 'x', status = 'draft', frozen_id = NULL WHERE id = '{review}';

-- token that is none: as reviewer: 23503|approval_names_its_token|approver_has_no_conflict
SET LOCAL factcheck.via = 'token:0198a000-0000-7000-8000-000000000001';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at, token_creator_id)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now(), '{editor}'
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- invitation deleted: as admin: accounts_invitation_is_kept
DELETE FROM accounts_invitation;

-- another's invitation deleted: as author: accounts_invitation_is_kept
DELETE FROM accounts_invitation WHERE email = 'invited@desk.example';

-- names of columns taken for variables: as author: 42501
SET LOCAL plpgsql.variable_conflict = 'use_column';

-- system tables allowed: as author: 42501
SET LOCAL allow_system_table_mods = on;

-- a setting of ours for every session of the role: as author: 42501
ALTER ROLE CURRENT_USER SET factcheck.actor = '{reviewer}';

-- the same in the database alone: as author: 42501|22023
ALTER DATABASE {database} SET factcheck.removing = 'on';

-- rows hidden by a policy: as author: 42501
ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;

-- replication slot that keeps every change: as author: 42501
SELECT pg_create_logical_replication_slot('x', 'pgoutput');

-- statistics of the server forgotten: as author: 42501
SELECT pg_stat_reset();

-- page that is a script: as publisher: document_is_the_version
UPDATE publishing_factcheck SET canonical_url = 'javascript:alert(1)', document = jsonb_set(jsonb_set(document,
    '{canonical_url}', '"javascript:alert(1)"'), '{claimreview,url}', '"javascript:alert(1)"');

-- words as a member's name of the publisher: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET document = jsonb_set(document, '{claimreview,author,It was true}', '1');

-- address of a removed check for one that stands: as reviewer: document_is_the_version
UPDATE publishing_factcheck SET slug = 'removed-the-mayor-is-a-thief';

-- scales' order turned round: as author: rating_scale_is_frozen
UPDATE annotations_rating SET position = -position WHERE scale_id IN (
    SELECT id FROM annotations_ratingscale WHERE frozen_at IS NOT NULL);

-- reader's address set: as admin: report_is_kept
UPDATE publishing_errorreport SET reply_to = 'mine@other.example';
-- a second account by an invitation that was accepted: as phantom: account_is_given_by_an_admin
INSERT INTO accounts_user (id, email, name, password, is_active, is_staff, is_superuser, time_zone, created_at)
VALUES ('{me}', 'came@desk.example', 'Again', '', true, false, false, 'UTC', now());

-- another address of mine for an account by its invitation: as phantom: account_is_given_by_an_admin
SELECT set_config('factcheck.invitation', '{came_secret}', true);
INSERT INTO accounts_user (id, email, name, password, is_active, is_staff, is_superuser, time_zone, created_at)
VALUES ('{me}', 'came@desk.example', 'Again', '', true, false, false, 'UTC', now());

-- approval after giving the evidence another number: as helper: approver_is_no_contributor
UPDATE annotations_evidence SET number = number + 7 WHERE claim_id = '{other_claim}';
SELECT set_config('factcheck.actor', '{author}', true);
UPDATE annotations_verdict SET status = 'draft', frozen_id = NULL WHERE id = '{approved}';
WITH words AS (
    INSERT INTO accounts_payload (body) SELECT regexp_replace(p.body, '"n": ?1', '"n": 8') FROM annotations_frozencontent f
    JOIN accounts_payload p ON p.id = f.payload_id WHERE f.claim_id = '{other_claim}' RETURNING id, body
)
INSERT INTO annotations_frozencontent (id, claim_id, payload_id, sha256, created_at)
SELECT '{phantom}', '{other_claim}', w.id, encode(sha256(convert_to(w.body, 'UTF8')), 'hex'), now() FROM words w;
UPDATE annotations_verdict SET status = 'in_review', frozen_id = '{phantom}' WHERE id = '{approved}';
SELECT set_config('factcheck.actor', '{me}', true);
INSERT INTO annotations_conflictofinterest (id, person_id, claimant_id, has_conflict, statement, declared_at)
SELECT uuidv7(), '{me}', claimant_id, false, '', now() FROM annotations_claim WHERE id = '{other_claim}' ON CONFLICT DO NOTHING;
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{approved}';

-- approval after saying when the claimant was asked: as reviewer: approver_is_no_contributor
INSERT INTO annotations_claimantcontact (claim_id, asked_at, channel, response, waived_reason, updated_at)
SELECT claim_id, now() - interval '1 year', '', '', '', now() FROM annotations_verdict WHERE id = '{review}';
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval and the words in one statement: as reviewer: approver_is_no_contributor|verdict_is_approved
WITH mine AS (
    UPDATE annotations_claim SET statement = 'Mine' WHERE id = (SELECT claim_id FROM annotations_verdict WHERE id = '{review}')
    RETURNING id
), given AS (
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}' RETURNING id
)
SELECT count(*) FROM mine, given;
UPDATE annotations_verdict SET status = 'approved' WHERE id = '{review}';

-- delivery of an import with an address elsewhere: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES (uuidv7(), '{endpoint}', 'import.finished', '{"type": "import.finished", "timestamp": "2026-03-01T09:00:00Z", "data": {"id":
    "0198a000-0000-7000-8000-000000000001", "version": null, "seq": null, "etag": null, "url": "https://evil.example/token"}}',
    'pending', 0, now(), now());

-- delivery of an export that nobody ran: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES (uuidv7(), '{endpoint}', 'export.ready', '{"type": "export.ready", "timestamp": "2026-03-01T09:00:00Z", "data": {"id":
    "0198a000-0000-7000-8000-000000000001", "version": null, "seq": null, "etag": null,
    "url": "https://desk.example/api/v1/exports/0198a000-0000-7000-8000-000000000001"}}', 'pending', 0, now(), now());

-- delivery without a type: as author: delivery_is_true
INSERT INTO publishing_delivery (id, endpoint_id, event, body, state, attempts_made, next_at, created_at)
VALUES (uuidv7(), '{endpoint}', 'import.failed', '{"words": "The mayor is a thief"}', 'pending', 0, now(), now());

-- delivery with words for its time: as author: delivery_is_true
UPDATE publishing_change SET seq = nextval('publishing_change_feed') WHERE object_id = '{check}';
INSERT INTO publishing_delivery (id, endpoint_id, change_id, event, body, state, attempts_made, next_at, created_at)
SELECT uuidv7(), '{endpoint}', c.id, c.event, jsonb_build_object('type', c.event, 'timestamp', 'The mayor is a thief', 'data',
    jsonb_build_object('id', c.object_id, 'version', nullif(c.version, 0), 'seq', c.seq, 'etag', nullif(c.etag, ''),
    'url', 'https://desk.example/api/v1/fact-checks/' || c.object_id)), 'pending', 0, now(), now()
FROM publishing_change c WHERE c.object_id = '{check}';

-- delivery with words in its address: as author: delivery_is_true
UPDATE publishing_change SET seq = nextval('publishing_change_feed') WHERE object_id = '{check}';
INSERT INTO publishing_delivery (id, endpoint_id, change_id, event, body, state, attempts_made, next_at, created_at)
SELECT uuidv7(), '{endpoint}', c.id, c.event, jsonb_build_object('type', c.event, 'timestamp', '2026-03-01T09:00:00Z', 'data',
    jsonb_build_object('id', c.object_id, 'version', nullif(c.version, 0), 'seq', c.seq, 'etag', nullif(c.etag, ''),
    'url', 'The mayor is a thief/' || c.object_id)), 'pending', 0, now(), now()
FROM publishing_change c WHERE c.object_id = '{check}';

-- keys of the trail set back: as author: 42501
SELECT setval('accounts_auditevent_id_seq', 1, false);

-- keys of payloads drawn by hand: as author: 42501
SELECT setval(pg_get_serial_sequence('accounts_payload', 'id'), 1, false);

-- keys of the history set back: as author: 42501
SELECT setval(pg_get_serial_sequence('annotations_verdicttransition', 'id'), 1, false);

-- numbers of the feed begun anew: as author: 42501
ALTER SEQUENCE publishing_change_feed RESTART;

-- trigger's order changed by a name: as author: 42501
ALTER TRIGGER guard_unanswered_conflict ON annotations_approval RENAME TO a_first;

-- default of a column: as author: 42501
ALTER TABLE annotations_approval ALTER COLUMN person_id SET DEFAULT '{reviewer}';

-- function called in the owner's name: as author: 42501
SELECT add_contribution('{claim}', '{live}', 'verdict', '{live}');

-- function of a trigger made anybody's: as author: 42501
GRANT EXECUTE ON FUNCTION add_contribution(uuid, uuid, text, uuid) TO PUBLIC;

-- a removal's function by its full name: as nobody: redaction_has_a_reason
SELECT public.redact_payload(payload_id, 'claim:' || claim_id, 'x') FROM annotations_frozencontent;

-- payload of another claim under a removed one's name: as admin: removal_was_decided
SELECT redact_payload(f.payload_id, 'claim:{claim}', 'because') FROM annotations_frozencontent f WHERE f.claim_id = '{other_claim}';

-- stream with words behind its claim: as admin: removal_was_decided
SELECT redact_payload(payload_id, 'claim:' || claim_id || E'\n', 'because') FROM annotations_frozencontent;

-- approval with an action that is none: as reviewer: approver_has_the_role
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'PUBLISH', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}';

-- approval of one verdict with another's frozen content: as reviewer: approval_digest_matches
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v, annotations_frozencontent f WHERE v.id = '{review}' AND f.claim_id = '{other_claim}';

-- approval that gives its old values back: as author: approver_is_no_contributor
INSERT INTO annotations_approval AS a (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), v.id, v.claim_id, '{me}', 'publish', 0, f.sha256, f.id, '', now()
FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = '{review}'
RETURNING old.person_id, new.person_id;

-- verdict approved, its old values told: as author: verdict_is_approved
UPDATE annotations_verdict SET status = 'approved' WHERE id = '{review}' RETURNING old.status, new.status;

-- verdict approved by a query in a query: as author: verdict_is_approved
WITH moved AS (UPDATE annotations_verdict SET status = 'approved' WHERE id = '{review}' RETURNING id) SELECT * FROM moved;

-- row seen only by its place: as author: verdict_is_approved
UPDATE annotations_verdict SET status = 'approved' WHERE ctid = (SELECT ctid FROM annotations_verdict WHERE id = '{review}');

-- a withdrawal moved to another verdict of the history: as reviewer: transition_is_as_told
INSERT INTO annotations_verdicttransition (id, verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
    content_sha256, is_override, is_single_approval, at)
SELECT coalesce(max(t.id), 0) + 1000, '{live}', '{other_claim}', 'suspend', 'published', 'suspended', '{me}', 'x', '', false, false, now()
FROM annotations_verdicttransition t;

-- roles read from a table beside ours: as roleless: 42501
SET LOCAL search_path = pg_temp, public; CREATE TEMP TABLE auth_group (id int, name text);

-- numbers without their digits: as author: verdict_published_is_kept
SET LOCAL extra_float_digits = -15; SET LOCAL timezone = 'Asia/Kathmandu'; SET LOCAL datestyle = 'SQL, DMY';
UPDATE annotations_verdict SET headline = 'Other' WHERE id = '{live}';

-- trail switched off by a full path: as author: 42501
SET LOCAL session_preload_libraries = 'x';

-- rows of the trail locked for others: as author: 42501
SELECT 1 FROM accounts_auditstream FOR UPDATE;

-- rows of the trail shared: as author: 42501
SELECT 1 FROM accounts_auditevent FOR KEY SHARE;

-- a reviewer's conflict answered in their name by a merge: as author: conflict_is_own
MERGE INTO annotations_conflictofinterest o USING (SELECT '{reviewer}'::uuid AS person) x ON o.person_id = x.person
WHEN MATCHED THEN UPDATE SET statement = 'x' WHEN NOT MATCHED THEN DO NOTHING;

-- role given by a merge: as roleless: role_is_given_by_an_admin
MERGE INTO accounts_user_groups m USING auth_group g ON m.group_id = g.id AND m.user_id = '{me}' AND g.name = 'reviewer'
WHEN NOT MATCHED AND g.name = 'reviewer' THEN INSERT (user_id, group_id) VALUES ('{me}', g.id);

-- copies of the tables read as the owner: as author: 42501
SELECT pg_read_file('base'), lo_import('/etc/passwd');
