-- The derived table of places, kept in step with the catalogue.

CREATE FUNCTION maestro_refresh_places(businesses uuid[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM maestro_rankedplace WHERE business_id = ANY (businesses);
    WITH RECURSIVE line AS (
        SELECT link.business_id, link.category_id
        FROM catalog_business_categories AS link
        WHERE link.business_id = ANY (businesses)
        UNION
        SELECT line.business_id, category.parent_id
        FROM line JOIN catalog_category AS category ON category.id = line.category_id
        WHERE category.parent_id IS NOT NULL
    )
    INSERT INTO maestro_rankedplace (business_id, category_id, location)
    SELECT business.id, line.category_id, business.location
    FROM line JOIN catalog_business AS business ON business.id = line.business_id
    WHERE business.verification_status = 'VERIFIED' AND business.is_active AND NOT business.is_deleted
    ON CONFLICT (business_id, category_id) DO NOTHING;
$$;

CREATE FUNCTION maestro_business_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM maestro_refresh_places(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER maestro_business_changed AFTER UPDATE OF verification_status, is_active, is_deleted, location
    ON catalog_business FOR EACH ROW
    WHEN (
        (OLD.verification_status, OLD.is_active, OLD.is_deleted)
            IS DISTINCT FROM (NEW.verification_status, NEW.is_active, NEW.is_deleted)
        OR OLD.location::bytea IS DISTINCT FROM NEW.location::bytea
    )
    EXECUTE FUNCTION maestro_business_changed();

CREATE FUNCTION maestro_categories_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM maestro_refresh_places(ARRAY(SELECT DISTINCT business_id FROM changed));
    RETURN NULL;
END
$$;
CREATE TRIGGER maestro_categories_added AFTER INSERT ON catalog_business_categories
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION maestro_categories_changed();
CREATE TRIGGER maestro_categories_removed AFTER DELETE ON catalog_business_categories
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION maestro_categories_changed();

CREATE FUNCTION maestro_tree_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM maestro_refresh_places(
        ARRAY(SELECT business_id FROM maestro_rankedplace WHERE category_id = NEW.id)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER maestro_tree_changed AFTER UPDATE OF parent_id ON catalog_category FOR EACH ROW
    WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION maestro_tree_changed();
