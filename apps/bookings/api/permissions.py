from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from apps.accounts.states import OPS_ROLES


class MayBook(IsAuthenticated):
    """Whoever is signed in may look at what is theirs and book; the marketplace's own people do not book."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        return not (view.action == "create" and request.user.role in OPS_ROLES)
