"""Calling for help, answering it, sound from it, and where staff are while they work."""

import binascii
from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.models import JobPosition, SosAlarm
from apps.bookings.models.safety import MOST_CHUNKS
from apps.bookings.operations import Place, Point
from apps.bookings.operations.recording import SOUND_TYPES
from apps.bookings.queries import alarms_of, ensure_helper, viewer_of
from apps.bookings.states import Party
from apps.core import clock
from apps.core.api.pagination import CursorPagination
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput, InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.api.views import DomainView, DomainViewSet

HELPERS = "The business's owner and employees, and ops."
_EARTH: dict[str, dict[str, Any]] = {
    "lat": {"min_value": -90, "max_value": 90},
    "lng": {"min_value": -180, "max_value": 180},
    "accuracy": {"min_value": 0, "max_value": 1_000_000, "required": False, "allow_null": True},
}
LONGEST_BATCH = 500
# A request is at most 1 MiB, and Base64 takes a third more.
LARGEST_CHUNK = 700 * 1024


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


class PointIn(StrictInputSerializer):
    lat = serializers.FloatField(**_EARTH["lat"])
    lng = serializers.FloatField(**_EARTH["lng"])
    accuracy = serializers.FloatField(**_EARTH["accuracy"])
    at = serializers.DateTimeField()


class PointsIn(StrictInputSerializer):
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
    upload_url: Any = serializers.CharField(help_text="Where pieces of sound are sent, numbered from 1.")
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


class SoundField(serializers.CharField):
    """A file in Base64."""

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]  # text comes in, bytes go on
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except (ValueError, binascii.Error) as error:
            raise serializers.ValidationError("Not Base64.") from error


class SoundIn(StrictInputSerializer):
    chunk = serializers.IntegerField(min_value=1, max_value=32_767)
    content_type = serializers.CharField(max_length=40)
    sound = SoundField(help_text="A file that plays by itself, in Base64.")


class SignatureQuery(InputSerializer):
    signature = serializers.CharField(max_length=1000, help_text="From the answer to the call for help.")


class PieceOut(OutputSerializer):
    chunk: Any = serializers.IntegerField()
    content_type: Any = serializers.CharField()
    at: Any = serializers.DateTimeField()
    sound: Any = serializers.CharField(help_text="The file, in Base64.")


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
            "raised_at": clock.iso(alarm.raised_at),
            "is_new": is_new,
            "recording": {
                "upload_url": request.build_absolute_uri(upload.path),
                "expires_at": clock.iso(upload.until),
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
    throttle_exempt = True

    @documented(
        summary="Send a piece of sound",
        description="Each piece is a file that plays by itself; sending it again is harmless.",
        permissions="Whoever has the signed address, until it expires.",
        request=SoundIn,
        responses={201: ChunkOut},
        parameters=[SignatureQuery],
        errors=[errors.UploadRefused, errors.NotARecording, errors.RecordingFull, errors.ChunkTaken],
        example={"chunk": 1, "content_type": "audio/ogg", "sound": "T2dnUw=="},
    )
    def post(self, request: Request, pk: UUID, alarm_id: UUID) -> Response:
        given = self.read_input(SoundIn)
        piece = operations.keep_recording(
            alarm_id=alarm_id,
            signature=self.read_query(SignatureQuery)["signature"],
            number=given["chunk"],
            sound=given["sound"],
            content_type=given["content_type"],
            at=clock.now(),
        )
        return success({"chunk": piece.number, "size": piece.size}, status=201)


class SosPiece(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Listen to a piece of sound",
        description="That somebody listened is in the audit trail.",
        permissions=HELPERS,
        responses=PieceOut,
        errors=[errors.NoSuchBooking, errors.NotYours, errors.NoSuchRecording],
    )
    def get(self, request: Request, pk: UUID, alarm_id: UUID, number: int) -> Response:
        piece, sound = operations.open_recording(
            booking_id=pk, alarm_id=alarm_id, number=number, by=request.user, at=clock.now()
        )
        return Response(
            {
                "chunk": piece.number,
                "content_type": piece.content_type,
                "at": clock.iso(piece.at),
                "sound": b64encode(sound).decode(),
            }
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
        "raised_at": clock.iso(alarm.raised_at),
        "raised_as": str(alarm.raised_as),
        "raised_by": alarm.raised_by.name,
        "note": alarm.note,
        "rounds": alarm.rounds,
        "acknowledged_at": clock.iso(alarm.acknowledged_at),
        "acknowledged_by": alarm.acknowledged_by.name if alarm.acknowledged_by else None,
        "positions": [_point(point, point.at) for point in alarm.positions.all()],
        "recording": [
            f"/api/v1/bookings/{alarm.booking_id}/sos/{alarm.pk}/recording/{piece.number}/"
            for piece in alarm.recordings.all()
        ],
    }


def _point(point: Any, at: Any) -> dict[str, Any]:
    return {"lat": point.lat, "lng": point.lng, "accuracy": point.accuracy, "at": clock.iso(at)}
