-- Fact-checks and their versions: published only from approved content.

-- The words of a public document that come from frozen content: they must be equal. The rationale stands there rendered too,
-- and evidence with the source that readers see, so that the reviewer has approved these.
CREATE OR REPLACE FUNCTION words_of_frozen(c jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'headline', c #> '{verdict,headline}', 'language', c #> '{verdict,language}', 'summary', c #> '{verdict,summary}',
        'byline', c #> '{verdict,byline}', 'topics', c #> '{claim,topics}',
        'rationale', jsonb_build_array(c #> '{verdict,rationale}', c #> '{verdict,rendered,html}', c #> '{verdict,rendered,text}'),
        'claim', c #> '{claim,id}', 'statement', c #> '{claim,statement}',
        'claimant', jsonb_build_array(c #> '{claim,claimant,name}', c #> '{claim,claimant,role}', c #> '{claim,claimant,same_as}'),
        'rating', jsonb_build_array(c #> '{rating,label}', c #> '{rating,class}', c #> '{rating,definition}', c #> '{rating,value}',
            c #> '{rating,best}', c #> '{rating,worst}'),
        'contact', c -> 'claimant_contact',
        'appearances', (SELECT jsonb_agg(jsonb_build_array(a #> '{article,id}', a -> 'exact', a -> 'mode', a -> 'said_at',
            nullif(a #>> '{article,url}', ''), coalesce(nullif(a #>> '{article,source}', ''), a #>> '{article,origin}'),
            a #>> '{article,title}', a #>> '{article,published_at}') ORDER BY n) FROM jsonb_array_elements(c -> 'appearances') WITH ORDINALITY AS x(a, n)),
        'evidence', (SELECT jsonb_agg(jsonb_build_array(e -> 'n', e -> 'stance', e -> 'note',
            CASE WHEN jsonb_typeof(e -> 'article') = 'object' THEN e -> 'exact' ELSE e -> 'quote' END,
            nullif(coalesce(e #>> '{article,url}', e ->> 'url'), ''),
            coalesce(nullif(e ->> 'cited_as', ''), e #>> '{article,title}', ''), nullif(e ->> 'archived_url', ''),
            e #>> '{article,published_at}', e -> 'source', coalesce(nullif(e ->> 'captured_at', ''), e ->> 'accessed_at'))
            ORDER BY n) FROM jsonb_array_elements(c -> 'evidence') WITH ORDINALITY AS x(e, n)),
        'review', jsonb_build_array('urn:uuid:' || (c #>> '{claim,id}'), nullif(c #>> '{claim,statement}', ''),
            nullif(c #>> '{rating,label}', ''), coalesce(nullif(c #>> '{verdict,summary}', ''), nullif(c #>> '{rating,definition}', '')),
            c #> '{rating,value}', c #> '{rating,best}', c #> '{rating,worst}', nullif(c #>> '{verdict,rendered,text}', ''),
            nullif(c #>> '{verdict,language}', ''), nullif(c #>> '{claim,claimant,name}', ''),
            'https://schema.org', 'ClaimReview', 'Claim', CASE WHEN jsonb_typeof(c #> '{claim,claimant}') = 'object'
                THEN CASE c #>> '{claim,claimant,kind}' WHEN 'person' THEN 'Person' ELSE 'Organization' END END),
        'citations', (SELECT jsonb_agg(jsonb_build_array(CASE jsonb_typeof(e -> 'article') WHEN 'object' THEN 'NewsArticle' ELSE 'WebPage' END,
            nullif(coalesce(e #>> '{article,url}', e ->> 'url'), ''), nullif(e #>> '{article,title}', ''),
            nullif(CASE jsonb_typeof(e -> 'article') WHEN 'object' THEN e ->> 'exact' ELSE e ->> 'quote' END, ''),
            nullif(e ->> 'note', ''), nullif(e #>> '{article,source}', ''), nullif(e ->> 'archived_url', '')) ORDER BY n)
            FROM jsonb_array_elements(c -> 'evidence') WITH ORDINALITY AS x(e, n)))
$$;

CREATE OR REPLACE FUNCTION words_of_document(d jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'headline', d -> 'headline', 'language', d -> 'language', 'summary', d -> 'summary',
        'byline', d -> 'byline', 'topics', d -> 'topics',
        'rationale', jsonb_build_array(d #> '{rationale,markdown}', d #> '{rationale,html}', d #> '{rationale,text}'),
        'claim', d #> '{claim,id}', 'statement', d #> '{claim,statement}',
        'claimant', jsonb_build_array(d #> '{claim,claimant,name}', d #> '{claim,claimant,role}', d #> '{claim,claimant,same_as}'),
        'rating', jsonb_build_array(d #> '{rating,label}', d #> '{rating,class}', d #> '{rating,definition}', d #> '{rating,value}',
            d #> '{rating,best}', d #> '{rating,worst}'),
        'contact', d -> 'claimant_contact',
        'appearances', (SELECT jsonb_agg(jsonb_build_array(a -> 'article', a -> 'quote', a -> 'mode', a -> 'said_at',
            a ->> 'url', a ->> 'source', a ->> 'title', a ->> 'published_at') ORDER BY n) FROM jsonb_array_elements(d #> '{claim,appearances}') WITH ORDINALITY AS x(a, n)),
        'evidence', (SELECT jsonb_agg(jsonb_build_array(e -> 'n', e -> 'stance', e -> 'note', e -> 'quote', e ->> 'url',
            e ->> 'title', e ->> 'archived_url', e ->> 'published_at', e -> 'source', e ->> 'captured_at') ORDER BY n)
            FROM jsonb_array_elements(d -> 'evidence') WITH ORDINALITY AS x(e, n)),
        'review', jsonb_build_array(d #>> '{claimreview,itemReviewed,@id}', d #>> '{claimreview,claimReviewed}',
            d #>> '{claimreview,reviewRating,alternateName}', d #>> '{claimreview,reviewRating,ratingExplanation}',
            d #> '{claimreview,reviewRating,ratingValue}', d #> '{claimreview,reviewRating,bestRating}',
            d #> '{claimreview,reviewRating,worstRating}', d #>> '{claimreview,reviewBody}',
            d #>> '{claimreview,inLanguage}', d #>> '{claimreview,itemReviewed,author,name}',
            d #>> '{claimreview,@context}', d #>> '{claimreview,@type}', d #>> '{claimreview,itemReviewed,@type}',
            d #>> '{claimreview,itemReviewed,author,@type}'),
        'citations', (SELECT jsonb_agg(jsonb_build_array(e ->> '@type', e ->> 'url', e ->> 'name', e ->> 'text', e ->> 'description',
            e #>> '{publisher,name}', e ->> 'archivedAt') ORDER BY n)
            FROM jsonb_array_elements(d #> '{claimreview,citation}') WITH ORDINALITY AS x(e, n)))
$$;

-- The texts of a document that stand neither in its frozen content nor in the members that its row is compared with. So a member
-- that words_of_document() does not know has no words of its own either.
CREATE OR REPLACE FUNCTION unapproved_texts(d jsonb, c jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t #>> '{}' FROM jsonb_path_query(
        (d - '{id,slug,url,canonical_url,state,etag,published_at,modified_at,corrections,claimreview}'::text[]) || jsonb_build_object(
            'claimreview', ((d -> 'claimreview') #- '{itemReviewed,@id}'::text[])
                - '{@context,url,author,datePublished,dateModified,correction}'::text[]),
        'strict $.** ? (@.type() == "string")') AS t
    EXCEPT SELECT t #>> '{}' FROM jsonb_path_query(c, 'strict $.** ? (@.type() == "string")') AS t
    EXCEPT SELECT unnest(ARRAY['', 'ClaimReview', 'Claim', 'Rating', 'Person', 'Organization', 'NewsArticle', 'WebPage'])
$$;

-- The places of a document that publishing/documents.py does not write. The name of a member would be words that nobody
-- approved, and a number has no words at all.
CREATE OR REPLACE FUNCTION unknown_places(d jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE known AS (
        SELECT place || name AS place FROM (VALUES
            ('.', 'id slug url canonical_url version state published_at modified_at etag language headline topics[] byline[] summary'),
            ('.rating.', 'label class definition value best worst'), ('.rationale.', 'markdown html text'), ('.claim.', 'id statement'),
            ('.claim.claimant.', 'name role same_as[]'),
            ('.claim.appearances[].', 'article url source title published_at quote mode said_at'),
            ('.evidence[].', 'n stance source title url archived_url published_at quote captured_at note'),
            ('.claimant_contact.', 'asked_at channel response responded_at waived_reason'),
            ('.corrections[].', 'kind note at version is_single_approval'),
            ('.claimreview.', '@context @type claimReviewed url datePublished dateModified inLanguage version reviewBody'),
            ('.claimreview.reviewRating.', '@type alternateName ratingExplanation ratingValue bestRating worstRating'),
            ('.claimreview.author.', '@type name url logo'),
            ('.claimreview.correction[].', '@type name text datePublished'),
            ('.claimreview.itemReviewed.', '@type @id text datePublished'),
            ('.claimreview.itemReviewed.author.', '@type name jobTitle description sameAs[]'),
            ('.claimreview.citation[].', '@type url name text description publisher.@type publisher.name datePublished archivedAt'),
            ('.claimreview.itemReviewed.appearance[].', '@type url name text publisher.@type publisher.name datePublished'),
            ('.claimreview.itemReviewed.firstAppearance.', '@type url name text publisher.@type publisher.name datePublished')
        ) AS x(place, names), regexp_split_to_table(names, ' ') AS name
    ), walked AS (
        SELECT '' AS place, d AS value
        UNION ALL
        SELECT w.place || m.step, m.value FROM walked w CROSS JOIN LATERAL (
            SELECT '.' || CASE WHEN key ~ '^@?[A-Za-z_]+$' THEN key ELSE '?' END, value
                FROM jsonb_each(CASE jsonb_typeof(w.value) WHEN 'object' THEN w.value ELSE '{}' END)
            UNION ALL SELECT '[]', value FROM jsonb_array_elements(CASE jsonb_typeof(w.value) WHEN 'array' THEN w.value ELSE '[]' END)
        ) AS m(step, value)
    )
    SELECT DISTINCT w.place FROM walked w WHERE w.place <> '' AND NOT EXISTS (SELECT 1 FROM known k
        WHERE k.place = w.place OR starts_with(k.place, w.place || '.') OR starts_with(k.place, w.place || '[]'))
$$;

-- A time as RFC 3339 has it: Postgres reads many more, with words in them.
CREATE OR REPLACE FUNCTION is_utc_time(p_text text) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN coalesce(p_text ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$', false);

-- The words of an address, as Django's slugify() makes them: a headline's ASCII letters and digits.
CREATE OR REPLACE FUNCTION address_words(p_headline text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT regexp_replace(regexp_replace(lower(regexp_replace(normalize(p_headline, NFKD), '[^\x01-\x7f]', '', 'g')),
        '[^a-z0-9_\s-]', '', 'g'), '[-\s]+', '-', 'g')
$$;

CREATE OR REPLACE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM annotations_verdict v JOIN publishing_factcheck f ON f.id = NEW.fact_check_id AND f.claim_id = v.claim_id
        WHERE v.id = NEW.verdict_id AND v.frozen_id = NEW.frozen_id AND v.version = NEW.number AND v.status = 'published'
    ) OR NOT verdict_is_approved(NEW.verdict_id, NEW.frozen_id) THEN
        RAISE EXCEPTION 'A version is published from approved content alone'
            USING ERRCODE = '23514', CONSTRAINT = 'version_is_approved';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM accounts_payload p, publishing_factcheck k, annotations_frozencontent f
        JOIN accounts_payload c ON c.id = f.payload_id
        WHERE p.id = NEW.payload_id AND k.id = NEW.fact_check_id AND f.id = NEW.frozen_id
            AND words_of_document(p.body::jsonb) = words_of_frozen(c.body::jsonb)
            AND NOT EXISTS (SELECT unapproved_texts(p.body::jsonb, c.body::jsonb))
            AND NOT EXISTS (SELECT unknown_places(p.body::jsonb))
            AND p.body::jsonb @> jsonb_build_object('id', k.id, 'slug', k.slug, 'version', NEW.number, 'claimreview',
                jsonb_build_object('version', NEW.number, 'datePublished', p.body::jsonb -> 'published_at'))
            AND (NEW.kind, NEW.note) = (coalesce(c.body::jsonb #>> '{verdict,correction,kind}', ''),
                coalesce(c.body::jsonb #>> '{verdict,correction,note}', ''))
    ) THEN
        RAISE EXCEPTION 'A version says what was approved' USING ERRCODE = '23514', CONSTRAINT = 'version_says_what_was_approved';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_digest BEFORE INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_digest('document_sha256');
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_version();

-- A version is the document as it is published, whole: its address, times and corrections as well.
CREATE OR REPLACE FUNCTION guard_version_document() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row publishing_factcheck;
BEGIN
    SELECT * INTO v_row FROM publishing_factcheck WHERE id = NEW.fact_check_id;
    IF v_row.document IS DISTINCT FROM (SELECT body::jsonb FROM accounts_payload WHERE id = NEW.payload_id)
        OR v_row.modified_at <> NEW.published_at OR NOT is_document_true(v_row)
        OR v_row.document #> '{claimreview,author}' IS DISTINCT FROM desk_as_author() THEN
        RAISE EXCEPTION 'A version is what is published' USING ERRCODE = '23514', CONSTRAINT = 'version_is_the_document';
    END IF;
    IF NEW.published_by_id IS DISTINCT FROM acting_person() OR NOT EXISTS (
        SELECT 1 FROM annotations_verdict WHERE id = NEW.verdict_id AND published_at = NEW.published_at
    ) THEN
        RAISE EXCEPTION 'A version says who published it and when'
            USING ERRCODE = '23514', CONSTRAINT = 'version_names_its_publisher';
    END IF;
    IF NOT NEW.is_single_approval AND (
        SELECT count(DISTINCT a.person_id) < 2 FROM annotations_approval a
        WHERE a.verdict_id = NEW.verdict_id AND a.frozen_id = NEW.frozen_id AND a.action = 'publish'
    ) AND EXISTS (
        SELECT 1 FROM annotations_verdict v JOIN annotations_verdict b ON b.claim_id = v.claim_id AND b.version = v.version - 1
        WHERE v.id = NEW.verdict_id AND (v.rating_id, v.rating_text) IS DISTINCT FROM (b.rating_id, b.rating_text)
    ) THEN
        RAISE EXCEPTION 'A rating that one person changed says so'
            USING ERRCODE = '23514', CONSTRAINT = 'single_approval_is_told';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard_document AFTER INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_version_document();
CREATE OR REPLACE TRIGGER audit AFTER INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION audit_row('check:', 'fact_check_id', 'note');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON publishing_factcheckversion
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_factcheckversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Deferred: the version is written after the transition.
CREATE OR REPLACE FUNCTION guard_published() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM publishing_factcheckversion WHERE verdict_id = NEW.id AND frozen_id = NEW.frozen_id) THEN
        RAISE EXCEPTION 'A published verdict has its version' USING ERRCODE = '23514', CONSTRAINT = 'published_has_a_version';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_published ON annotations_verdict;
CREATE CONSTRAINT TRIGGER guard_published AFTER UPDATE OF status ON annotations_verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'published' AND OLD.status = 'approved') EXECUTE FUNCTION guard_published();

-- The members of a document that later steps never change, compared with the published version. The others are compared with
-- the row, the versions or the desk. Of `url` only the path is compared: the host follows the site's address.
CREATE OR REPLACE FUNCTION unchanging_members(d jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d - '{etag,state,canonical_url,modified_at,corrections,url,claimreview}'::text[]
        || jsonb_build_object('url', regexp_replace(d ->> 'url', '^https?://[^/]*', ''))
$$;

CREATE OR REPLACE FUNCTION unchanging_review(d jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE jsonb_typeof(d -> 'claimreview') WHEN 'object'
        THEN (d -> 'claimreview') - '{url,author,dateModified,correction}'::text[] END
$$;

-- The desk as the ClaimReview names it.
CREATE OR REPLACE FUNCTION desk_as_author() RETURNS jsonb LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('@type', 'Organization', 'name', nullif(k.name, ''), 'url', nullif(k.url, ''),
        'logo', nullif(k.logo_url, ''))) FROM annotations_desk k
$$;

CREATE OR REPLACE FUNCTION is_document_true(f publishing_factcheck) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d jsonb := f.document;
    v_version jsonb;
    v_status text;
    v_corrections jsonb;
    v_is_decided boolean;
BEGIN
    SELECT p.body::jsonb, v.status INTO v_version, v_status FROM publishing_factcheckversion x
        JOIN accounts_payload p ON p.id = x.payload_id JOIN annotations_verdict v ON v.id = x.verdict_id
        WHERE x.fact_check_id = f.id AND x.number = f.version AND x.verdict_id = f.verdict_id AND v.claim_id = f.claim_id;
    IF NOT FOUND THEN RETURN false; END IF;
    IF f.state = 'removed' THEN
        SELECT EXISTS (SELECT 1 FROM annotations_verdicttransition t WHERE t.verdict_id = f.verdict_id
            AND t.action = 'legal_removal' AND is_decided(t)) INTO v_is_decided;
        RETURN v_is_decided AND d IS NULL AND v_status = 'retracted'
            AND (f.headline, f.rating_label, f.rating_class, f.canonical_url) = ('', '', '', '');
    END IF;
    SELECT coalesce(jsonb_agg(jsonb_build_array(jsonb_build_object('kind', x.kind, 'note', x.note, 'version', x.number,
        'is_single_approval', x.is_single_approval), x.published_at) ORDER BY x.number), '[]') INTO v_corrections
        FROM publishing_factcheckversion x WHERE x.fact_check_id = f.id AND x.kind NOT IN ('', 'refile');
    RETURN coalesce(
        f.state = v_status AND d ->> 'state' = f.state
        AND unchanging_members(d) = unchanging_members(v_version)
        AND (d ->> 'id', d ->> 'slug', d ->> 'version', d ->> 'etag', coalesce(d ->> 'canonical_url', ''))
            = (f.id::text, f.slug, f.version::text, f.etag, f.canonical_url)
        AND d ->> 'url' LIKE '%/fact-checks/' || f.slug || '/' AND d ->> 'url' ~ '^https?://[^?#\s]+$'
        AND f.canonical_url ~ '^(https?://\S+)?$'
        AND is_utc_time(d ->> 'published_at') AND is_utc_time(d ->> 'modified_at')
        AND ((d ->> 'published_at')::timestamptz, (d ->> 'modified_at')::timestamptz) = (f.published_at, f.modified_at)
        AND f.headline = coalesce(nullif(d ->> 'headline', ''), left(d #>> '{claim,statement}', 300))
        AND (f.language, f.rating_label, f.rating_class)
            = (d ->> 'language', coalesce(d #>> '{rating,label}', ''), coalesce(d #>> '{rating,class}', ''))
        AND v_corrections = (SELECT coalesce(jsonb_agg(jsonb_build_array(c - 'at', CASE WHEN is_utc_time(c ->> 'at')
            THEN (c ->> 'at')::timestamptz END) ORDER BY n), '[]') FROM jsonb_array_elements(d -> 'corrections') WITH ORDINALITY AS x(c, n))
        AND CASE f.state
            WHEN 'published' THEN f.notice = '' AND unchanging_review(d) = unchanging_review(v_version)
                AND d #>> '{claimreview,url}' = coalesce(nullif(f.canonical_url, ''), d ->> 'url')
                AND d #>> '{claimreview,dateModified}' = d ->> 'modified_at'
                AND (d #> '{claimreview,author}' = v_version #> '{claimreview,author}'
                    OR d #> '{claimreview,author}' = desk_as_author())
                AND coalesce(d #> '{claimreview,correction}', '[]') = (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(
                    jsonb_build_object('@type', 'CorrectionComment', 'name', nullif(c ->> 'kind', ''), 'text', c ->> 'note',
                        'datePublished', c ->> 'at')) ORDER BY n), '[]')
                    FROM jsonb_array_elements(d -> 'corrections') WITH ORDINALITY AS x(c, n) WHERE c ->> 'note' <> '')
            ELSE d -> 'claimreview' = 'null' AND EXISTS (SELECT 1 FROM annotations_verdicttransition t
                WHERE t.verdict_id = f.verdict_id AND t.to_status = f.state AND t.reason = f.notice) END,
        false);
END $$;

-- Deferred: the row, its version and the transition are written in the same transaction.
CREATE OR REPLACE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_row publishing_factcheck;
BEGIN
    SELECT * INTO v_row FROM publishing_factcheck WHERE claim_id = NEW.claim_id;
    IF FOUND AND NOT is_document_true(v_row) THEN
        RAISE EXCEPTION 'What readers see is what was approved' USING ERRCODE = '23514', CONSTRAINT = 'document_is_the_version';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_document ON publishing_factcheck;
CREATE CONSTRAINT TRIGGER guard_document AFTER INSERT OR UPDATE ON publishing_factcheck DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard_document();
DROP TRIGGER IF EXISTS guard_document ON annotations_verdict;
CREATE CONSTRAINT TRIGGER guard_document AFTER UPDATE OF status ON annotations_verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IN ('published', 'suspended', 'retracted')) EXECUTE FUNCTION guard_document();
CREATE OR REPLACE FUNCTION guard_fact_check_row() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_words text;
BEGIN
    IF NEW.canonical_url <> (CASE TG_OP WHEN 'UPDATE' THEN OLD.canonical_url ELSE '' END)
        AND NOT person_has_role(acting_person(), VARIADIC roles_for('name_page')) THEN
        RAISE EXCEPTION 'The newsroom''s page is named by who may' USING ERRCODE = '23514', CONSTRAINT = 'page_is_named_by_role';
    END IF;
    IF TG_OP = 'INSERT' THEN
        v_words := address_words(concat_ws(' ', NEW.headline, NEW.document #>> '{claim,statement}'));
        IF NEW.slug !~ (right(replace(NEW.id::text, '-', ''), 6) || '$') OR EXISTS (
            SELECT 1 FROM regexp_split_to_table(left(NEW.slug, -7), '-') w
            WHERE position(w IN v_words) = 0 AND left(NEW.slug, -7) <> 'fact-check'
        ) THEN
            RAISE EXCEPTION 'An address is made of the headline' USING ERRCODE = '23514', CONSTRAINT = 'address_says_the_headline';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.claim_id, NEW.published_at) <> (OLD.id, OLD.claim_id, OLD.published_at)
        OR (NEW.slug <> OLD.slug AND NEW.slug NOT LIKE 'removed-%') THEN
        RAISE EXCEPTION 'A fact-check keeps its claim and address' USING ERRCODE = '23514', CONSTRAINT = 'fact_check_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_row BEFORE INSERT OR UPDATE ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION guard_fact_check_row();

CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_factcheck
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'document,document_text,search_text,claimant,topics');

-- Converting jsonb to text was most of the cost of a feed page, a list or an export (measured 2026-11-29). A generated column
-- cannot differ from `document`, is blanked with it, and is neither dumped nor restored.
ALTER TABLE publishing_factcheck ADD COLUMN IF NOT EXISTS document_text text GENERATED ALWAYS AS (document::text) STORED;
-- What readers search and are led on by: the published words, never those of today's claim.
ALTER TABLE publishing_factcheck
    ADD COLUMN IF NOT EXISTS search_text text GENERATED ALWAYS AS (coalesce(document ->> 'headline', '') || ' '
        || coalesce(document #>> '{claim,statement}', '') || ' ' || coalesce(document #>> '{claim,claimant,name}', '') || ' '
        || coalesce(document ->> 'summary', '')) STORED,
    ADD COLUMN IF NOT EXISTS claimant text GENERATED ALWAYS AS (document #>> '{claim,claimant,name}') STORED,
    ADD COLUMN IF NOT EXISTS topics jsonb GENERATED ALWAYS AS (document -> 'topics') STORED;
-- By what readers narrow the list. Without these a topic or a speaker with few checks read every row (2026-12-01).
CREATE INDEX IF NOT EXISTS fact_check_topics ON publishing_factcheck USING gin (topics);
CREATE INDEX IF NOT EXISTS fact_check_of_claimant ON publishing_factcheck (claimant, published_at DESC, id DESC)
    WHERE state = 'published';
CREATE INDEX IF NOT EXISTS fact_check_last_updated ON publishing_factcheck (modified_at DESC, id DESC)
    WHERE state = 'published';

-- What readers look for stands inside of words too, in any script: as for statements of claims (annotations/sql/statements.sql).
-- Without the index each search read all checks: 0.3 s of 60,000 (2026-12-01).
CREATE INDEX IF NOT EXISTS fact_check_trigrams ON publishing_factcheck USING gin (trigrams_of(search_text))
    WITH (gin_pending_list_limit = 256);
-- Without them each word is taken for one that few checks have, and all are sorted: 170 ms for "Berlin" in a quarter of
-- 60,000, with them 14.
CREATE STATISTICS IF NOT EXISTS fact_check_capitals ON upper(search_text) FROM publishing_factcheck;

-- Some checks, at most `most`, in any order, whose text has all trigrams of all words: each word has one or more. Read row by
-- row, every text would be cut into trigrams, 0.3 ms each.
CREATE OR REPLACE FUNCTION checks_with_trigrams(words text[], most integer) RETURNS SETOF uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT id FROM publishing_factcheck
    WHERE trigrams_of(search_text) @> (SELECT array_agg(part) FROM unnest(words) word, unnest(trigrams_of(word)) part)
    LIMIT most
$$;
