"""Ways to push a message to phones and browsers, behind one small interface: ``PUSH_BACKEND`` names the class."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import requests
from django.conf import settings
from django.utils.module_loading import import_string

from apps.accounts.models import PushDevice
from apps.accounts.states import DeviceKind
from apps.notifications.errors import ChannelDown

TIMEOUT_S = 15
_GONE = {404, 410}


@dataclass(frozen=True, kw_only=True)
class PushMessage:
    """What appears on the device. ``key`` is the same for every attempt, so that a repeat replaces the first."""

    key: str
    title: str
    body: str
    data: dict[str, str]


@dataclass(kw_only=True)
class PushOutcome:
    """The provider's ids by device, and the devices that are gone for good."""

    sent: dict[Any, str] = field(default_factory=dict)
    gone: list[Any] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Backend:
    """One way to push. Raises: ChannelDown where the provider does not answer for any device."""

    def reaches(self, device: PushDevice) -> bool:
        """Whether the device can be pushed to with what is configured."""
        return True

    def send(self, devices: Sequence[PushDevice], message: PushMessage) -> PushOutcome:
        """The message is with the provider for every device of the outcome's ``sent``."""
        raise NotImplementedError


class MemoryBackend(Backend):
    """Keeps what it is given, for tests."""

    outbox: ClassVar[list[tuple[str, PushMessage]]] = []

    def send(self, devices: Sequence[PushDevice], message: PushMessage) -> PushOutcome:
        self.outbox.extend((device.address, message) for device in devices)
        return PushOutcome(sent={device.pk: message.key for device in devices})


class FileBackend(Backend):
    """Each message is one file below ``PUSH_FILE_PATH``, named by its key."""

    def send(self, devices: Sequence[PushDevice], message: PushMessage) -> PushOutcome:
        folder = Path(settings.PUSH_FILE_PATH)
        content = {**asdict(message), "devices": [str(device.pk) for device in devices]}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = folder / f".{message.key}.part"
            written.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            written.replace(folder / f"{message.key}.json")
        except OSError as error:
            raise ChannelDown(str(error)) from error
        return PushOutcome(sent={device.pk: message.key for device in devices})


class ProviderBackend(Backend):
    """Firebase for its own devices, the browsers' services for web push; each where its keys are set."""

    def reaches(self, device: PushDevice) -> bool:
        if device.kind == DeviceKind.FCM:
            return bool(settings.FIREBASE_CREDENTIALS_FILE)
        return bool(settings.VAPID_PRIVATE_KEY)

    def send(self, devices: Sequence[PushDevice], message: PushMessage) -> PushOutcome:
        outcome = PushOutcome()
        phones = [device for device in devices if device.kind == DeviceKind.FCM]
        if phones:
            _send_by_firebase(phones, message, outcome)
        for browser in (device for device in devices if device.kind == DeviceKind.WEB_PUSH):
            _send_by_web_push(browser, message, outcome)
        if outcome.errors and not outcome.sent and not outcome.gone:
            raise ChannelDown(outcome.errors[0])
        return outcome


def backend() -> Backend:
    """The way to push that the settings name."""
    made: Backend = import_string(settings.PUSH_BACKEND)()
    return made


@lru_cache(maxsize=1)
def _firebase_app() -> Any:
    import firebase_admin  # noqa: PLC0415  # costs most of a second, and only those who push need it

    credentials = firebase_admin.credentials.Certificate(settings.FIREBASE_CREDENTIALS_FILE)
    return firebase_admin.initialize_app(credentials, {"httpTimeout": TIMEOUT_S}, name="guild")


def _send_by_firebase(phones: Sequence[PushDevice], message: PushMessage, outcome: PushOutcome) -> None:
    from firebase_admin import exceptions, messaging  # noqa: PLC0415  # as above

    batch = [
        messaging.Message(
            token=phone.address,
            notification=messaging.Notification(title=message.title, body=message.body),
            data=message.data,
            android=messaging.AndroidConfig(
                collapse_key=message.key, notification=messaging.AndroidNotification(tag=message.key)
            ),
            apns=messaging.APNSConfig(headers={"apns-collapse-id": message.key}),
        )
        for phone in phones
    ]
    try:
        answers = messaging.send_each(batch, app=_firebase_app()).responses
    except (exceptions.FirebaseError, OSError, ValueError) as error:
        raise ChannelDown(f"{type(error).__name__}: {error}"[:500]) from error
    for phone, answer in zip(phones, answers, strict=True):
        if answer.success:
            outcome.sent[phone.pk] = answer.message_id
        elif isinstance(answer.exception, messaging.UnregisteredError | messaging.SenderIdMismatchError):
            outcome.gone.append(phone.pk)
        else:
            outcome.errors.append(str(answer.exception)[:500])


def _send_by_web_push(browser: PushDevice, message: PushMessage, outcome: PushOutcome) -> None:
    # Only endpoints of the browsers' own services can be registered, so no stranger's address is called here.
    from pywebpush import WebPushException, webpush  # noqa: PLC0415  # only those who push need it

    try:
        answer = webpush(
            subscription_info={
                "endpoint": browser.address,
                "keys": {"p256dh": browser.web_push_key, "auth": browser.web_push_secret},
            },
            data=json.dumps({**message.data, "title": message.title, "body": message.body, "tag": message.key}),
            vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": f"mailto:{settings.GUILD['PLATFORM_SUPPORT_EMAIL']}"},
            ttl=24 * 3600,
            timeout=TIMEOUT_S,
        )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in _GONE:
            outcome.gone.append(browser.pk)
        else:
            outcome.errors.append(str(error)[:500])
    except (requests.RequestException, ValueError) as error:
        outcome.errors.append(f"{type(error).__name__}: {error}"[:500])
    else:
        outcome.sent[browser.pk] = answer.headers.get("Location", "") or message.key
