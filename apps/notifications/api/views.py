from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.pagination import CursorPagination
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainViewSet
from apps.core.errors import NotFound
from apps.notifications import operations, queries
from apps.notifications.api.serializers import (
    NotificationOut,
    PreferencesIn,
    PreferencesOut,
    UnreadCountOut,
)
from apps.notifications.errors import CannotBeMuted
from apps.notifications.models import Notification
from apps.notifications.states import Channel
from apps.notifications.wording import with_words

_EXAMPLE = {
    "id": "01936d2e-0000-7000-8000-000000000001",
    "notification_type": "booking_confirmed",
    "title": "Your booking is confirmed",
    "message": "Deep tissue massage at Serenity Spa is confirmed for Friday 20 November 2026, 10:00 (WAT).",
    "subject_type": "booking",
    "subject_id": "01936d2e-0000-7000-8000-000000000002",
    "subject_reference": "KM4TQ7XR",
    "business_id": "01936d2e-0000-7000-8000-000000000003",
    "priority": "NORMAL",
    "is_read": False,
    "read_at": None,
    "sent_to_email": True,
    "email_sent_at": "2026-11-18T09:00:02Z",
    "created_at": "2026-11-18T09:00:00Z",
}
_WISH = {"notification_type": "booking_started", "channel": "PUSH", "is_enabled": False}


class Notifications(mixins.ListModelMixin, DomainViewSet):
    """The caller's own notifications."""

    serializer_class = NotificationOut
    pagination_class = CursorPagination
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Notification]:
        if getattr(self, "swagger_fake_view", False):
            return Notification.objects.none()
        return queries.dashboard_of(self.request.user).select_related("user")

    def paginate_queryset(self, queryset: Any) -> Any:
        return with_words(super().paginate_queryset(queryset) or [])

    @documented(
        summary="List notifications",
        description="The caller's own, newest first, by an opaque cursor.",
        responses=NotificationOut(many=True),
        response_example=_EXAMPLE,
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @documented(
        summary="Mark a notification as read",
        description="Repeating it is harmless; the first reading counts.",
        permissions="The person who was notified.",
        request=EmptyInput,
        responses=NotificationOut,
        errors=[NotFound],
        response_example={**_EXAMPLE, "is_read": True, "read_at": "2026-11-18T09:05:00Z"},
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        self.read_input(EmptyInput)
        notification = operations.mark_read(notification_id=self.get_object().pk, by=request.user, at=clock.now())
        return Response(NotificationOut(with_words([notification])[0]).data)

    @documented(
        summary="Mark all notifications as read",
        request=EmptyInput,
        responses=UnreadCountOut,
        response_example={"unread_count": 0},
    )
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        count = operations.mark_all_read(by=request.user, at=clock.now())
        return success(UnreadCountOut({"unread_count": 0}).data, message=f"{count} marked as read.")

    @documented(
        summary="Count unread notifications",
        responses=UnreadCountOut,
        response_example={"unread_count": 3},
    )
    @action(detail=False, methods=["get"], url_path="unread-count", pagination_class=None)
    def unread_count(self, request: Request) -> Response:
        return Response(UnreadCountOut({"unread_count": queries.unread_count_of(request.user.pk)}).data)

    @documented(
        summary="Show which notifications are wanted where",
        description="Every kind that concerns the caller's role, on every channel that it goes to.",
        responses=PreferencesOut,
        response_example={
            "preferences": [
                {**_WISH, "label": "Your appointment has started", "category": "TRANSACTIONAL", "may_change": True}
            ]
        },
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def preferences(self, request: Request) -> Response:
        return Response(PreferencesOut({"preferences": queries.wishes_of(request.user)}).data)

    @documented(
        summary="Say which notifications are wanted where",
        description="Changes the named cells, all or none. Safety and money cannot be muted on the dashboard; what "
        "keeps an account safe cannot be muted at all.",
        request=PreferencesIn,
        responses=PreferencesOut,
        errors=[CannotBeMuted],
        example={"preferences": [_WISH]},
    )
    @preferences.mapping.put
    def set_preferences(self, request: Request) -> Response:
        named = self.read_input(PreferencesIn)["preferences"]
        wanted = [(each["notification_type"], Channel(each["channel"]), each["is_enabled"]) for each in named]
        wishes = operations.set_preferences(by=request.user, wanted=wanted, at=clock.now())
        return success(PreferencesOut({"preferences": wishes}).data, message="Your wishes are stored.")
