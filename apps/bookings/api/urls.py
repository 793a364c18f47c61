from typing import Any

from django.urls import path

from apps.bookings.api.calendar import BusinessCalendar
from apps.bookings.api.cockpit import Cockpit
from apps.bookings.api.courses import BookCourse, CourseBookings
from apps.bookings.api.desk import DeskActs
from apps.bookings.api.disputes import BookingDisputes
from apps.bookings.api.extras import ExtraActs
from apps.bookings.api.feed import CalendarKeys, StaffCalendar
from apps.bookings.api.recovery import RecoveryActs
from apps.bookings.api.reviews import LiftReview, RankingReviews
from apps.bookings.api.safety import Positions, Sos, SosPiece, SosSound
from apps.bookings.api.schedule import StaffSchedule
from apps.bookings.api.sessions import Sessions
from apps.bookings.api.sick_leave import SickLeaves
from apps.bookings.api.tips import Tips
from apps.bookings.api.views import Bookings, PublicBooking, Quote
from apps.bookings.api.waiting import WaitingLine

LIST: dict[str, Any] = {"get": "list", "post": "create"}
LINE: dict[str, Any] = {"get": "list", "post": "create", "delete": "destroy"}
LEAVE: dict[str, Any] = {"get": "preview", "post": "report"}
ONE: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}


def _act(address: str, name: str) -> Any:
    acts: dict[str, Any] = {"post": name}
    return path(f"bookings/<uuid:pk>/{address}/", DeskActs.as_view(acts), name=f"booking-{address}")


urlpatterns = [
    path("bookings/", Bookings.as_view(LIST), name="bookings"),
    path("bookings/series/", Bookings.as_view({"post": "series"}), name="booking-series"),
    path("bookings/quote/", Quote.as_view(), name="booking-quote"),
    path("bookings/upcoming/", Bookings.as_view({"get": "upcoming"}), name="bookings-upcoming"),
    path("bookings/history/", Bookings.as_view({"get": "history"}), name="bookings-history"),
    path("bookings/ref/<str:reference>/", PublicBooking.as_view(), name="booking-by-reference"),
    path("bookings/<uuid:pk>/", Bookings.as_view(ONE), name="booking"),
    path("bookings/<uuid:pk>/notes/", Bookings.as_view({"put": "notes"}), name="booking-notes"),
    path("bookings/<uuid:pk>/sop/", RecoveryActs.as_view({"patch": "sop"}), name="booking-sop"),
    path("bookings/<uuid:pk>/timeline/", Bookings.as_view({"get": "timeline"}), name="booking-timeline"),
    path("bookings/<uuid:pk>/dispute/", BookingDisputes.as_view({"post": "dispute"}), name="booking-dispute"),
    path("bookings/<uuid:pk>/contact/", Cockpit.as_view({"post": "contact"}), name="booking-contact"),
    path("bookings/<uuid:pk>/add-extra/", ExtraActs.as_view({"patch": "add_extra"}), name="booking-add-extra"),
    path(
        "bookings/<uuid:pk>/extras/<uuid:extra_id>/refuse/", ExtraActs.as_view({"post": "refuse"}), name="extra-refuse"
    ),
    path("bookings/<uuid:pk>/extras/<uuid:extra_id>/waive/", ExtraActs.as_view({"post": "waive"}), name="extra-waive"),
    path("bookings/<uuid:pk>/sos/", Sos.as_view({"get": "list", "post": "call"}), name="booking-sos"),
    path(
        "bookings/<uuid:pk>/sos/<uuid:alarm_id>/acknowledge/",
        Sos.as_view({"post": "acknowledge"}),
        name="sos-acknowledge",
    ),
    path("bookings/<uuid:pk>/sos/<uuid:alarm_id>/recording/", SosSound.as_view(), name="sos-recording"),
    path(
        "bookings/<uuid:pk>/sos/<uuid:alarm_id>/recording/<int:number>/", SosPiece.as_view(), name="sos-recording-piece"
    ),
    path("bookings/<uuid:pk>/positions/", Positions.as_view({"get": "list", "post": "log"}), name="booking-positions"),
    path(
        "businesses/<uuid:business_id>/bookings/",
        DeskActs.as_view({"post": "book_for_caller"}),
        name="business-bookings",
    ),
    _act("cash", "cash"),
    _act("reassign", "reassign"),
    path("bookings/<uuid:pk>/tip/", Tips.as_view({"post": "tip"}), name="booking-tip"),
    _act("approve", "approve"),
    _act("reject", "reject"),
    _act("decline", "decline"),
    _act("accept-replacement", "accept_replacement"),
    _act("choose-staff", "choose_staff"),
    _act("start", "start"),
    _act("complete", "complete"),
    _act("cancel", "cancel"),
    _act("no-show", "no_show"),
    _act("reschedule", "reschedule"),
    _act("confirm-release", "confirm_release"),
    path("courses/<uuid:course_id>/book/", BookCourse.as_view({"post": "create"}), name="course-book"),
    path("courses/bookings/", CourseBookings.as_view({"get": "list"}), name="course-bookings"),
    path("courses/bookings/<uuid:pk>/", CourseBookings.as_view({"get": "retrieve"}), name="course-booking"),
    path(
        "courses/bookings/<uuid:pk>/approve/",
        CourseBookings.as_view({"post": "approve"}),
        name="course-booking-approve",
    ),
    path(
        "courses/bookings/<uuid:pk>/reject/", CourseBookings.as_view({"post": "reject"}), name="course-booking-reject"
    ),
    path(
        "courses/bookings/<uuid:pk>/cancel/", CourseBookings.as_view({"post": "cancel"}), name="course-booking-cancel"
    ),
    path("availability/slots/<uuid:slot_id>/waitlist/", WaitingLine.as_view(LINE), name="waiting-line"),
    path(
        "availability/slots/<uuid:slot_id>/waitlist/accept/",
        WaitingLine.as_view({"post": "accept"}),
        name="seat-accept",
    ),
    path("availability/slots/<uuid:slot_id>/roster/", Sessions.as_view({"get": "roster"}), name="session-roster"),
    path(
        "availability/slots/<uuid:slot_id>/attendance/",
        Sessions.as_view({"patch": "attendance"}),
        name="session-attendance",
    ),
    path("availability/slots/<uuid:slot_id>/start/", Sessions.as_view({"post": "start"}), name="session-start"),
    path(
        "availability/slots/<uuid:slot_id>/complete/", Sessions.as_view({"post": "complete"}), name="session-complete"
    ),
    path(
        "availability/slots/<uuid:slot_id>/call-off/", Sessions.as_view({"post": "call_off"}), name="session-call-off"
    ),
    path(
        "businesses/<uuid:business_id>/staff/<uuid:staff_id>/sick-leave/", SickLeaves.as_view(LEAVE), name="sick-leave"
    ),
    path("owners/businesses/<uuid:business_id>/calendar/", BusinessCalendar.as_view(), name="business-calendar"),
    path("staff/calendar.ics", StaffCalendar.as_view(), name="staff-calendar"),
    path(
        "staff/calendar-key/",
        CalendarKeys.as_view({"get": "show", "post": "make", "delete": "close"}),
        name="staff-calendar-key",
    ),
    path("staff/schedule/", StaffSchedule.as_view(), name="staff-schedule"),
    path("ranking-reviews/", RankingReviews.as_view({"get": "list"}), name="ranking-reviews"),
    path("ranking-reviews/<uuid:review_id>/lift/", LiftReview.as_view({"post": "lift"}), name="ranking-review-lift"),
]
