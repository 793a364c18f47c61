-- Who performs a service, of the active people of its business. The one home of this rule: free times, the staff matcher,
-- bookings and the service's own page all ask here.
--
-- * A service that names performers is done by them and by nobody else, also when all of them have left: whom the owner
--   did not name is not sent in their place.
-- * A service that names nobody is done by those whose skills include its category, or a category above it.
-- * A business that has recorded no skill of any of its people has not said that anybody lacks one: there it is everybody.
-- * People without whom it cannot be done (fixed performers) perform it in any case.
--
-- plpgsql, so that each way keeps a plan of its own along the indexes; one statement for all reads whole tables.
CREATE FUNCTION catalog_performers(the_service uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10
AS $$
DECLARE
    asked record;
BEGIN
    SELECT s.business_id, s.category_id INTO asked FROM catalog_service s WHERE s.id = the_service;
    IF EXISTS (SELECT FROM catalog_service_performers p WHERE p.service_id = the_service) THEN
        RETURN QUERY
            SELECT m.id FROM catalog_service_performers p JOIN catalog_staffmember m ON m.id = p.staffmember_id
            WHERE p.service_id = the_service AND m.business_id = asked.business_id AND m.is_active AND NOT m.is_deleted;
    ELSIF EXISTS (
        SELECT FROM catalog_staffmember m JOIN catalog_staffmember_skills k ON k.staffmember_id = m.id
        WHERE m.business_id = asked.business_id AND m.is_active AND NOT m.is_deleted
    ) THEN
        RETURN QUERY
            WITH RECURSIVE lineage(id) AS (
                SELECT asked.category_id
                UNION
                SELECT c.parent_id FROM lineage l JOIN catalog_category c ON c.id = l.id WHERE c.parent_id IS NOT NULL
            )
            SELECT DISTINCT m.id
            FROM catalog_staffmember m
            JOIN catalog_staffmember_skills k ON k.staffmember_id = m.id
            JOIN lineage l ON l.id = k.category_id
            WHERE m.business_id = asked.business_id AND m.is_active AND NOT m.is_deleted;
    ELSE
        RETURN QUERY
            SELECT m.id FROM catalog_staffmember m
            WHERE m.business_id = asked.business_id AND m.is_active AND NOT m.is_deleted;
    END IF;
    RETURN QUERY
        SELECT m.id FROM catalog_service_fixed_performers f JOIN catalog_staffmember m ON m.id = f.staffmember_id
        WHERE f.service_id = the_service AND m.business_id = asked.business_id AND m.is_active AND NOT m.is_deleted;
END
$$;
