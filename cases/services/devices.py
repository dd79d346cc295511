"""The second factor of an account: the code from a phone, and codes on paper in its place."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from cases import case_code
from cases.encryption import blind_index
from cases.models import Phone
from cases.services import accounts

NAME = "desk"
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10  # 50 bits, each good for one sign-in
KEPT_LENGTH = 16  # what a StaticToken holds: 64 bits of the fingerprint
SIX_DIGITS = re.compile(r"[0-9]{6}")


class TooSoon(Exception):
    """After wrong codes the next one is not looked at before `until`."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__("the next code is not looked at yet")
        self.until = until


def enrolled(user: User) -> bool:
    """Whether the account has a phone that was confirmed."""
    return bool(Phone.objects.filter(user=user, confirmed=True).exists())


def phone_to_confirm(user: User) -> Phone:
    """The phone that the account is setting up; its secret stays until it is confirmed."""
    device: Phone = Phone.objects.get_or_create(user=user, confirmed=False, name=NAME)[0]
    return device


@sensitive_variables()
def confirm_phone(user: User, typed: str) -> Phone | None:
    """The phone, once it has shown the right code. Raises TooSoon."""
    with transaction.atomic():
        device: Phone | None = _verified(Phone, user, _digits(typed), confirmed=False)
        if device:
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            accounts.changed(user, ["two_factor"], actor=user.get_username())
        return device


@sensitive_variables()
def verify_phone(user: User, typed: str) -> Phone | None:
    """The phone that shows this code now; a code is good once. Raises TooSoon."""
    device: Phone | None = _verified(Phone, user, _digits(typed), confirmed=True)
    return device


@sensitive_variables()
def verify_recovery(user: User, typed: str) -> StaticDevice | None:
    """The paper with this code, which is used up by it. Raises TooSoon."""
    code = case_code.BETWEEN_GROUPS.sub("", unicodedata.normalize("NFKC", typed).upper())
    return _verified(
        StaticDevice, user, _kept(user, code.translate(case_code.MISREAD)), confirmed=True
    )


@sensitive_variables()
def new_recovery_codes(user: User) -> list[str]:
    """Ten codes in place of the earlier ones, `ABCDE-FGHJK`; only their fingerprints are kept."""
    codes = [_random() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        # The same device: somebody may be signed in by one of its codes.
        device, _made = StaticDevice.objects.get_or_create(user=user, name=NAME)
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_kept(user, code)) for code in codes
        )
        accounts.changed(user, ["recovery_codes"], actor=user.get_username())
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many of the codes on paper are still good."""
    return int(StaticToken.objects.filter(device__user=user).count())


def forget(user: User, *, actor: str) -> None:
    """Forget phone and paper and end every sign-in: the next one sets them up anew."""
    with transaction.atomic():
        Phone.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        accounts.end_sign_ins(user)
        accounts.changed(user, ["two_factor"], actor=actor)


@sensitive_variables()
def _verified(model: Any, user: User, token: str, *, confirmed: bool) -> Any:
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=user, confirmed=confirmed).first()
        if device is None:
            return None
        allowed, why = device.verify_is_allowed()
        if not allowed:
            raise TooSoon(until=why["locked_until"])
        return device if device.verify_token(token) else None


def _digits(typed: str) -> str:
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    return digits if SIX_DIGITS.fullmatch(digits) else ""


def _kept(user: User, code: str) -> str:
    return blind_index(f"{user.pk} {code}", purpose="desk.recovery")[:KEPT_LENGTH]


def _random() -> str:
    return "".join(secrets.choice(case_code.ALPHABET) for _ in range(RECOVERY_LENGTH))
