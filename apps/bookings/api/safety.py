"""Calling for help, answering it, sound from it, and where staff are while they work."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api.present import moment
from apps.bookings.models import JobPosition, SosAlarm
from apps.bookings.models.safety import LARGEST_CHUNK, MOST_CHUNKS
from apps.bookings.operations import Place, Point
from apps.bookings.operations.recording import SOUND_TYPES
from apps.bookings.queries import alarms_of, ensure_helper, viewer_of
from apps.bookings.states import Party
from apps.core import clock
from apps.core.api.pagination import CursorPagination
from apps.core.api.parsers import TooLarge
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput, InputSerializer, OutputSerializer
from apps.core.api.views import DomainView, DomainViewSet

HELPERS = "The business's owner and employees, and ops."
_EARTH: dict[str, dict[str, Any]] = {
    "lat": {"min_value": -90, "max_value": 90},
    "lng": {"min_value": -180, "max_value": 180},
    "accuracy": {"min_value": 0, "max_value": 1_000_000, "required": False, "allow_null": True},
}
LONGEST_BATCH = 500


class SosIn(InputSerializer):
    lat = serializers.FloatField(required=False, **_EARTH["lat"])
    lng = serializers.FloatField(required=False, **_EARTH["lng"])
    accuracy = serializers.FloatField(**_EARTH["accuracy"])
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A position has both its numbers; a device that knows none may still call."""
        if ("lat" in attrs) != ("lng" in attrs):
            raise serializers.ValidationError({"lat": ["A position has both lat and lng."]})
        return attrs


class PointIn(InputSerializer):
    lat = serializers.FloatField(**_EARTH["lat"])
    lng = serializers.FloatField(**_EARTH["lng"])
    accuracy = serializers.FloatField(**_EARTH["accuracy"])
    at = serializers.DateTimeField()


class PointsIn(InputSerializer):
    points = PointIn(many=True, allow_empty=False, max_length=LONGEST_BATCH)


class PointOut(OutputSerializer):
    lat: Any = serializers.FloatField()
    lng: Any = serializers.FloatField()
    accuracy: Any = serializers.FloatField(allow_null=True)
    at: Any = serializers.DateTimeField()


class AlarmOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    raised_at: Any = serializers.DateTimeField()
    raised_as: Any = serializers.ChoiceField(choices=Party.choices)
    raised_by: Any = serializers.CharField()
    note: Any = serializers.CharField()
    rounds: Any = serializers.IntegerField(help_text="How often it has been told.")
    acknowledged_at: Any = serializers.DateTimeField(allow_null=True)
    acknowledged_by: Any = serializers.CharField(allow_null=True)
    positions: Any = PointOut(many=True)
    recording: Any = serializers.ListField(child=serializers.CharField(), help_text="Where each piece of sound is.")


class UploadOut(OutputSerializer):
    upload_url: Any = serializers.CharField(help_text="Add `&chunk=1`, `2` … and send the sound as the body.")
    expires_at: Any = serializers.DateTimeField()
    content_types: Any = serializers.ListField(child=serializers.CharField())
    largest_chunk_bytes: Any = serializers.IntegerField()
    most_chunks: Any = serializers.IntegerField()


class RaisedOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    raised_at: Any = serializers.DateTimeField()
    is_new: Any = serializers.BooleanField(help_text="False where the caller's alarm was out already.")
    recording: Any = UploadOut()


class KeptOut(OutputSerializer):
    kept: Any = serializers.IntegerField(help_text="Of the points sent, those of the job.")


class ChunkOut(OutputSerializer):
    chunk: Any = serializers.IntegerField()
    size: Any = serializers.IntegerField()


class SoundParser(BaseParser):
    """The body as it is, up to the size of one piece."""

    media_type = "audio/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, bytes]:
        sound = stream.read(LARGEST_CHUNK + 1)
        if len(sound) > LARGEST_CHUNK:
            raise TooLarge
        return {"sound": sound}


class Sos(DomainViewSet):
    """Never limited away: a storm of calls is one alarm with many positions."""

    queryset = SosAlarm.objects.none()
    serializer_class = AlarmOut
    permission_classes = [IsAuthenticated]
    throttle_exempt = True
    filter_backends = ()

    @documented(
        summary="Call for help",
        description="All owners and employees of the business, and ops, are told at once by push and SMS, and again until "
        "somebody acknowledges. Calling again adds a position to one's open alarm. From 2 h before the start to 2 h after "
        "the end. `recording` is where a client that can record sends sound, piece by piece, each a file that plays by "
        "itself.",
        permissions="The assigned staff and the customer.",
        request=SosIn, responses={201: RaisedOut, 200: RaisedOut},
        errors=[errors.NoSuchBooking, errors.NotYours, errors.SosNotOpen],
        example={"lat": 6.4474, "lng": 3.4723, "accuracy": 12, "note": "He has locked the door."},
    )  # fmt: skip
    def call(self, request: Request, pk: UUID) -> Response:
        given, at = self.read_input(SosIn), clock.now()
        place = None
        if "lat" in given:
            place = Place(lat=given["lat"], lng=given["lng"], accuracy=given.get("accuracy"))
        alarm, is_new = operations.raise_sos(
            booking_id=pk, by=request.user, at=at, place=place, note=given.get("note", "")
        )
        upload = operations.upload_for(alarm, at=at)
        answer = {
            "id": str(alarm.pk),
            "raised_at": moment(alarm.raised_at),
            "is_new": is_new,
            "recording": {
                "upload_url": request.build_absolute_uri(upload.path),
                "expires_at": moment(upload.until),
                "content_types": list(SOUND_TYPES),
                "largest_chunk_bytes": LARGEST_CHUNK,
                "most_chunks": MOST_CHUNKS,
            },
        }
        return success(answer, message="Help has been called.", status=201 if is_new else 200)

    @documented(
        summary="See the alarms of a booking", permissions=HELPERS, responses=AlarmOut(many=True),
        errors=[errors.NoSuchBooking, errors.NotYours], operation_id="sos_list",
    )  # fmt: skip
    def list(self, request: Request, pk: UUID) -> Response:
        ensure_helper(viewer_of(request.user), pk)
        page = self.paginate_queryset(alarms_of(pk))
        return self.get_paginated_response([_alarm(alarm) for alarm in page])

    @documented(
        summary="Acknowledge an alarm",
        description="Whoever called is told that somebody acts, and nobody is told again.",
        permissions=HELPERS, request=EmptyInput, responses=AlarmOut,
        errors=[errors.NoSuchBooking, errors.NoSuchAlarm, errors.NotYours, errors.AlarmAcknowledged],
    )  # fmt: skip
    def acknowledge(self, request: Request, pk: UUID, alarm_id: UUID) -> Response:
        self.read_input(EmptyInput)
        operations.acknowledge_sos(booking_id=pk, alarm_id=alarm_id, by=request.user, at=clock.now())
        return success(_alarm(alarms_of(pk).get(pk=alarm_id)), message="The alarm is acknowledged.")


class SosSound(DomainView):
    """Sound from an alarm comes here; the signature in the address is all that it needs."""

    permission_classes = [AllowAny]
    authentication_classes: tuple[Any, ...] = ()
    parser_classes = [SoundParser]
    throttle_exempt = True

    @documented(
        summary="Send a piece of sound",
        description="The body is the sound, of at most 1 MiB, a file that plays by itself; sending it again is harmless.",
        permissions="Whoever has the signed address, until it expires.",
        request=dict.fromkeys(SOUND_TYPES, OpenApiTypes.BINARY),
        responses={201: ChunkOut},
        parameters=[
            OpenApiParameter("signature", str, required=True, description="From the answer to the call for help."),
            OpenApiParameter("chunk", int, required=True, description=f"From 1 to {MOST_CHUNKS}."),
        ],
        errors=[errors.UploadRefused, errors.NotARecording, errors.RecordingFull, errors.ChunkTaken],
    )
    def post(self, request: Request, pk: UUID, alarm_id: UUID) -> Response:
        asked = self.read_query(ChunkQuery)
        piece = operations.keep_recording(
            alarm_id=alarm_id,
            signature=asked["signature"],
            number=asked["chunk"],
            sound=request.data.get("sound", b""),
            content_type=(request.content_type or "").split(";")[0].strip().lower(),
            at=clock.now(),
        )
        return success({"chunk": piece.number, "size": piece.size}, status=201)


class ChunkQuery(InputSerializer):
    signature = serializers.CharField(max_length=1000)
    chunk = serializers.IntegerField(min_value=1, max_value=32_767)


class SosPiece(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Listen to a piece of sound",
        description="The sound itself. That somebody listened is in the audit trail.",
        permissions=HELPERS,
        responses={(200, kind): OpenApiTypes.BINARY for kind in SOUND_TYPES},
        errors=[errors.NoSuchBooking, errors.NotYours, errors.NoSuchRecording],
    )
    def get(self, request: Request, pk: UUID, alarm_id: UUID, number: int) -> HttpResponse:
        piece, sound = operations.open_recording(
            booking_id=pk, alarm_id=alarm_id, number=number, by=request.user, at=clock.now()
        )
        name = piece.path.rsplit("/", 1)[-1]
        return HttpResponse(
            sound,
            content_type=piece.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )


class NewestPointFirst(CursorPagination):
    ordering = ("-recorded_at", "-id")


class Positions(DomainViewSet):
    queryset = JobPosition.objects.none()
    serializer_class = PointOut
    permission_classes = [IsAuthenticated]
    pagination_class = NewestPointFirst
    filter_backends = ()

    @documented(
        summary="Say where one is",
        description="A batch of points from a running job, or while one's alarm is open; sending them again is harmless. "
        "Points from before the job are left out, and all are forgotten after 30 days.",
        permissions="The assigned staff.",
        request=PointsIn,
        responses=KeptOut,
        errors=[errors.NoSuchBooking, errors.NotYours, errors.BookingWrongState],
        example={"points": [{"lat": 6.4474, "lng": 3.4723, "accuracy": 12, "at": "2026-11-20T09:05:00Z"}]},
    )
    def log(self, request: Request, pk: UUID) -> Response:
        points = [Point(**point) for point in self.read_input(PointsIn)["points"]]
        kept = operations.log_positions(booking_id=pk, points=points, by=request.user, at=clock.now())
        return Response({"kept": kept})

    @documented(
        summary="See where staff were", description="The newest first.", permissions=HELPERS,
        responses=PointOut(many=True), errors=[errors.NoSuchBooking, errors.NotYours], operation_id="positions_list",
    )  # fmt: skip
    def list(self, request: Request, pk: UUID) -> Response:
        ensure_helper(viewer_of(request.user), pk)
        page = self.paginate_queryset(JobPosition.objects.filter(booking_id=pk))
        return self.get_paginated_response([_point(point, point.recorded_at) for point in page])


def _alarm(alarm: SosAlarm) -> dict[str, Any]:
    return {
        "id": str(alarm.pk),
        "raised_at": moment(alarm.raised_at),
        "raised_as": str(alarm.raised_as),
        "raised_by": alarm.raised_by.name,
        "note": alarm.note,
        "rounds": alarm.rounds,
        "acknowledged_at": moment(alarm.acknowledged_at),
        "acknowledged_by": alarm.acknowledged_by.name if alarm.acknowledged_by else None,
        "positions": [_point(point, point.at) for point in alarm.positions.all()],
        "recording": [
            f"/api/v1/bookings/{alarm.booking_id}/sos/{alarm.pk}/recording/{piece.number}/"
            for piece in alarm.recordings.all()
        ],
    }


def _point(point: Any, at: Any) -> dict[str, Any]:
    return {"lat": point.lat, "lng": point.lng, "accuracy": point.accuracy, "at": moment(at)}
