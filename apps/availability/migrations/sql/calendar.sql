-- All that free time is worked out from, in one answer: a service's rules, the opening hours of its business, the people
-- who perform it (catalog_performers says who) with their weeks, and what takes their time between two moments. Without a
-- service it is everybody who works for the business. Moments are seconds since the epoch, dates are days since 1970-01-01.
--
-- What takes time comes as bare spans by person, buffers included, because there is much of it; what may yet change its
-- meaning (holds, jobs under way), and all of it where it is asked for or a daily limit needs it, comes field by field.
-- A person's blocks never overlap, so of those that begin before the first moment only the latest can reach beyond it: what
-- is read does not grow with the years. Buffers before a job are at most two days.
-- The plan is made once a session: planning costs more than answering.
CREATE OR REPLACE FUNCTION availability_calendar(
    the_business uuid, the_service uuid, the_staff uuid[], first_moment timestamptz, last_moment timestamptz,
    in_full boolean
) RETURNS TABLE (service json, business json, people json)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    WITH wanted AS MATERIALIZED (
        SELECT b.id AS business_id, s.id AS service_id,
               CASE WHEN s.id IS NOT NULL THEN ARRAY(SELECT p.id FROM catalog_performers(s.id) AS p(id)) END AS performers,
               in_full OR COALESCE(s.max_bookings_per_person_day, s.max_minutes_per_person_day) IS NOT NULL AS wants_all
        FROM catalog_business b
        LEFT JOIN catalog_service s ON s.id = the_service AND s.business_id = b.id AND NOT s.is_deleted
        WHERE NOT b.is_deleted
          AND (the_service IS NULL OR s.id IS NOT NULL)
          AND b.id = COALESCE(the_business, (SELECT owned.business_id FROM catalog_service owned WHERE owned.id = the_service))
    ), crew AS MATERIALIZED (
        SELECT m.id, m.user_id, m.display_name, m.time_zone
        FROM wanted w
        JOIN catalog_staffmember m ON m.business_id = w.business_id
        WHERE m.is_active AND NOT m.is_deleted
          AND (the_staff IS NULL OR m.id = ANY (the_staff))
          AND (w.performers IS NULL OR m.id = ANY (w.performers))
    )
    SELECT
        (SELECT row_to_json(s) FROM (
            SELECT s.id, s.title, s.is_active, s.duration_min, s.places, s.assignment, s.people_needed, s.grid,
                   COALESCE(s.buffer_before_min, b.buffer_before_min) AS buffer_before_min,
                   COALESCE(s.buffer_after_min, b.buffer_after_min) AS buffer_after_min,
                   COALESCE(s.step_min, b.grid_min) AS step_min,
                   COALESCE(s.notice_min, b.notice_min) AS notice_min,
                   COALESCE(NULLIF(s.horizon_kind, ''), b.horizon_kind) AS horizon_kind,
                   COALESCE(s.horizon_days, b.horizon_days) AS horizon_days,
                   s.horizon_from - DATE '1970-01-01' AS horizon_from,
                   s.horizon_to - DATE '1970-01-01' AS horizon_to,
                   s.max_bookings_per_person_day, s.max_minutes_per_person_day,
                   (SELECT COALESCE(json_agg(f.staffmember_id), '[]') FROM catalog_service_fixed_performers f
                    WHERE f.service_id = s.id) AS fixed,
                   (SELECT COALESCE(json_object_agg(e.id, e.duration_min), '{}') FROM catalog_extra e
                    WHERE e.service_id = s.id AND e.is_active) AS extras,
                   EXISTS (SELECT FROM availability_capacityslot d
                           WHERE d.service_id = s.id AND d.starts_at >= first_moment AND d.starts_at < last_moment
                           ) AS has_sessions
            FROM catalog_service s JOIN catalog_business b ON b.id = s.business_id
            WHERE s.id = w.service_id) s),
        (SELECT row_to_json(b) FROM (
            SELECT b.id, b.time_zone, b.is_active, b.verification_status, b.grid_min, b.buffer_before_min,
                   b.buffer_after_min, b.notice_min, b.horizon_kind, b.horizon_days, b.travel_min,
                   FLOOR(date_part('epoch', b.papers_lapsed_at))::bigint AS papers_lapsed,
                   (SELECT COALESCE(json_object_agg(h.weekday, h.spans), '{}') FROM availability_openinghours h
                    WHERE h.business_id = b.id) AS weekly,
                   (SELECT COALESCE(json_agg(json_build_array(x."on" - DATE '1970-01-01', x.spans) ORDER BY x."on"), '[]')
                    FROM availability_openingexception x
                    WHERE x.business_id = b.id
                      AND x."on" BETWEEN first_moment::date - 2 AND last_moment::date + 2) AS exceptions
            FROM catalog_business b WHERE b.id = w.business_id) b),
        (SELECT COALESCE(json_agg(json_build_array(
                    c.id, c.display_name, COALESCE(NULLIF(g.time_zone, ''), c.time_zone), g.weekly,
                    (SELECT json_agg(json_build_array(o."on" - DATE '1970-01-01', o.spans) ORDER BY o."on")
                     FROM availability_scheduleoverride o
                     WHERE o.staff_member_id = c.id
                       AND o."on" BETWEEN first_moment::date - 2 AND last_moment::date + 2),
                    (SELECT json_agg(json_build_array(
                                t.first_on - DATE '1970-01-01', t.last_on - DATE '1970-01-01', t.time_zone)
                                ORDER BY t.first_on, t.id)
                     FROM availability_travelperiod t
                     WHERE t.staff_member_id = c.id
                       AND t.first_on <= last_moment::date + 2
                       AND (t.last_on IS NULL OR t.last_on >= first_moment::date - 2)),
                    (SELECT json_agg(json_build_array(
                                FLOOR(date_part('epoch', a.starts_at))::bigint,
                                CEIL(date_part('epoch', a.ends_at))::bigint) ORDER BY a.starts_at)
                     FROM availability_timeoff a
                     WHERE a.staff_member_id = c.id AND a.ends_at > first_moment AND a.starts_at < last_moment),
                    t.begins, t.closes, t.blocks
                ) ORDER BY c.display_name, c.id), '[]')
         FROM crew c
         LEFT JOIN availability_weeklyschedule g ON g.staff_member_id = c.id
         CROSS JOIN LATERAL (
            SELECT array_agg(k.begins) FILTER (WHERE NOT k.in_fields) AS begins,
                   array_agg(k.closes) FILTER (WHERE NOT k.in_fields) AS closes,
                   json_agg(json_build_array(
                       FLOOR(date_part('epoch', k.starts_at))::bigint,
                       CEIL(date_part('epoch', k.ends_at))::bigint,
                       CEIL(date_part('epoch', k.starts_at - lower(k.during)))::bigint,
                       CEIL(date_part('epoch', upper(k.during) - k.ends_at))::bigint,
                       k.holder_id, FLOOR(date_part('epoch', k.expires_at))::bigint, k.is_running, k.service_id,
                       k.booking_id)) FILTER (WHERE k.in_fields) AS blocks
            FROM (
                SELECT n.starts_at, n.ends_at, n.during, n.holder_id, n.expires_at, n.is_running, n.service_id, n.booking_id,
                       w.wants_all OR n.is_running OR n.expires_at IS NOT NULL AS in_fields,
                       FLOOR(date_part('epoch', lower(n.during)))::bigint AS begins,
                       CEIL(date_part('epoch', upper(n.during)))::bigint AS closes
                FROM (
                    SELECT f.starts_at, f.ends_at, f.during, f.holder_id, f.expires_at, f.is_running, f.service_id,
                           f.booking_id
                    FROM availability_busyblock f
                    WHERE f.person_id = c.user_id AND f.is_active AND NOT f.is_running
                      AND f.starts_at >= first_moment AND f.starts_at < last_moment + interval '2 days'
                    UNION ALL
                    (SELECT l.starts_at, l.ends_at, l.during, l.holder_id, l.expires_at, l.is_running, l.service_id,
                            l.booking_id
                     FROM availability_busyblock l
                     WHERE l.person_id = c.user_id AND l.is_active AND NOT l.is_running AND l.starts_at < first_moment
                     ORDER BY l.starts_at DESC LIMIT 1)
                    UNION ALL
                    SELECT r.starts_at, r.ends_at, r.during, r.holder_id, r.expires_at, r.is_running, r.service_id,
                           r.booking_id
                    FROM availability_busyblock r
                    WHERE r.person_id = c.user_id AND r.is_active AND r.is_running
                ) n
                WHERE n.during && tstzrange(first_moment, last_moment) OR n.is_running
                ORDER BY n.starts_at
            ) k
         ) t)
    FROM wanted w;
END
$$;
