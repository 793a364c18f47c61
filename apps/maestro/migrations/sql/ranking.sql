-- Score = normalized distance × 0.6 + normalized rating × 0.4, less what counts against a business.

-- A Bayesian mean in [0, 1]: ten reviews of 3.5 are there from the start, so one 5-star review moves little.
CREATE FUNCTION maestro_rating(average numeric, reviews integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((10 * 3.5 + average * reviews) / (10 + reviews) / 5)::double precision
$$;

CREATE INDEX maestro_best_rated ON catalog_business (maestro_rating(rating_average, rating_count) DESC, id)
    WHERE verification_status = 'VERIFIED' AND is_active AND NOT is_deleted;
CREATE INDEX maestro_best_rated_in_city
    ON catalog_business (lower(city), maestro_rating(rating_average, rating_count) DESC, id)
    WHERE verification_status = 'VERIFIED' AND is_active AND NOT is_deleted;

-- The exact terms of each business; they are rounded before they are added, so that they add up to the score.
CREATE FUNCTION maestro_terms(businesses uuid[], nearness double precision[], moment timestamptz)
RETURNS TABLE (
    business_id uuid, distance_term numeric, rating_term numeric, review_term numeric, papers_term numeric, score numeric
)
LANGUAGE sql STABLE AS $$
    SELECT terms.id, terms.distance, terms.rating, terms.review, terms.papers,
           terms.distance + terms.rating + terms.review + terms.papers
    FROM (
        SELECT business.id,
               round((0.6 * near.nearness)::numeric, 6) AS distance,
               round((0.4 * maestro_rating(business.rating_average, business.rating_count))::numeric, 6) AS rating,
               -round(0.10 * coalesce(people.share, 0), 6) AS review,
               CASE WHEN business.papers_lapsed_at <= moment THEN -0.100000 ELSE 0.000000 END AS papers
        FROM unnest(businesses, nearness) AS near (id, nearness)
        JOIN catalog_business AS business ON business.id = near.id
        CROSS JOIN LATERAL (
            SELECT avg(CASE WHEN staff.ranking_review_since IS NULL THEN 0 ELSE 1 END) AS share
            FROM catalog_staffmember AS staff
            WHERE staff.business_id = business.id AND staff.is_active AND NOT staff.is_deleted
        ) AS people
    ) AS terms
$$;

-- Whether a name contains the words as typed.
CREATE FUNCTION maestro_contains(name text, words text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT name ILIKE '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;

-- How words are best looked for. KEYS: few businesses are meant, and these are they. EXACT: many names contain the
-- words, so typing errors need no thought. FUZZY: the words resemble many names, which is slow and rare.
CREATE FUNCTION maestro_named(words text, OUT way text, OUT ids uuid[]) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT coalesce(array_agg(found.id), '{}') INTO ids FROM (
        SELECT business.id FROM catalog_business AS business
        WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
          AND maestro_contains(business.name, words)
        LIMIT 2001
    ) AS found;
    IF cardinality(ids) > 2000 THEN
        way := 'EXACT';
        ids := NULL;
        RETURN;
    END IF;
    SELECT array_agg(found.id) INTO ids FROM (
        SELECT unnest(ids) AS id
        UNION
        SELECT resembling.id FROM (
            SELECT business.id FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND business.name %> words
            LIMIT 2001
        ) AS resembling
    ) AS found;
    ids := coalesce(ids, '{}');
    way := CASE WHEN cardinality(ids) > 2000 THEN 'FUZZY' ELSE 'KEYS' END;
    IF way = 'FUZZY' THEN
        ids := NULL;
    END IF;
END
$$;

-- Whether a business is among those looked for.
CREATE FUNCTION maestro_is_named(business uuid, name text, words text, way text, ids uuid[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE way
        WHEN 'KEYS' THEN business = ANY (ids)
        WHEN 'EXACT' THEN maestro_contains(name, words)
        WHEN 'FUZZY' THEN name %> words
        ELSE true
    END
$$;

-- The nearest `wanted` candidates of one kind, as arrays of keys and metres.
CREATE FUNCTION maestro_nearest(
    here geography, radius_m double precision, category uuid, words text, way text, named uuid[],
    wanted integer,
    OUT ids uuid[], OUT metres double precision[]
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF way = 'KEYS' THEN
        SELECT array_agg(near.id), array_agg(near.m) INTO ids, metres FROM (
            SELECT business.id, business.location <-> here AS m
            FROM catalog_business AS business
            WHERE business.id = ANY (named) AND ST_DWithin(business.location, here, radius_m, false)
              AND (category IS NULL OR EXISTS (
                    SELECT 1 FROM maestro_rankedplace AS place
                    WHERE place.business_id = business.id AND place.category_id = category))
            ORDER BY m, business.id LIMIT wanted
        ) AS near;
    ELSIF category IS NOT NULL THEN
        SELECT array_agg(near.business_id), array_agg(near.m) INTO ids, metres FROM (
            SELECT place.business_id, place.location <-> here AS m
            FROM maestro_rankedplace AS place
            WHERE place.category_id = category AND ST_DWithin(place.location, here, radius_m, false)
              AND (way IS NULL OR EXISTS (
                    SELECT 1 FROM catalog_business AS business
                    WHERE business.id = place.business_id
                      AND maestro_is_named(business.id, business.name, words, way, named)))
            ORDER BY place.location <-> here LIMIT wanted
        ) AS near;
    ELSE
        SELECT array_agg(near.id), array_agg(near.m) INTO ids, metres FROM (
            SELECT business.id, business.location <-> here AS m
            FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND ST_DWithin(business.location, here, radius_m, false)
              AND (way IS NULL OR maestro_is_named(business.id, business.name, words, way, named))
            ORDER BY business.location <-> here LIMIT wanted
        ) AS near;
    END IF;
    ids := coalesce(ids, '{}');
    metres := coalesce(metres, '{}');
END
$$;

-- The best `depth` businesses around a place, exactly: the nearest K are scored, and K doubles until the best that a
-- farther one could score is less than the last that is shown, or there is nobody farther.
CREATE FUNCTION maestro_rank_near(
    lat double precision, lng double precision, radius_m double precision, category uuid, words text,
    skip integer, take integer, moment timestamptz
)
RETURNS TABLE (
    business_id uuid, distance_m double precision, distance_term numeric, rating_term numeric, review_term numeric,
    papers_term numeric, score numeric
)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    here geography := ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geography;
    depth integer := skip + take;
    reach integer := greatest(500, 4 * depth);
    best_rating double precision;
    way text;
    named uuid[];
    ids uuid[];
    metres double precision[];
    nearness double precision[];
    last_score numeric;
BEGIN
    IF words IS NOT NULL THEN
        SELECT found.way, found.ids INTO way, named FROM maestro_named(words) AS found;
    END IF;
    -- Nobody farther can be rated better than the best rated of all, which one look into an index tells.
    SELECT maestro_rating(business.rating_average, business.rating_count) INTO best_rating
    FROM catalog_business AS business
    WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
    ORDER BY maestro_rating(business.rating_average, business.rating_count) DESC, business.id LIMIT 1;
    LOOP
        SELECT near.ids, near.metres INTO ids, metres
        FROM maestro_nearest(here, radius_m, category, words, way, named, reach) AS near;
        nearness := ARRAY(SELECT greatest(1 - each.m / radius_m, 0) FROM unnest(metres) WITH ORDINALITY AS each (m, n) ORDER BY n);
        EXIT WHEN cardinality(ids) < reach;
        SELECT terms.score INTO last_score FROM maestro_terms(ids, nearness, moment) AS terms
        ORDER BY terms.score DESC OFFSET depth - 1 LIMIT 1;
        EXIT WHEN 0.6 * nearness[cardinality(nearness)] + 0.4 * best_rating + 0.000002 < last_score;
        reach := reach * 2;
    END LOOP;
    RETURN QUERY
        SELECT terms.business_id, near.m, terms.distance_term, terms.rating_term, terms.review_term,
               terms.papers_term, terms.score
        FROM maestro_terms(ids, nearness, moment) AS terms
        JOIN unnest(ids, metres) AS near (id, m) ON near.id = terms.business_id
        ORDER BY terms.score DESC, terms.business_id
        OFFSET skip LIMIT take;
END
$$;

-- Without a place: the city counts as nearness, then the rating; exact by the same argument.
CREATE FUNCTION maestro_rank_by_rating(
    town text, category uuid, words text, skip integer, take integer, moment timestamptz
)
RETURNS TABLE (
    business_id uuid, distance_m double precision, distance_term numeric, rating_term numeric, review_term numeric,
    papers_term numeric, score numeric
)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    depth integer := skip + take;
    reach integer := greatest(500, 4 * depth);
    way text;
    named uuid[];
    local uuid[];
    ids uuid[];
    local_rest double precision;
    rest double precision;
    last_score numeric;
BEGIN
    IF words IS NOT NULL THEN
        SELECT found.way, found.ids INTO way, named FROM maestro_named(words) AS found;
    END IF;
    LOOP
        SELECT coalesce(array_agg(best.id), '{}'), CASE WHEN count(*) = reach THEN min(best.r) ELSE -2 END
        INTO local, local_rest FROM (
            SELECT business.id, maestro_rating(business.rating_average, business.rating_count) AS r
            FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND lower(business.city) = lower(town)
              AND (way IS NULL OR maestro_is_named(business.id, business.name, words, way, named))
              AND (category IS NULL OR EXISTS (
                    SELECT 1 FROM maestro_rankedplace AS place
                    WHERE place.business_id = business.id AND place.category_id = category))
            ORDER BY maestro_rating(business.rating_average, business.rating_count) DESC, business.id LIMIT reach
        ) AS best;
        SELECT coalesce(array_agg(best.id), '{}'), CASE WHEN count(*) = reach THEN min(best.r) ELSE -2 END
        INTO ids, rest FROM (
            SELECT business.id, maestro_rating(business.rating_average, business.rating_count) AS r
            FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND (way IS NULL OR maestro_is_named(business.id, business.name, words, way, named))
              AND (category IS NULL OR EXISTS (
                    SELECT 1 FROM maestro_rankedplace AS place
                    WHERE place.business_id = business.id AND place.category_id = category))
            ORDER BY maestro_rating(business.rating_average, business.rating_count) DESC, business.id LIMIT reach
        ) AS best;
        ids := ARRAY(SELECT DISTINCT each FROM unnest(local || ids) AS each);
        EXIT WHEN local_rest = -2 AND rest = -2;
        SELECT terms.score INTO last_score
        FROM maestro_terms(ids, maestro_in_town(ids, town), moment) AS terms
        ORDER BY terms.score DESC OFFSET depth - 1 LIMIT 1;
        EXIT WHEN greatest(0.6 + 0.4 * local_rest, 0.4 * rest) + 0.000002 < last_score OR reach > 16000;
        reach := reach * 2;
    END LOOP;
    RETURN QUERY
        SELECT terms.business_id, NULL::double precision, terms.distance_term, terms.rating_term, terms.review_term,
               terms.papers_term, terms.score
        FROM maestro_terms(ids, maestro_in_town(ids, town), moment) AS terms
        ORDER BY terms.score DESC, terms.business_id
        OFFSET skip LIMIT take;
END
$$;

-- 1 for each business of the town, 0 for the others, in the order of `businesses`.
CREATE FUNCTION maestro_in_town(businesses uuid[], town text) RETURNS double precision[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg((lower(business.city) = lower(town))::int::double precision ORDER BY each.n), '{}')
    FROM unnest(businesses) WITH ORDINALITY AS each (id, n)
    JOIN catalog_business AS business ON business.id = each.id
$$;

-- How many businesses the ranking holds, counted up to `most`.
CREATE FUNCTION maestro_count(
    lat double precision, lng double precision, radius_m double precision, category uuid, words text, most integer
) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    here geography := ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geography;
    way text;
    named uuid[];
    counted integer;
BEGIN
    IF words IS NOT NULL THEN
        SELECT found.way, found.ids INTO way, named FROM maestro_named(words) AS found;
    END IF;
    IF way = 'KEYS' THEN
        SELECT count(*) INTO counted FROM (
            SELECT 1 FROM catalog_business AS business
            WHERE business.id = ANY (named)
              AND (here IS NULL OR ST_DWithin(business.location, here, radius_m, false))
              AND (category IS NULL OR EXISTS (
                    SELECT 1 FROM maestro_rankedplace AS place
                    WHERE place.business_id = business.id AND place.category_id = category))
            LIMIT most) AS held;
    ELSIF category IS NOT NULL THEN
        SELECT count(*) INTO counted FROM (
            SELECT 1 FROM maestro_rankedplace AS place
            WHERE place.category_id = category
              AND (here IS NULL OR ST_DWithin(place.location, here, radius_m, false))
              AND (way IS NULL OR EXISTS (
                    SELECT 1 FROM catalog_business AS business
                    WHERE business.id = place.business_id
                      AND maestro_is_named(business.id, business.name, words, way, named)))
            LIMIT most) AS held;
    ELSE
        SELECT count(*) INTO counted FROM (
            SELECT 1 FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND (here IS NULL OR ST_DWithin(business.location, here, radius_m, false))
              AND (way IS NULL OR maestro_is_named(business.id, business.name, words, way, named))
            LIMIT most) AS held;
    END IF;
    RETURN counted;
END
$$;
