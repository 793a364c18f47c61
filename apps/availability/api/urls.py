from typing import Any

from django.urls import path

from apps.availability.api.businesses import BusinessDate, BusinessDays, BusinessOpeningHours, OpeningExceptions
from apps.availability.api.calendars import ImportedCalendars
from apps.availability.api.courses import BusinessCourses, CourseAdministration, Courses
from apps.availability.api.schedule import ServiceSchedule
from apps.availability.api.services import ExplainAvailability, ServiceAvailability
from apps.availability.api.slots import BusinessSlots, Slot
from apps.availability.api.staff import BusyTimes, PractitionerAvailability, PractitionerSchedule, TimeOffs

LIST: dict[str, Any] = {"get": "list", "post": "create"}
ONE: dict[str, Any] = {"delete": "destroy"}

urlpatterns = [
    path("services/<uuid:service_id>/availability/", ServiceAvailability.as_view(), name="service-availability"),
    path("services/<uuid:service_id>/availability/explain/", ExplainAvailability.as_view(), name="service-explain"),
    path("services/<uuid:service_id>/schedule/", ServiceSchedule.as_view(LIST), name="service-schedule"),
    path("availability/businesses/<uuid:business_id>/", BusinessDays.as_view(), name="business-days"),
    path("availability/businesses/<uuid:business_id>/dates/<str:on>/", BusinessDate.as_view(), name="business-date"),
    path("availability/businesses/<uuid:business_id>/slots/", BusinessSlots.as_view(), name="business-slots"),
    path("availability/slots/<uuid:slot_id>/", Slot.as_view(), name="slot"),
    path("availability/businesses/<uuid:business_id>/courses/", BusinessCourses.as_view(LIST), name="business-courses"),
    path("availability/courses/<uuid:course_id>/", CourseAdministration.as_view(), name="course-administration"),
    path("courses/", Courses.as_view({"get": "list"}), name="courses"),
    path("courses/<uuid:course_id>/", Courses.as_view({"get": "retrieve"}), name="course"),
    path("businesses/<uuid:business_id>/opening-hours/", BusinessOpeningHours.as_view(), name="opening-hours"),
    path(
        "businesses/<uuid:business_id>/opening-exceptions/", OpeningExceptions.as_view(LIST), name="opening-exceptions"
    ),
    path(
        "businesses/<uuid:business_id>/opening-exceptions/<uuid:exception_id>/",
        OpeningExceptions.as_view(ONE),
        name="opening-exception",
    ),
    path("practitioners/<uuid:staff_id>/schedule/", PractitionerSchedule.as_view(), name="practitioner-schedule"),
    path(
        "practitioners/<uuid:staff_id>/availability/",
        PractitionerAvailability.as_view(),
        name="practitioner-availability",
    ),
    path("staff/time-off/", TimeOffs.as_view(LIST), name="time-off-list"),
    path("staff/time-off/<uuid:time_off_id>/", TimeOffs.as_view(ONE), name="time-off"),
    path("staff/calendars/", ImportedCalendars.as_view(LIST), name="imported-calendars"),
    path("staff/calendars/<uuid:calendar_id>/", ImportedCalendars.as_view(ONE), name="imported-calendar"),
    path("staff/busy/", BusyTimes.as_view(LIST), name="busy-list"),
    path("staff/busy/<uuid:block_id>/", BusyTimes.as_view(ONE), name="busy"),
]
