from apps.catalog.operations.apply import BankAccount, Paper, apply_for_verification
from apps.catalog.operations.create_business import create_business
from apps.catalog.operations.deals import DealPart, create_deal, delete_deal, edit_deal
from apps.catalog.operations.decide import reject_business, suspend_business, verify_business
from apps.catalog.operations.edit_business import edit_business, set_activity
from apps.catalog.operations.edit_staff import edit_staff
from apps.catalog.operations.forget import forget_worker
from apps.catalog.operations.invite import invite_member
from apps.catalog.operations.join import accept_invitation
from apps.catalog.operations.leave import leave_business, remove_member
from apps.catalog.operations.papers import approve_paper, attend_due_papers, next_paper_due, refuse_paper
from apps.catalog.operations.places import add_branch, add_photo, edit_branch, remove_branch, remove_photo
from apps.catalog.operations.plan import PlanEffects, apply_plan, apply_plan_to_all
from apps.catalog.operations.practitioners import apply_as_practitioner, edit_practitioner, verify_practitioner
from apps.catalog.operations.products import create_product, delete_product, edit_product
from apps.catalog.operations.review import lock_staff, mark_ranking_review
from apps.catalog.operations.services import ServiceParts, create_service, delete_service, edit_service
from apps.catalog.operations.stock import put_back_stock, take_stock

__all__ = [
    "BankAccount",
    "DealPart",
    "Paper",
    "PlanEffects",
    "ServiceParts",
    "accept_invitation",
    "add_branch",
    "add_photo",
    "apply_as_practitioner",
    "apply_for_verification",
    "apply_plan",
    "apply_plan_to_all",
    "approve_paper",
    "attend_due_papers",
    "create_business",
    "create_deal",
    "create_product",
    "create_service",
    "delete_deal",
    "delete_product",
    "delete_service",
    "edit_branch",
    "edit_business",
    "edit_deal",
    "edit_practitioner",
    "edit_product",
    "edit_service",
    "edit_staff",
    "forget_worker",
    "invite_member",
    "leave_business",
    "lock_staff",
    "mark_ranking_review",
    "next_paper_due",
    "put_back_stock",
    "refuse_paper",
    "reject_business",
    "remove_branch",
    "remove_member",
    "remove_photo",
    "set_activity",
    "suspend_business",
    "take_stock",
    "verify_business",
    "verify_practitioner",
]
