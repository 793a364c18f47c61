"""The ranking's named database functions, and the triggers that keep the table of places."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
UNDO = """
DROP TRIGGER maestro_tree_changed ON catalog_category;
DROP TRIGGER maestro_categories_removed ON catalog_business_categories;
DROP TRIGGER maestro_categories_added ON catalog_business_categories;
DROP TRIGGER maestro_business_changed ON catalog_business;
DROP INDEX maestro_best_rated, maestro_best_rated_in_city;
DROP FUNCTION maestro_tree_changed, maestro_categories_changed, maestro_business_changed, maestro_refresh_places,
    maestro_count, maestro_in_town, maestro_rank_by_rating, maestro_rank_near, maestro_nearest, maestro_named, maestro_is_named, maestro_contains,
    maestro_terms, maestro_rating;
"""


class Migration(migrations.Migration):
    dependencies = [("maestro", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "places.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "ranking.sql").read_text(), UNDO),
    ]
