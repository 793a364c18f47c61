"""Sound from an alarm: an address to upload to that needs nothing but itself, and the pieces that come there."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.dateparse import parse_datetime

from apps.bookings.errors import ChunkTaken, NoSuchRecording, NotARecording, RecordingFull, UploadRefused
from apps.bookings.models import SosAlarm, SosRecording
from apps.bookings.models.safety import LARGEST_CHUNK, MOST_CHUNKS
from apps.bookings.operations.sos import find_helper
from apps.core import audit
from apps.core.conf import timer

_signer = Signer(salt="sos-recording")
# Each piece is a file that plays by itself, so that each can be looked at: where in it which bytes stand.
_MARKS: dict[str, tuple[str, tuple[tuple[int, bytes], ...]]] = {
    "audio/webm": ("webm", ((0, b"\x1a\x45\xdf\xa3"),)),
    "audio/ogg": ("ogg", ((0, b"OggS"),)),
    "audio/mp4": ("m4a", ((4, b"ftyp"),)),
    "audio/aac": ("aac", ((0, b"\xff\xf1"), (0, b"\xff\xf9"))),
    "audio/mpeg": ("mp3", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"))),
    "audio/wav": ("wav", ((8, b"WAVE"),)),
}
SOUND_TYPES = tuple(_MARKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """Where a client sends its sound, and until when."""

    path: str
    until: datetime


def upload_for(alarm: SosAlarm, *, at: datetime) -> Upload:
    """An address for this alarm alone; whoever has it may add sound to it, and do nothing else."""
    until = at + timer("SOS_UPLOAD_LIFE")
    signature = _signer.sign_object({"alarm": str(alarm.pk), "until": until.isoformat()})
    path = f"/api/v1/bookings/{alarm.booking_id}/sos/{alarm.pk}/recording/?signature={signature}"
    return Upload(path=path, until=until)


def keep_recording(
    *, alarm_id: UUID, signature: str, number: int, sound: bytes, content_type: str, at: datetime
) -> SosRecording:
    """The piece is kept; the same one again is harmless.

    Raises: UploadRefused, NotARecording, RecordingFull, ChunkTaken where another piece has the number.
    """
    _ensure_signed(signature, alarm_id, at)
    ending = _ending(sound, content_type)
    if number > MOST_CHUNKS:
        raise RecordingFull
    digest = hashlib.sha256(sound).hexdigest()
    known = SosRecording.objects.filter(alarm_id=alarm_id, number=number).first()
    if known is None:
        # To the store before any row is locked: it may be another machine.
        path = default_storage.save(f"sos/{alarm_id}/{number:04d}-{digest[:12]}.{ending}", ContentFile(sound))
        known = _record(alarm_id, number, path=path, content_type=content_type, size=len(sound), sha256=digest, at=at)
    if known.sha256 != digest:
        raise ChunkTaken
    return known


def open_recording(
    *, booking_id: UUID, alarm_id: UUID, number: int, by: Any, at: datetime
) -> tuple[SosRecording, bytes]:
    """The piece with its sound, for the business's desk and for operations; that they listened is in the audit trail.

    Raises: NoSuchBooking, NotYours, NoSuchRecording.
    """
    with transaction.atomic():
        booking, _ = find_helper(booking_id, by)
        piece = SosRecording.objects.filter(alarm_id=alarm_id, alarm__booking_id=booking_id, number=number).first()
        if piece is None:
            raise NoSuchRecording
        audit.record("booking.sos_recording_opened", target=booking, by=by, at=at, after={"piece": str(piece.pk)})
    with default_storage.open(piece.path) as file:
        return piece, file.read()


@transaction.atomic
def _record(alarm_id: UUID, number: int, **told: Any) -> SosRecording:
    made = SosRecording(alarm_id=alarm_id, number=number, **told)
    SosRecording.objects.bulk_create([made], ignore_conflicts=True)
    return SosRecording.objects.get(alarm_id=alarm_id, number=number)


def _ensure_signed(signature: str, alarm_id: UUID, at: datetime) -> None:
    try:
        told = _signer.unsign_object(signature)
    except (BadSignature, ValueError) as error:
        raise UploadRefused from error
    until = parse_datetime(told["until"])
    if told["alarm"] != str(alarm_id) or until is None or at >= until:
        raise UploadRefused


def _ending(sound: bytes, content_type: str) -> str:
    if content_type not in _MARKS or not 0 < len(sound) <= LARGEST_CHUNK:
        raise NotARecording
    ending, marks = _MARKS[content_type]
    if not any(sound[start : start + len(mark)] == mark for start, mark in marks):
        raise NotARecording
    return ending
