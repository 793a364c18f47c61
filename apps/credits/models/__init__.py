from apps.credits.models.deals import CreditPurchase, Gift, PromoCode, Redemption, Referral
from apps.credits.models.grant import Grant, Line, Use

__all__ = ["CreditPurchase", "Gift", "Grant", "Line", "PromoCode", "Redemption", "Referral", "Use"]
