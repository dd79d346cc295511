"""Sealing of personal data: one cell at a time, bound to its place, and a blind index."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.views.decorators.debug import sensitive_variables

FORMAT = "v1"
NONCE_BYTES = 12

# TextField takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]
else:
    TextField = models.TextField


class DecryptionFailed(Exception):
    """A sealed cell cannot be opened: wrong key, another cell's text, or damage."""


@sensitive_variables()
def seal(plain: bytes, *, where: str) -> str:
    """Encrypt with the current key for one place (`table.column:pk`) and no other.

    Returns `v1.<key id>.<base64url of nonce, ciphertext and tag>`.
    """
    key_id = current_key_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(settings.PII_KEYS[key_id]).encrypt(nonce, plain, where.encode())
    return f"{FORMAT}.{key_id}.{urlsafe_b64encode(nonce + sealed).decode()}"


@sensitive_variables()
def unseal(token: str, *, where: str) -> bytes:
    """Open what `seal` made for the same place; raises DecryptionFailed, naming only the place."""
    try:
        version, key_id, body = token.split(".")
        if version != FORMAT:
            raise ValueError(version)
        sealed = urlsafe_b64decode(body)
        key = AESGCM(settings.PII_KEYS[key_id])
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], where.encode())
    except (ValueError, KeyError, InvalidTag):
        # `from None`: the causes carry pieces of the token, which must reach no log.
        raise DecryptionFailed(f"cannot open {where}") from None


def current_key_id() -> str:
    """The id of the key that seals; the others in settings.PII_KEYS only open."""
    key_id: str = next(iter(settings.PII_KEYS))
    return key_id


@sensitive_variables()
def blind_index(text: str, *, purpose: str) -> str:
    """A keyed fingerprint (64 hex digits) that finds equal texts without storing them.

    Width, case and spaces make no difference. `purpose` keeps the fingerprints of two columns
    from being compared with one another.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    message = f"{purpose}\0{folded}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY, message, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """The text of a cell as it lies in the database, not opened yet; prints as nothing."""

    token: str

    def __str__(self) -> str:
        return "(sealed)"

    __repr__ = __str__

    @property
    def key_id(self) -> str:
        """The id of the key this cell was sealed with; empty when the cell is damaged."""
        return self.token.split(".")[1] if self.token.count(".") == 2 else ""


class SealedAttribute(DeferredAttribute):
    """Opens the cell the first time somebody reads it, when the row's key is known."""

    field: SealedJSONField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        """The plain value; the attribute itself when asked of the class."""
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        plain = self.field.opened(value, instance)
        instance.__dict__[self.field.attname] = plain
        return plain

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Having __set__ makes Python ask __get__ before the instance's own dictionary.
        instance.__dict__[self.field.attname] = value


class SealedJSONField(TextField):
    """Any JSON value in Python, sealed text in the database.

    The row's key is part of the seal, so a cell copied to another row or column does not open.
    For the same reason values are written by saving an instance: `update(field=value)`,
    `bulk_update` and filters on the content are refused. The primary key must be known before
    the row is inserted (a UUID). With `null=True`, None is NULL in the database.
    """

    # What the type checker lets in and out of the attribute.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)  # no ModelForm shows it unasked
        super().__init__(*args, **kwargs)

    def sealed(self, plain: Any, row: models.Model) -> Sealed | None:
        """The value as a sealed cell of this row; None when the cell is to be NULL."""
        if plain is None and self.null:
            return None
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return Sealed(seal(text.encode(), where=self.place_in(row)))

    def opened(self, cell: Sealed, row: models.Model) -> Any:
        """The plain value of a cell of this row; raises DecryptionFailed."""
        return json.loads(unseal(cell.token, where=self.place_in(row)))

    def place_in(self, row: models.Model) -> str:
        """`table.column:pk`, the place a cell is bound to."""
        if row.pk is None:
            raise ValueError(f"{self.name} cannot be sealed before the row has a primary key")
        return f"{self.model._meta.db_table}.{self.column}:{row.pk}"

    def from_db_value(self, value: str | None, *_: Any) -> Sealed | None:
        """Keep the text closed: the row's key is not known here."""
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """Seal the value for the row that is being written."""
        return self.sealed(getattr(model_instance, self.attname), model_instance)

    def get_prep_value(self, value: Any) -> str | None:
        """Let through what `pre_save` sealed; refuse a plain value on any other way in."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(
                f"{self.name} is sealed: assign it on an instance and save() that; "
                "update(), bulk_update() and filters cannot use its content"
            )
        return value.token

    def to_python(self, value: Any) -> Any:
        """Leave the value alone; a TextField would turn it into a string."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes: the sealed text, so that no plain text leaves the database."""
        cell = self.sealed(self.value_from_object(obj), obj)
        return "" if cell is None else cell.token
