"""The case code: what a person keeps to come back, and how its secret half is checked."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.views.decorators.debug import sensitive_variables

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
PUBLIC_LENGTH = 8  # 40 bits: finds the row
SECRET_LENGTH = 12  # 60 bits: opens it
CODE = re.compile(f"[{ALPHABET}]{{{PUBLIC_LENGTH + SECRET_LENGTH}}}")
LONGEST_TYPED = 200  # nobody types more round twenty characters; do not normalise a novel

MISREAD = str.maketrans("ILO", "110")
BETWEEN_GROUPS = re.compile(r"[\s\-_.·‐-―−~。“”]+")
LINK = re.compile(r".*/RESUME/#", re.DOTALL)  # the code in the fragment, which no server sees

SALT_BYTES = 16
# The hash of a secret that was thrown away: an unknown case is checked against it, so that
# saying no takes as long as for a known one.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "Kv1cDPRTquzlNUoayjYrgQ$PV3IY3zCD+HkiZHCc983WSKcpdr8TzfgslLew4kfmaA"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCode:
    """Eight public and twelve secret characters of Crockford's base32."""

    public_id: str
    secret: str = field(repr=False)

    @property
    def grouped(self) -> str:
        """The code as it is shown: five groups of four with hyphens."""
        whole = self.public_id + self.secret
        return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


class Turnstile:
    """Lets only so many key derivations run at once, each needs 19 MiB; counts them all."""

    def __init__(self, width: int) -> None:
        self.passed = 0
        self._slots = threading.BoundedSemaphore(width)
        self._counting = threading.Lock()

    def __enter__(self) -> None:
        self._slots.acquire()
        with self._counting:
            self.passed += 1

    def __exit__(self, *_: object) -> None:
        self._slots.release()


derivations = Turnstile(width=2)


def new() -> CaseCode:
    """A fresh random code."""
    return CaseCode(public_id=_characters(PUBLIC_LENGTH), secret=_characters(SECRET_LENGTH))


def parse(typed: str) -> CaseCode | None:
    """Read a code as people type it; None when it cannot be one.

    Lower case, full width, spaces, hyphens, quotation marks, invisible characters and the link
    that ends in the code are fine; I and L are read as 1, O as 0.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    code = _plain(typed)
    if not CODE.fullmatch(code):
        return None
    return CaseCode(public_id=code[:PUBLIC_LENGTH], secret=code[PUBLIC_LENGTH:])


@sensitive_variables()
def public_part(typed: str) -> str:
    """The public half of a code, or the beginning of it; empty for what can be neither."""
    part = _plain(typed[:LONGEST_TYPED])
    fits = len(part) in (*range(PUBLIC_LENGTH + 1), PUBLIC_LENGTH + SECRET_LENGTH)
    return part[:PUBLIC_LENGTH] if fits and set(part) <= set(ALPHABET) else ""


@sensitive_variables()
def hash_secret(secret: str) -> str:
    """Argon2id (19 MiB, two passes, one lane) with a salt of its own, as a PHC string."""
    salt = secrets.token_bytes(SALT_BYTES)
    kdf = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    with derivations:
        return kdf.derive_phc_encoded(secret.encode())


@sensitive_variables()
def verify(secret: str, secret_hash: str | None) -> bool:
    """Whether the secret fits the hash; None (no such case) takes the same time and is False."""
    with derivations:
        try:
            Argon2id.verify_phc_encoded(secret.encode(), secret_hash or NOBODY)
        except InvalidKey:
            return False
    return secret_hash is not None


def _plain(typed: str) -> str:
    """What was typed, in the characters of the alphabet as far as they can be told."""
    upper = unicodedata.normalize("NFKC", _visible(typed)).upper()
    return BETWEEN_GROUPS.sub("", LINK.sub("", upper)).translate(MISREAD)


def _visible(text: str) -> str:
    """The text without characters of format (Cf), which chat programs paste along."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def _characters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
