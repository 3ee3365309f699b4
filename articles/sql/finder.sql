-- The encoders of the finder. The app's role owns no table and cannot create an index; this function does it as the owner, for
-- the two known tables only. A model is registered before its first vector, so the new index is empty and made at once.
CREATE OR REPLACE FUNCTION register_embedding_model(model_name text, model_dimensions int) RETURNS smallint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found smallint;
    stored int;
    vectors text;
BEGIN
    PERFORM pg_advisory_xact_lock(7320450);  -- two workers that start at once
    SELECT id, dimensions INTO found, stored FROM articles_embeddingmodel WHERE name = model_name;
    IF found IS NOT NULL AND stored <> model_dimensions THEN
        RAISE EXCEPTION 'the model % has % dimensions, not %', model_name, stored, model_dimensions USING ERRCODE = 'check_violation';
    END IF;
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;
    IF model_dimensions NOT BETWEEN 1 AND 4000 OR (SELECT count(*) FROM articles_embeddingmodel) >= 20 THEN
        RAISE EXCEPTION 'no room for another embedding model' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO articles_embeddingmodel (name, dimensions, created_at) VALUES (model_name, model_dimensions, now())
        RETURNING id INTO found;
    FOREACH vectors IN ARRAY ARRAY['articles_sentencevector', 'publishing_checkvector'] LOOP
        IF to_regclass('public.' || vectors) IS NOT NULL THEN
            EXECUTE format(
                'CREATE INDEX IF NOT EXISTS %I ON public.%I USING hnsw ((embedding::public.halfvec(%s)) public.halfvec_cosine_ops) WHERE model_id = %s',
                vectors || '_of_' || found, vectors, model_dimensions, found);
        END IF;
    END LOOP;
    -- Lookups ask for published checks alone, a tenth of what is indexed.
    IF to_regclass('public.publishing_checkvector') IS NOT NULL THEN
        EXECUTE format(
            'CREATE INDEX IF NOT EXISTS %I ON public.publishing_checkvector USING hnsw ((embedding::public.halfvec(%s)) public.halfvec_cosine_ops) WHERE model_id = %s AND is_published',
            'publishing_checkvector_published_' || found, model_dimensions, found);
    END IF;
    RETURN found;
END $$;
