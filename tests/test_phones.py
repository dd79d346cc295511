"""The secret of a phone lies sealed, and everything that was done with it in clear still works."""

from __future__ import annotations

import secrets
from binascii import unhexlify
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django_otp import DEVICE_ID_SESSION_KEY, match_token
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from cases.encryption import DecryptionFailed
from cases.models import Phone
from cases.models.phone import SEALED
from cases.services import devices
from tests.desk import member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wu() -> User:
    return member("reviewer", name="wu")


def phone_of(user: User) -> Phone:
    phone: Phone = Phone.objects.create(user=user, confirmed=True, name=devices.NAME)
    return phone


def rows(table: str) -> list[Any]:
    """The rows as somebody reads them who has the database and no key."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return list(cursor.fetchall())


def everything_about_phones() -> str:
    return str([rows(model._meta.db_table) for model in (Phone, TOTPDevice)])


def code_of(secret: str) -> str:
    return f"{totp(unhexlify(secret)):06d}"


def test_nothing_in_the_database_makes_a_code(wu: User) -> None:
    begun = devices.phone_to_confirm(wu)
    secret = begun.secret
    devices.confirm_phone(wu, code_of(secret))

    kept = everything_about_phones()

    assert len(secret) == 40
    assert secret not in kept
    assert begun.config_url.count("secret=") == 1
    assert "v1.test." in kept
    assert TOTPDevice.objects.get().key == SEALED


def test_every_phone_has_its_own_secret_and_keeps_it(wu: User) -> None:
    one, other = phone_of(wu), phone_of(member("senior"))
    secret = one.secret
    Phone.objects.get(pk=one.pk).save()

    assert one.secret != other.secret
    assert Phone.objects.get(pk=one.pk).secret == secret


def test_a_secret_opens_in_its_own_row_only(wu: User) -> None:
    one, other = phone_of(wu), phone_of(member("senior"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_phone SET secret = (SELECT secret FROM cases_phone"
            " WHERE totpdevice_ptr_id = %s) WHERE totpdevice_ptr_id = %s",
            [one.pk, other.pk],
        )

    with pytest.raises(DecryptionFailed):
        _ = Phone.objects.get(pk=other.pk).bin_key


@pytest.mark.parametrize("key", [b"", SEALED.encode()])
def test_django_otps_own_row_takes_no_code(wu: User, key: bytes) -> None:
    phone_of(wu)

    with pytest.raises(ValueError, match="hexadecimal|[Oo]dd-length"):
        match_token(wu, f"{totp(key):06d}")


def test_rotation_seals_the_secrets_anew(wu: User, settings: Settings) -> None:
    phone = phone_of(wu)
    secret, new = phone.secret, secrets.token_bytes(32)
    settings.PII_KEYS = {"k2": new, **project.PII_KEYS}
    out = StringIO()

    call_command("rotate_keys", stdout=out)

    assert "cases.Phone: 1" in out.getvalue()
    settings.PII_KEYS = {"k2": new}
    assert Phone.objects.get().secret == secret
    assert devices.verify_phone(wu, code_of(secret)) == phone


def test_forgetting_leaves_no_row(wu: User) -> None:
    phone_of(wu)
    devices.new_recovery_codes(wu)

    call_command("reset_device", "wu", stdout=StringIO())

    assert (rows("cases_phone"), rows("otp_totp_totpdevice")) == ([], [])
    assert devices.recovery_codes_left(wu) == 0


# ---- the phones there were before


def moved(direction: str) -> None:
    """Run the migration, or run it back, on the tables as they are now."""
    migration = import_module("cases.migrations.0007_sealed_phones")
    getattr(migration, direction)(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def earlier(wu: User) -> TOTPDevice:
    """A phone as it was kept in clear, used and once mistyped."""
    return TOTPDevice.objects.create(
        user=wu, confirmed=True, name=devices.NAME, drift=-1, last_t=7, throttling_failure_count=1
    )


def test_the_phones_there_were_go_on(wu: User, earlier: TOTPDevice) -> None:
    secret, made = earlier.key, earlier.created_at

    moved("seal")

    phone = Phone.objects.get()
    assert secret not in everything_about_phones()
    assert (phone.pk, phone.secret, phone.created_at) == (earlier.pk, secret, made)
    assert (phone.drift, phone.last_t, phone.throttling_failure_count) == (-1, 7, 1)
    assert devices.verify_phone(wu, code_of(secret)) == phone


def test_who_is_signed_in_stays_in(wu: User, earlier: TOTPDevice, settings: Settings) -> None:
    client = signed_in(wu)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = earlier.persistent_id
    session.save()
    settings.DESK_TWO_FACTOR = True

    moved("seal")

    assert client.get("/desk/").status_code == 200


def test_the_way_back(wu: User, earlier: TOTPDevice) -> None:
    moved("seal")
    moved("unseal")

    assert TOTPDevice.objects.get().key == earlier.key


def test_no_secret_is_sealed_with_a_key_that_nobody_keeps(
    wu: User, earlier: TOTPDevice, settings: Settings
) -> None:
    settings.EPHEMERAL_SECRETS = True

    with pytest.raises(RuntimeError, match="PII_KEYS"):
        moved("seal")

    assert TOTPDevice.objects.get().key == earlier.key
