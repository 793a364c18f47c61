from apps.packages.models.purchase import Purchase
from apps.packages.models.use import Use

__all__ = ["Purchase", "Use"]
