-- What a superuser does with triggers off, each undone afterwards. The anchor file is tampered with in test_tampering.py.

-- event's action edited
UPDATE accounts_auditevent SET action = 'x' WHERE stream = '{stream}' AND seq = 3;

-- event's actor edited
UPDATE accounts_auditevent SET actor_id = uuidv7() WHERE stream = '{stream}' AND seq = 3;

-- event's time edited
UPDATE accounts_auditevent SET at = at - interval '1 day' WHERE stream = '{stream}' AND seq = 3;

-- event deleted in the middle
DELETE FROM accounts_auditevent WHERE stream = '{stream}' AND seq = 3;

-- last event deleted
DELETE FROM accounts_auditevent WHERE (stream, seq) = (SELECT stream, seq FROM accounts_auditstream WHERE stream = '{stream}');

-- last event deleted and the head mended
DELETE FROM accounts_auditevent WHERE (stream, seq) = (SELECT stream, seq FROM accounts_auditstream WHERE stream = '{stream}');
UPDATE accounts_auditstream s SET seq = e.seq, hash = e.hash FROM (
    SELECT * FROM accounts_auditevent WHERE stream = '{stream}' ORDER BY seq DESC LIMIT 1) e WHERE s.stream = '{stream}';

-- stream deleted
DELETE FROM accounts_auditevent WHERE stream = '{stream}';

-- stream deleted with its head
DELETE FROM accounts_auditevent WHERE stream = '{stream}';
DELETE FROM accounts_auditstream WHERE stream = '{stream}';

-- all events deleted
DELETE FROM accounts_auditevent;
DELETE FROM accounts_auditstream;

-- events reordered
UPDATE accounts_auditevent SET seq = -seq WHERE stream = '{stream}' AND seq IN (3, 4);
UPDATE accounts_auditevent SET seq = CASE seq WHEN -3 THEN 4 ELSE 3 END WHERE stream = '{stream}' AND seq < 0;

-- chain rewritten consistently
UPDATE accounts_auditevent SET actor_id = NULL WHERE stream = '{stream}';
SELECT rewrite('{stream}');

-- payload changed
UPDATE accounts_payload SET body = replace(body, '40 million', '14 million') WHERE body LIKE '%40 million%';

-- payload deleted
UPDATE accounts_auditevent SET after_payload_id = NULL WHERE stream = '{stream}' AND seq = 3;

-- payload blanked without a removal
UPDATE accounts_payload SET body = NULL, redacted_at = now(), redaction_reason = 'x' WHERE id = (
    SELECT after_payload_id FROM accounts_auditevent WHERE stream = '{stream}' AND seq = 3);

-- all payloads blanked
UPDATE accounts_payload SET body = NULL, redacted_at = now(), redaction_reason = 'x';

-- frozen payload blanked
UPDATE accounts_payload SET body = NULL, redacted_at = now() WHERE id = (SELECT max(payload_id) FROM annotations_frozencontent);

-- frozen content changed
UPDATE accounts_payload SET body = replace(body, 'dearer', 'cheaper')
WHERE id IN (SELECT payload_id FROM annotations_frozencontent);

-- frozen content and its digest changed
UPDATE accounts_payload SET body = replace(body, 'dearer', 'cheaper')
WHERE id IN (SELECT payload_id FROM annotations_frozencontent);
UPDATE annotations_frozencontent f SET sha256 = encode(sha256(convert_to(p.body, 'UTF8')), 'hex')
FROM accounts_payload p WHERE p.id = f.payload_id;

-- published version changed
UPDATE accounts_payload SET body = replace(body, 'dearer', 'cheaper')
WHERE id IN (SELECT payload_id FROM publishing_factcheckversion);

-- published version and its digest changed
UPDATE accounts_payload SET body = replace(body, 'dearer', 'cheaper')
WHERE id IN (SELECT payload_id FROM publishing_factcheckversion);
UPDATE publishing_factcheckversion x SET document_sha256 = encode(sha256(convert_to(p.body, 'UTF8')), 'hex')
FROM accounts_payload p WHERE p.id = x.payload_id;

-- published version deleted
DELETE FROM publishing_factcheckversion;

-- verdict text
UPDATE annotations_verdict SET headline = 'Yes, it was cheaper' WHERE status = 'published';

-- verdict status
UPDATE annotations_verdict SET status = 'published' WHERE status = 'draft';

-- verdict's rating
UPDATE annotations_verdict SET rating_id = (SELECT id FROM annotations_rating WHERE label = 'True' LIMIT 1)
WHERE status = 'published';

-- document
UPDATE publishing_factcheck SET document = jsonb_set(document, '{headline}', '"False"');

-- document and its digest
UPDATE publishing_factcheck SET document = jsonb_set(document, '{headline}', '"False"'), etag = repeat('0', 64);

-- headline of the list
UPDATE publishing_factcheck SET headline = 'False';

-- fact-check deleted
DELETE FROM publishing_change;
DELETE FROM publishing_factcheckversion;
DELETE FROM publishing_factcheck;

-- approval forged
INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
SELECT uuidv7(), verdict_id, claim_id, (SELECT id FROM accounts_user WHERE email = 'person1@desk.example'), action, attempt,
    content_sha256, frozen_id, note, at FROM annotations_approval LIMIT 1;

-- approval's person changed
UPDATE annotations_approval SET person_id = (SELECT id FROM accounts_user WHERE email = 'person1@desk.example');

-- approval deleted
DELETE FROM annotations_approval;

-- contributions deleted
DELETE FROM annotations_contribution;

-- one contribution deleted
DELETE FROM annotations_contribution WHERE kind = 'evidence';

-- contribution's person changed
UPDATE annotations_contribution SET person_id = (SELECT person_id FROM annotations_approval LIMIT 1) WHERE kind = 'verdict';

-- article text
UPDATE articles_articlerevision SET text = replace(text, '40 million', '14 million');

-- article text and its digest
UPDATE articles_articlerevision SET text = replace(text, '40 million', '14 million'),
    sha256 = encode(sha256(convert_to(replace(text, '40 million', '14 million'), 'UTF8')), 'hex');

-- evidence's note
UPDATE annotations_evidence SET note = 'x';

-- claim's statement
UPDATE annotations_claim SET statement = 'x';

-- history deleted
DELETE FROM annotations_verdicttransition;

-- admin role given
INSERT INTO accounts_user_groups (user_id, group_id)
SELECT u.id, g.id FROM accounts_user u, auth_group g WHERE u.email = 'person1@desk.example' AND g.name = 'admin';

-- role taken
DELETE FROM accounts_user_groups;

-- password replaced
UPDATE accounts_user SET password = 'x' WHERE email = 'person2@desk.example';

-- account added
INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active, time_zone, has_single_keys, notify_by,
    created_at) VALUES (uuidv7(), 'ghost@desk.example', 'Ghost', '!', false, false, true, 'UTC', true, 'none', now());

-- desk settings
UPDATE annotations_desk SET policy = '{"two_sources": "off"}';

-- rating scale
UPDATE annotations_ratingscale SET name = 'x';

-- address confirmed
UPDATE account_emailaddress SET verified = true WHERE email = 'new@desk.example';

-- address added
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT id, 'mine@evil.example', true, false FROM accounts_user WHERE email = 'person1@desk.example';

-- address deleted
DELETE FROM account_emailaddress WHERE email = 'new@desk.example';

-- second factor removed
DELETE FROM mfa_authenticator;

-- second factor's secret replaced
UPDATE mfa_authenticator SET data = '{"secret": "mine"}';

-- second factor added
INSERT INTO mfa_authenticator (user_id, type, data, created_at)
SELECT id, 'totp', '{"secret": "mine"}', now() FROM accounts_user WHERE email = 'person1@desk.example';

-- evidence's stance
UPDATE annotations_evidence SET stance = 'supports';

-- claimant's name after publication
UPDATE annotations_claimant SET name = 'Somebody Else';

-- claimant's answer
UPDATE annotations_claimantcontact SET response = 'He agreed.';

-- claimant's answer deleted
DELETE FROM annotations_claimantcontact;

-- role of a block
UPDATE articles_blockrole SET role = 'body';

-- class of a rating in use
UPDATE annotations_rating SET rating_class = 'true' WHERE label = 'False';

-- approval's time
UPDATE annotations_approval SET at = at - interval '1 day';

-- comment rewritten
UPDATE annotations_comment SET body = 'Fine by me.';

-- token of another person
UPDATE accounts_apitoken SET user_id = (SELECT id FROM accounts_user WHERE email = 'person2@desk.example');

-- conflict of interest taken back
UPDATE annotations_conflictofinterest SET has_conflict = NOT has_conflict;

-- words of a passage
UPDATE annotations_passage SET exact = 'cost 14 million euros';

-- placement moved
UPDATE annotations_placement SET start = start + 1, "end" = "end" + 1;

-- events of two streams exchanged
UPDATE accounts_auditevent SET stream = 'settings', seq = -1 WHERE stream = '{stream}' AND seq = 1;
UPDATE accounts_auditevent SET stream = '{stream}' WHERE stream = 'settings' AND seq = 1;
UPDATE accounts_auditevent SET seq = 1 WHERE seq = -1;

-- note of a correction
UPDATE publishing_factcheckversion SET note = 'All of it was wrong', kind = 'correction';

-- words of the submitted content under another digest
UPDATE annotations_frozencontent SET payload_id = (SELECT max(payload_id) FROM publishing_factcheckversion);

-- correction told to the feed
UPDATE publishing_change SET notice = 'All of it was wrong', reason = 'corrected', event = 'fact_check.corrected';

-- tombstone told to the feed
UPDATE publishing_change SET state = 'deleted', reason = 'retracted', event = 'fact_check.retracted';

-- feed emptied
DELETE FROM publishing_change;

-- newest change of the feed hidden
UPDATE publishing_change SET is_latest = false;

-- older change of the feed rewritten
UPDATE publishing_change SET etag = repeat('0', 64) WHERE NOT is_latest;

-- older change of the feed told as a withdrawal
UPDATE publishing_change SET state = 'deleted', reason = 'suspended', event = 'fact_check.suspended' WHERE NOT is_latest;

-- reader's report rewritten
UPDATE publishing_errorreport SET body = 'All is well.';

-- reader's report deleted
DELETE FROM publishing_errorreport;

-- reader's report dated back
UPDATE publishing_errorreport SET created_at = created_at - interval '1 year';

-- reader's report invented
INSERT INTO publishing_errorreport (id, fact_check_id, body, reply_to, created_at)
SELECT uuidv7(), id, 'It is wrong.', '', now() FROM publishing_factcheck LIMIT 1;

-- receipt's version
UPDATE publishing_receipt SET version = 7;

-- receipt said to be removed
UPDATE publishing_receipt SET status = 'removed';

-- receipt deleted
DELETE FROM publishing_receipt;

-- receipt invented
INSERT INTO publishing_receipt (id, fact_check_id, version, cms_url, status, reported_at)
SELECT uuidv7(), id, version, 'https://cms.example/b', 'live', now() FROM publishing_factcheck LIMIT 1;

-- rule of moves added
INSERT INTO annotations_transitionrule (action, from_status, to_status) VALUES ('publish', 'draft', 'published');

-- roles exchanged
UPDATE auth_group SET name = 'x' WHERE name = 'editor';
UPDATE auth_group SET name = 'editor' WHERE name = 'reviewer';
UPDATE auth_group SET name = 'reviewer' WHERE name = 'x';

-- signed message rewritten
UPDATE publishing_delivery SET body = replace(body, '.published', '.retracted');

-- keys of two events exchanged and the row put back
WITH pair AS (SELECT min(id) AS a, max(id) AS b FROM accounts_auditevent
    WHERE object_table = 'annotations_claim' AND stream = '{stream}')
UPDATE accounts_auditevent e SET id = e.id - a - b FROM pair WHERE e.id IN (a, b);
UPDATE accounts_auditevent SET id = -id WHERE id < 0;
UPDATE annotations_claim SET selection_reason = '' WHERE 'claim:' || id = '{stream}';

-- events of a merge put behind and the row put back
WITH moved AS (SELECT min(id) AS id FROM accounts_auditevent WHERE object_table = 'annotations_evidence'
    GROUP BY object_id HAVING count(DISTINCT stream) = 2)
UPDATE accounts_auditevent e SET id = e.id + 1000000 FROM moved m JOIN accounts_auditevent f ON f.id = m.id
WHERE e.stream = f.stream AND e.seq >= f.seq;
UPDATE annotations_evidence r SET claim_id = (p.body::jsonb ->> 'claim_id')::uuid, number = (p.body::jsonb ->> 'number')::int
FROM accounts_auditevent e JOIN accounts_payload p ON p.id = e.after_payload_id
WHERE e.object_table = 'annotations_evidence' AND e.action LIKE '%.insert' AND e.object_id = r.id::text
    AND p.body::jsonb ->> 'claim_id' <> r.claim_id::text;

-- comment copied and rewritten
INSERT INTO annotations_comment SELECT (jsonb_populate_record(c, jsonb_build_object('id', uuidv7()))).* FROM annotations_comment c;
UPDATE annotations_comment SET body = 'x' WHERE id = (SELECT max(id::text)::uuid FROM annotations_comment);

-- ratings exchanged
UPDATE annotations_verdict SET rating_id = (SELECT id FROM annotations_rating WHERE label = 'Misleading' LIMIT 1)
WHERE rating_id IS NOT NULL;

-- labels of two ratings exchanged
UPDATE annotations_rating SET label = 'x' WHERE label = 'True';
UPDATE annotations_rating SET label = 'True' WHERE label = 'False';
UPDATE annotations_rating SET label = 'False' WHERE label = 'x';

-- passwords of two people exchanged
UPDATE accounts_user u SET password = o.password FROM accounts_user o WHERE o.email <> u.email;

-- token's scopes widened
UPDATE accounts_apitoken SET scopes = '{claims:write}';

-- token's end moved
UPDATE accounts_apitoken SET expires_at = '2099-01-01';

-- token revived
UPDATE accounts_apitoken SET revoked_at = now();

-- event of the settings in another's name
UPDATE accounts_auditevent SET actor_id = (SELECT id FROM accounts_user WHERE email = 'person1@desk.example')
WHERE stream = 'settings';

-- endpoint's address
UPDATE publishing_webhookendpoint SET url = 'https://other.example/';

-- endpoint's secret
UPDATE publishing_webhookendpoint SET secret = 'mine';

-- published day of a verdict
UPDATE annotations_verdict SET published_at = published_at - interval '1 year' WHERE published_at IS NOT NULL;

-- published day of a check
UPDATE publishing_factcheck SET published_at = published_at - interval '1 year';

-- time of a comment
UPDATE annotations_comment SET created_at = created_at - interval '1 year';

-- rule of moves deleted
DELETE FROM annotations_transitionrule WHERE action = 'publish';

-- number of a change raised
UPDATE publishing_change SET seq = seq + 100;

-- invitation invented
INSERT INTO accounts_invitation SELECT (jsonb_populate_record(NULL::accounts_invitation, jsonb_build_object('id', uuidv7(),
    'email', 'x@evil.example', 'name', '', 'roles', '{admin}'::text[], 'secret_sha256', repeat('0', 64), 'created_at', now(),
    'expires_at', now(), 'invited_by_id', (SELECT id FROM accounts_user LIMIT 1)))).*;
