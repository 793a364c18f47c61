"""Who reaches the addresses of payouts; whose rows they see there is asked of ``queries``."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.states import Role
from apps.payouts import rules
from apps.payouts.errors import NotForEmployees


class _PaidOut(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:
        if request.user.is_authenticated and request.user.role == Role.EMPLOYEE:
            raise NotForEmployees
        return self.is_one(request)

    def is_one(self, request: Request) -> bool:
        """Whether the caller is one of those."""
        raise NotImplementedError


class MayBePaid(_PaidOut):
    """Customers, staff and owners; employees see no bank details."""

    def is_one(self, request: Request) -> bool:
        return rules.may_be_paid(request.user)


class IsPractitioner(_PaidOut):
    """Staff and owners."""

    def is_one(self, request: Request) -> bool:
        return rules.is_practitioner(request.user)
