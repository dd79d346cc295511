"""The phone that shows the second factor of an account."""

from __future__ import annotations

from binascii import unhexlify
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from cases.encryption import SealedJSONField

# What django-otp's own column for the secret holds instead: no code can be made from it.
SEALED = "sealed"


class Phone(TOTPDevice):  # type: ignore[misc]
    """A device of django-otp whose secret lies sealed in this table; counting and waiting are its.

    `secret` is 40 hex digits. Its place is bound to the row's key, which the row of django-otp
    has first.
    """

    secret = SealedJSONField(default=default_key)

    class Meta:
        verbose_name = _("两步验证的手机")
        verbose_name_plural = _("两步验证的手机")
        default_permissions = ()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the secret out of the column that is in clear."""
        self.key = SEALED
        super().save(*args, **kwargs)

    @property
    def bin_key(self) -> bytes:
        """The secret as django-otp reckons with it."""
        return unhexlify(self.secret)
