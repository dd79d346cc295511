"""Settings: what production gets by default, what is refused, and that the table names them all."""

from __future__ import annotations

import ast
import os
import re
import runpy
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from refundwizard.keys import parse_key, parse_keys

ROOT = Path(__file__).resolve().parent.parent
KEY = b64encode(bytes(32)).decode()
PRODUCTION = {
    "SECRET_KEY": "k7!" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "PII_KEYS": f"k1:{KEY}",
    "BLIND_INDEX_KEY": KEY,
    "SITE_URL": "https://refunds.example",
    "ADMIN_PATH": "a-path-of-our-own/",
    "OPERATOR_NAME": "示例运营者",
    "OPERATOR_CONTACT": "privacy@refunds.example",
}


def settings_with(**environment: str) -> dict[str, Any]:
    """Return the settings that this environment, and nothing else, leads to."""
    with patch.dict(os.environ, environment, clear=True):
        return runpy.run_path(str(ROOT / "refundwizard" / "settings.py"))


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project with this environment and nothing else."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "refundwizard.settings", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_table_names_every_variable() -> None:
    tree = ast.parse((ROOT / "refundwizard" / "settings.py").read_text())
    read = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
    }

    table = (ROOT / "docs" / "settings.md").read_text()

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == read


def test_production_headers_are_those_of_the_threat_model() -> None:
    production = settings_with(**PRODUCTION)

    expected = {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^readyz$"],
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "USE_X_FORWARDED_HOST": False,
        "ALLOWED_HOSTS": ["refunds.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://refunds.example"],
    }
    assert {name: production[name] for name in expected} == expected


def test_production_cookies_are_bound_to_the_host() -> None:
    production = settings_with(**PRODUCTION)

    for cookie, name in [("SESSION", "__Host-sid"), ("CSRF", "__Host-csrf")]:
        assert production[f"{cookie}_COOKIE_NAME"] == name
        assert production[f"{cookie}_COOKIE_SECURE"] is True
        assert production[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert production[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert production["SESSION_COOKIE_AGE"] == 2_592_000
    assert production["SESSION_SAVE_EVERY_REQUEST"] is False


def test_production_pages_load_nothing_from_elsewhere() -> None:
    directives = settings_with(**PRODUCTION)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert directives == {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": True,
    }


def test_production_caps_what_a_request_brings() -> None:
    production = settings_with(**PRODUCTION)

    expected = {
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_048_576,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 6,
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 2_621_440,
        "FILE_UPLOAD_PERMISSIONS": 0o600,
        "FILE_UPLOAD_DIRECTORY_PERMISSIONS": 0o700,
    }
    assert {name: production[name] for name in expected} == expected
    assert production["PASSWORD_HASHERS"][0].endswith(".Argon2PasswordHasher")


def test_middleware_stands_in_the_order_of_the_threat_model() -> None:
    names = [name.rpartition(".")[2] for name in settings_with(**PRODUCTION)["MIDDLEWARE"]]

    assert names == [
        "PrivatePages",
        "BodilessHeads",
        "XFrameOptionsMiddleware",
        "CSPMiddleware",
        "SecurityMiddleware",
        "ReadableForms",
        "WhiteNoiseMiddleware",
        "SessionMiddleware",
        "CommonMiddleware",
        "CsrfViewMiddleware",
        "AuthenticationMiddleware",
        "OTPMiddleware",
        "MessageMiddleware",
        "StaffSessions",
        "HtmxMiddleware",
        "AxesMiddleware",
    ]


def test_sqlite_waits_for_other_writers_and_overwrites_what_is_erased() -> None:
    options = settings_with(**PRODUCTION)["DATABASES"]["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        assert f"PRAGMA {pragma};" in options["init_command"]


def test_development_is_plain_http_without_debug_pages() -> None:
    development = settings_with(DEVELOPMENT="1", PORT="8123")

    assert development["DEBUG"] is False
    assert development["SECURE_SSL_REDIRECT"] is False
    assert development["SESSION_COOKIE_NAME"] == "sid"
    assert development["DESK_TWO_FACTOR"] is False
    assert development["SITE_URL"] == "http://127.0.0.1:8123"
    assert development["OPERATOR_NAME"] == "本机试用"


def test_production_asks_staff_for_a_second_factor() -> None:
    assert settings_with(**PRODUCTION)["DESK_TWO_FACTOR"] is True

    without = run_python("manage.py", "check", "--deploy", **PRODUCTION, DESK_TWO_FACTOR="0")
    assert "refundwizard.W003" in without.stderr


def test_the_forwarded_protocol_counts_behind_a_proxy_only() -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(**PRODUCTION)
    assert "SECURE_PROXY_SSL_HEADER" in settings_with(**PRODUCTION, BEHIND_PROXY="1")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-the-file\n")

    read = settings_with(SECRET_KEY_FILE=str(tmp_path / "secret"))

    assert read["SECRET_KEY"] == "from-the-file"
    assert read["MISSING_SECRETS"] == ["PII_KEYS", "BLIND_INDEX_KEY"]


def test_without_secrets_each_process_has_its_own() -> None:
    one, other = settings_with(), settings_with()

    assert one["EPHEMERAL_SECRETS"] is True
    assert one["SECRET_KEY"] != other["SECRET_KEY"]
    assert one["PII_KEYS"] != other["PII_KEYS"]


@pytest.mark.parametrize("door", ["wsgi", "asgi"])
def test_the_doors_refuse_secrets_of_one_process(door: str) -> None:
    refused = run_python("-c", f"import refundwizard.{door}")

    assert refused.returncode != 0
    assert refused.stderr.startswith("Refusing to start: SECRET_KEY, PII_KEYS, BLIND_INDEX_KEY")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DEVELOPMENT", "", "Not a valid boolean"),
        ("PORT", "many", "Not a valid integer"),
        ("DATABASE_URL", "sheets://name:word@host", "Not a valid database URL"),
        ("EMAIL_URL", "x:", "EMAIL_URL must begin with submission: or smtp"),
        ("PII_KEYS", f"k1:{KEY[:20]}", "PII_KEYS (k1) must be 32 random bytes in Base64"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_in_one_line(
    name: str, value: str, fault: str
) -> None:
    refused = run_python("manage.py", "check", **{name: value})

    assert refused.returncode == 1
    assert refused.stderr.startswith("Refusing to start: ")
    assert refused.stderr.endswith(f"{fault} (see docs/settings.md).\n")
    assert len(refused.stderr.splitlines()) == 1
    assert name in refused.stderr


def test_check_deploy_refuses_what_may_not_serve_people() -> None:
    refused = run_python("manage.py", "check", "--deploy", BEHIND_PROXY="1")

    assert refused.returncode != 0
    for fault in ("refundwizard.E001", "refundwizard.E003", "refundwizard.E004"):
        assert fault in refused.stderr
    assert "refundwizard.W001" in refused.stderr
    assert "refundwizard.W002" in refused.stderr


def test_check_deploy_refuses_development() -> None:
    refused = run_python("manage.py", "check", "--deploy", **PRODUCTION, DEVELOPMENT="1")

    assert "refundwizard.E002" in refused.stderr


def test_check_deploy_is_content_with_production() -> None:
    checked = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert checked.returncode == 0, checked.stderr


def test_keys_are_read_in_both_forms() -> None:
    assert parse_keys(f"new:{KEY}, old:{KEY}", name="PII_KEYS") == {
        "new": bytes(32),
        "old": bytes(32),
    }
    assert list(parse_keys(f'{{"new": "{KEY}", "old": "{KEY}"}}', name="PII_KEYS")) == [
        "new",
        "old",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{",
        "[]",
        KEY,
        f":{KEY}",
        f"k 1:{KEY}",
        "k1:",
        "k1:short",
        "k1:" + "密" * 44,
        f"k1:{KEY},k1:{KEY}",
        f'{{"k1": "{KEY}", "k1": "{KEY}"}}',
        '{"k1": 1}',
        '{"k1": {"k2": "x"}}',
    ],
)
def test_unusable_keys_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PII_KEYS") as refused:
        parse_keys(text, name="PII_KEYS")

    assert KEY not in str(refused.value)


def test_a_key_may_be_written_safe_for_urls() -> None:
    assert parse_key("-_" * 21 + "8=", name="KEY") == parse_key("+/" * 21 + "8=", name="KEY")


# ---- mails


def test_a_mail_server_is_one_address() -> None:
    chosen = settings_with(
        **PRODUCTION,
        EMAIL_URL="submission://desk:a%40b@mail.example:587",
        EMAIL_FROM="desk@refunds.example",
    )

    expected = {
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "desk",
        "EMAIL_HOST_PASSWORD": "a@b",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": "desk@refunds.example",
        "SENDS_MAIL": True,
    }
    assert {name: chosen[name] for name in expected} == expected
    assert chosen["EMAIL_BACKEND"].endswith("smtp.EmailBackend")


@pytest.mark.parametrize("given", [{}, {"EMAIL_URL": "smtp://mail.example"}, {"EMAIL_FROM": "a@b"}])
def test_without_server_or_sender_there_are_no_mails(given: dict[str, str]) -> None:
    assert settings_with(**PRODUCTION, **given)["SENDS_MAIL"] is False


def test_a_mail_server_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        settings_with(**PRODUCTION, EMAIL_URL="mail.example:587")
