from apps.subscriptions.models.audit import SubscriptionAudit
from apps.subscriptions.models.bill import Bill
from apps.subscriptions.models.plan import Plan, PlanPrice, PractitionerPlan
from apps.subscriptions.models.refund import BillRefund
from apps.subscriptions.models.subscription import Subscription

__all__ = ["Bill", "BillRefund", "Plan", "PlanPrice", "PractitionerPlan", "Subscription", "SubscriptionAudit"]
