from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "apps.catalog"
    label = "catalog"

    def ready(self) -> None:
        """The back office knows whose rows a member of a business may see."""
        from apps.catalog.queries import desk_business_ids  # noqa: PLC0415  # needs the models
        from apps.core.admin.bases import register_member_businesses  # noqa: PLC0415  # as above

        register_member_businesses(desk_business_ids)
