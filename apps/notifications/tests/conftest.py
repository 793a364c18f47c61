import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from apps.accounts.models import User
from apps.notifications import push, sms


@pytest.fixture(autouse=True)
def _empty_outboxes():
    sms.MemoryBackend.outbox.clear()
    push.MemoryBackend.outbox.clear()


@pytest.fixture
def ada():
    return User.objects.create_user(
        email="ada@example.com", first_name="Ada", last_name="Obi", time_zone="Africa/Lagos"
    )


@pytest.fixture
def ops():
    return User.objects.create_user(email="ops@example.com", role="OPS", is_staff=True)


class Provider(EmailBackend):
    """A mail provider of the test: in memory, and failing as told."""

    failures: list[Exception] = []  # one provider per process
    attempts = 0
    is_idempotent = False

    def send_messages(self, messages):
        type(self).attempts += 1
        if self.failures:
            raise self.failures[0] if len(self.failures) == 1 else self.failures.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def provider(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    Provider.failures, Provider.attempts, Provider.is_idempotent = [], 0, False
    mail.outbox = []
    return Provider
