from apps.maestro.models.places import RankedPlace

__all__ = ["RankedPlace"]
