from .points import LoyaltyAccount, PointEntry

__all__ = ["LoyaltyAccount", "PointEntry"]
