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

-- Whether a name contains the words, or resembles them; short enough to be read into a query, index and all.
CREATE FUNCTION maestro_matches(name text, words text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT name %> words
        OR name ILIKE '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;

-- Keys of at most 2,001 public businesses whose names contain or resemble the words.
CREATE FUNCTION maestro_named(words text) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(found.id), '{}') FROM (
        SELECT business.id FROM catalog_business AS business
        WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
          AND maestro_matches(business.name, words)
        LIMIT 2001
    ) AS found
$$;

-- The nearest `wanted` candidates of one kind, as arrays of keys and metres.
CREATE FUNCTION maestro_nearest(
    here geography, radius_m double precision, category uuid, words text, named uuid[], wanted integer,
    OUT ids uuid[], OUT metres double precision[]
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF named IS NOT NULL THEN
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
              AND (words IS NULL OR EXISTS (
                    SELECT 1 FROM catalog_business AS business
                    WHERE business.id = place.business_id AND maestro_matches(business.name, words)))
            ORDER BY place.location <-> here LIMIT wanted
        ) AS near;
    ELSE
        SELECT array_agg(near.id), array_agg(near.m) INTO ids, metres FROM (
            SELECT business.id, business.location <-> here AS m
            FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND ST_DWithin(business.location, here, radius_m, false)
              AND (words IS NULL OR maestro_matches(business.name, words))
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
    reach integer := greatest(250, 4 * depth);
    named uuid[];
    ids uuid[];
    metres double precision[];
    nearness double precision[];
    last_score numeric;
BEGIN
    IF words IS NOT NULL THEN
        named := maestro_named(words);
        IF cardinality(named) > 2000 THEN
            named := NULL;
        END IF;
    END IF;
    LOOP
        SELECT near.ids, near.metres INTO ids, metres
        FROM maestro_nearest(here, radius_m, category, words, named, reach) AS near;
        nearness := ARRAY(SELECT greatest(1 - each.m / radius_m, 0) FROM unnest(metres) WITH ORDINALITY AS each (m, n) ORDER BY n);
        EXIT WHEN cardinality(ids) < reach;
        SELECT terms.score INTO last_score FROM maestro_terms(ids, nearness, moment) AS terms
        ORDER BY terms.score DESC OFFSET depth - 1 LIMIT 1;
        EXIT WHEN 0.6 * nearness[cardinality(nearness)] + 0.4 + 0.000002 < last_score;
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
    reach integer := greatest(250, 4 * depth);
    named uuid[];
    local uuid[];
    ids uuid[];
    local_rest double precision;
    rest double precision;
    last_score numeric;
BEGIN
    IF words IS NOT NULL THEN
        named := maestro_named(words);
        IF cardinality(named) > 2000 THEN
            named := NULL;
        ELSE
            words := NULL;  -- the keys say it
        END IF;
    END IF;
    LOOP
        SELECT coalesce(array_agg(best.id), '{}'), CASE WHEN count(*) = reach THEN min(best.r) ELSE -2 END
        INTO local, local_rest FROM (
            SELECT business.id, maestro_rating(business.rating_average, business.rating_count) AS r
            FROM catalog_business AS business
            WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
              AND lower(business.city) = lower(town)
              AND (named IS NULL OR business.id = ANY (named))
              AND (words IS NULL OR maestro_matches(business.name, words))
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
              AND (named IS NULL OR business.id = ANY (named))
              AND (words IS NULL OR maestro_matches(business.name, words))
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
) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer FROM (
        SELECT 1 FROM catalog_business AS business
        WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
          AND (lat IS NULL
               OR ST_DWithin(business.location, ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geography, radius_m, false))
          AND (category IS NULL OR EXISTS (
                SELECT 1 FROM maestro_rankedplace AS place
                WHERE place.business_id = business.id AND place.category_id = category))
          AND (words IS NULL OR maestro_matches(business.name, words))
        LIMIT most
    ) AS counted
$$;
