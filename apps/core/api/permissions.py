"""Permission classes under the field's names. What a person may do inside one business is asked of ``rules``."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class HasRole(BasePermission):
    """Allows signed-in people of certain roles."""

    roles: frozenset[str] = frozenset()

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated and request.user.role in self.roles)


class IsAdmin(HasRole):
    """The marketplace's administrators."""

    roles = frozenset({"ADMIN"})


class IsOps(HasRole):
    """The marketplace's people who act: administrators and operations."""

    roles = frozenset({"ADMIN", "OPS"})


class IsOpsReader(HasRole):
    """The marketplace's people, those who only look included; they may read, the others may act."""

    roles = frozenset({"ADMIN", "OPS", "VIEWER"})

    def has_permission(self, request: Request, view: APIView) -> bool:
        allowed = super().has_permission(request, view)
        return allowed and (request.method in SAFE_METHODS or request.user.role != "VIEWER")


class Trades(BasePermission):
    """Whoever is signed in, but for the marketplace's own people, who neither book, buy nor subscribe."""

    # Of a view set: in which actions it trades; in the others everybody looks at what is theirs. None: always.
    trading_actions: frozenset[str] | None = None

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        if self.trading_actions is not None and getattr(view, "action", None) not in self.trading_actions:
            return True
        return request.user.role not in IsOpsReader.roles


class IsCustomer(HasRole):
    """People who book, buy and pay."""

    roles = frozenset({"CUSTOMER"})


class IsStaff(HasRole):
    """People who perform jobs for a business (servicemen)."""

    roles = frozenset({"STAFF", "CEO"})


class IsCEO(HasRole):
    """People who own businesses."""

    roles = frozenset({"CEO"})


class IsBusinessMember(HasRole):
    """People who work for a business in any way."""

    roles = frozenset({"STAFF", "EMPLOYEE", "CEO"})


class IsOwnerOrReadOnly(BasePermission):
    """Anyone may read; only the object's owner may change it."""

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        owner_id = getattr(obj, "owner_id", None) or getattr(obj, "user_id", None)
        return bool(request.user.is_authenticated and owner_id == request.user.pk)
