"""Keys as the environment writes them, and keys that live as long as one process."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


def fresh_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def parse_key(text: str, *, name: str) -> bytes:
    """Read 32 bytes from Base64, plain or URL-safe.

    Raises ImproperlyConfigured with the variable's name, never with its value.
    """
    try:
        key = base64.b64decode(text.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must be {KEY_BYTES} random bytes in Base64.")
    return key


def parse_keys(text: str, *, name: str) -> dict[str, bytes]:
    """Read ``{"id": "base64"}`` or ``id:base64,id:base64``; the first key is the current one."""
    keys = {
        key_id: parse_key(key, name=f"{name} ({key_id})")
        for key_id, key in _pairs(text.strip(), name=name)
    }
    if not keys:
        raise ImproperlyConfigured(f"{name} must hold at least one key, written id:base64.")
    return keys


def _pairs(text: str, *, name: str) -> list[tuple[str, str]]:
    pairs = _json_pairs(text, name=name) if text.startswith("{") else _listed_pairs(text)
    key_ids = [key_id for key_id, _ in pairs]
    if not all(KEY_ID.fullmatch(key_id) for key_id in key_ids):
        raise ImproperlyConfigured(f"{name}: a key id is 1 to 16 letters, digits, - or _.")
    if len(set(key_ids)) != len(key_ids):
        raise ImproperlyConfigured(f"{name}: each key id may stand only once.")
    return pairs


def _json_pairs(text: str, *, name: str) -> list[tuple[str, str]]:
    try:
        # A list of pairs, because a dict would drop the first of two equal ids in silence.
        pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not valid JSON.") from error
    if not all(isinstance(key, str) for _, key in pairs):
        raise ImproperlyConfigured(f"{name}: each key is a Base64 string.")
    return pairs


def _listed_pairs(text: str) -> list[tuple[str, str]]:
    split = [entry.strip().partition(":") for entry in text.split(",") if entry.strip()]
    return [(key_id, key) for key_id, _, key in split]
