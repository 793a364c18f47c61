from django.urls import path

from apps.subscriptions.api import business, memberships, offers, plans, refunds

OF_BUSINESS = "businesses/<uuid:business_id>/subscription/"
OFFERS = "practitioners/<uuid:practitioner_id>/plans/"
REFUND = "subscriptions/refunds/<uuid:bill_refund_id>/"
MEMBERSHIP = "practitioners/memberships/<uuid:membership_id>/"

urlpatterns = [
    path("plans/", plans.PlansView.as_view(), name="plans"),
    path(OF_BUSINESS, business.SubscriptionView.as_view(), name="subscription"),
    path(f"{OF_BUSINESS}change/", business.ChangeView.as_view(), name="subscription-change"),
    path(f"{OF_BUSINESS}change/preview/", business.PreviewView.as_view(), name="subscription-change-preview"),
    path(f"{OF_BUSINESS}cancel/", business.CancelView.as_view(), name="subscription-cancel"),
    path(f"{OF_BUSINESS}resume/", business.ResumeView.as_view(), name="subscription-resume"),
    path(f"{OF_BUSINESS}periods/", business.PeriodsView.as_view(), name="subscription-periods"),
    path("subscriptions/bills/<uuid:bill_id>/refunds/", refunds.ProposeBillRefundView.as_view(), name="bill-refunds"),
    path(f"{REFUND}approve/", refunds.ApproveBillRefundView.as_view(), name="bill-refund-approve"),
    path(f"{REFUND}deny/", refunds.DenyBillRefundView.as_view(), name="bill-refund-deny"),
    path(OFFERS, offers.OffersView.as_view(), name="practitioner-plans"),
    path(f"{OFFERS}<uuid:plan_id>/", offers.OfferView.as_view(), name="practitioner-plan"),
    path("practitioners/plans/<uuid:plan_id>/join/", memberships.JoinView.as_view(), name="practitioner-plan-join"),
    path("practitioners/memberships/", memberships.MembershipsView.as_view(), name="practitioner-memberships"),
    path(f"{MEMBERSHIP}cancel/", memberships.CancelView.as_view(), name="practitioner-membership-cancel"),
    path(f"{MEMBERSHIP}resume/", memberships.ResumeView.as_view(), name="practitioner-membership-resume"),
]
