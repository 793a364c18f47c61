import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from apps.catalog.models import Business
from apps.core import encryption


@pytest.fixture
def business(customer):
    return Business.objects.create(owner=customer, name="Studio", slug="studio", bank_details="0123456789")


def stored(business):
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_details FROM catalog_business WHERE id = %s", [business.pk])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_database_holds_ciphertext_and_the_row_reads_plain(business):
    assert "0123456789" not in stored(business)
    assert Business.objects.get().bank_details == "0123456789"


@pytest.mark.django_db
def test_ciphertext_cannot_be_searched():
    with pytest.raises(ImproperlyConfigured):
        Business.objects.filter(bank_details="0123456789").exists()


@pytest.mark.django_db
def test_keys_rotate_and_the_old_one_can_then_go(business, settings, capsys):
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    call_command("rotate_encryption")

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Business.objects.get().bank_details == "0123456789"
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(InvalidToken):
        encryption.decrypt(stored(business))
