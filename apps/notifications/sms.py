"""Ways to send a text message, behind one small interface: ``SMS_BACKEND`` names the class."""

import json
from pathlib import Path
from typing import Any, ClassVar

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from apps.notifications.errors import ChannelDown, DeliveryRefused

TIMEOUT_S = 15


class Backend:
    """One provider. ``send`` answers the provider's id of the message.

    Raises: DeliveryRefused where the provider will never take it; ChannelDown where it does not answer.
    """

    is_idempotent = False

    def send(self, *, to: str, text: str, key: str) -> str:
        """The message is with the provider; ``key`` is ours, the same for every attempt."""
        raise NotImplementedError


class MemoryBackend(Backend):
    """Keeps what it is given, for tests."""

    is_idempotent = True
    outbox: ClassVar[list[dict[str, str]]] = []

    def send(self, *, to: str, text: str, key: str) -> str:
        if key not in {message["key"] for message in self.outbox}:
            self.outbox.append({"to": to, "text": text, "key": key})
        return key


class FileBackend(Backend):
    """Each message is one file below ``SMS_FILE_PATH``, named by its key."""

    is_idempotent = True

    def send(self, *, to: str, text: str, key: str) -> str:
        folder = Path(settings.SMS_FILE_PATH)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = folder / f".{key}.part"
            written.write_text(json.dumps({"to": to, "text": text}, ensure_ascii=False), encoding="utf-8")
            written.replace(folder / f"{key}.json")
        except OSError as error:
            raise ChannelDown(str(error)) from error
        return key


class TwilioBackend(Backend):
    """Twilio's Messages resource."""

    # No such number, not a mobile one, landline, unreachable country, or the person has said STOP.
    REFUSED: ClassVar[set[int]] = {21211, 21214, 21408, 21610, 21612, 21614}

    def send(self, *, to: str, text: str, key: str) -> str:
        account = settings.TWILIO_ACCOUNT_SID
        answer = _post(
            f"{settings.TWILIO_BASE_URL}/2010-04-01/Accounts/{account}/Messages.json",
            data={"To": to, "From": settings.TWILIO_FROM, "Body": text},
            auth=(account, settings.TWILIO_AUTH_TOKEN),
        )
        body = _json(answer)
        if answer.status_code == httpx.codes.BAD_REQUEST and body.get("code") in self.REFUSED:
            raise DeliveryRefused(str(body.get("message", "refused")))
        _expect_success(answer)
        return str(body["sid"])


class AfricasTalkingBackend(Backend):
    """Africa's Talking's bulk messaging, one recipient at a time."""

    # Risk hold, bad sender or number, black-listed: see their table of status codes.
    REFUSED: ClassVar[set[int]] = {402, 403, 404, 406, 407}
    ACCEPTED: ClassVar[set[int]] = {100, 101, 102}

    def send(self, *, to: str, text: str, key: str) -> str:
        data = {"username": settings.AFRICAS_TALKING_USERNAME, "to": to, "message": text}
        if settings.AFRICAS_TALKING_SENDER:
            data["from"] = settings.AFRICAS_TALKING_SENDER
        answer = _post(
            f"{settings.AFRICAS_TALKING_BASE_URL}/version1/messaging",
            data=data,
            headers={"apiKey": settings.AFRICAS_TALKING_API_KEY, "Accept": "application/json"},
        )
        _expect_success(answer)
        recipients = _json(answer).get("SMSMessageData", {}).get("Recipients") or []
        if not recipients:
            raise ChannelDown("The provider named no recipient.")
        outcome = recipients[0]
        if outcome.get("statusCode") in self.ACCEPTED:
            return str(outcome["messageId"])
        words = str(outcome.get("status", outcome.get("statusCode")))
        raise (DeliveryRefused if outcome.get("statusCode") in self.REFUSED else ChannelDown)(words)


def backend() -> Backend:
    """The provider that the settings name."""
    made: Backend = import_string(settings.SMS_BACKEND)()
    return made


def _post(url: str, **kwargs: Any) -> httpx.Response:
    try:
        return httpx.post(url, timeout=TIMEOUT_S, **kwargs)
    except httpx.HTTPError as error:
        raise ChannelDown(type(error).__name__) from error


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _expect_success(answer: httpx.Response) -> None:
    if not answer.is_success or not _json(answer):
        raise ChannelDown(f"The provider answered {answer.status_code}.")
