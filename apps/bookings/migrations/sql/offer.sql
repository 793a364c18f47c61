-- What a service costs and asks for, with its business, the chosen extras, who of its people owns the business, and,
-- with moments between which a booking of it is to be, what that needs: a reference that is free, and the calendar of the
-- people named or, without any, of everybody. One round trip; plpgsql, so that its plans are kept.
CREATE FUNCTION bookings_offer(
    the_service uuid, the_extras uuid[], the_staff uuid[], first_moment timestamptz, last_moment timestamptz
) RETURNS TABLE (
    id uuid, business_id uuid, title text, price_minor bigint, duration_min smallint, places text[], sop_template text,
    notice_min integer, owner_id uuid, business_name text, time_zone text, currency text, verification_status text,
    business_is_active boolean, business_is_deleted boolean, papers_lapsed_at timestamptz, auto_confirm boolean,
    works_alone boolean, owner_premium numeric, cancellation_policy text, business_notice_min integer,
    owner_staff uuid[], extras json, reference text, calendar_service json, calendar_business json, calendar_people json
)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN QUERY
    SELECT s.id, s.business_id, s.title::text, s.price_minor, s.duration_min, s.places::text[], s.sop_template::text,
           s.notice_min, b.owner_id, b.name::text, b.time_zone::text, b.currency::text, b.verification_status::text,
           b.is_active, b.is_deleted, b.papers_lapsed_at, b.auto_confirm,
           b.works_alone, b.owner_premium, b.cancellation_policy::text, b.notice_min,
           ARRAY(SELECT m.id FROM catalog_staffmember AS m
                 WHERE m.business_id = b.id AND m.user_id = b.owner_id AND NOT m.is_deleted),
           CASE WHEN cardinality(the_extras) > 0 THEN (
               SELECT json_agg(json_build_array(e.id, e.name, e.price_minor, e.duration_min))
               FROM catalog_extra AS e WHERE e.service_id = s.id AND e.is_active AND e.id = ANY (the_extras)) END,
           CASE WHEN first_moment IS NOT NULL THEN bookings_new_reference() END,
           c.service, c.business, c.people
    FROM catalog_service AS s JOIN catalog_business AS b ON b.id = s.business_id
    LEFT JOIN LATERAL (
        SELECT * FROM availability_calendar(b.id, s.id, the_staff, first_moment, last_moment, true)
        WHERE first_moment IS NOT NULL) AS c ON true
    WHERE s.id = the_service AND s.is_active AND NOT s.is_deleted;
END
$$;
