"""Settings, read from the environment and safe for production by default.

Every variable is described in ``docs/settings.md``. Each may also be given as ``NAME_FILE``,
the path of a file that holds the value.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

from refundwizard.keys import fresh_key, parse_key, parse_keys

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = FileAwareEnv(strip_whitespace=True)

# Development: plain http on this machine, secrets from a file that `make run` writes once.
DEVELOPMENT = env.bool("DEVELOPMENT", False)
if DEVELOPMENT:
    env.read_env(VAR_DIR / "development.env", recurse=False)

DEBUG = False
PORT = env.int("PORT", 8000)

# Secrets. Without them each process makes its own, so that `manage.py assess` runs in a bare
# clone; what serves people refuses that, because nothing stored could be read again.
_secret_key = env.str("SECRET_KEY", "")
_pii_keys = env.str("PII_KEYS", "")
_blind_index_key = env.str("BLIND_INDEX_KEY", "")
MISSING_SECRETS = [
    name
    for name, value in [
        ("SECRET_KEY", _secret_key),
        ("PII_KEYS", _pii_keys),
        ("BLIND_INDEX_KEY", _blind_index_key),
    ]
    if not value
]
EPHEMERAL_SECRETS = bool(MISSING_SECRETS)

SECRET_KEY = _secret_key or secrets.token_urlsafe(64)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
PII_KEYS = parse_keys(_pii_keys, name="PII_KEYS") if _pii_keys else {"process": fresh_key()}
BLIND_INDEX_KEY = (
    parse_key(_blind_index_key, name="BLIND_INDEX_KEY") if _blind_index_key else fresh_key()
)

# Where the site is
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}" if DEVELOPMENT else "").rstrip("/")
_site_host = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = ["127.0.0.1", "localhost"] if DEVELOPMENT else []
if _site_host and _site_host not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_site_host)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
# Who answers for the site: its pages must say so (Personal Information Protection Law, art. 17).
_trial = "本机试用" if DEVELOPMENT else ""
OPERATOR_NAME = env.str("OPERATOR_NAME", _trial)
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", _trial)
# The number of the site's filing (ICP备案), which sites hosted in mainland China must show.
ICP_NUMBER = env.str("ICP_NUMBER", "")
ADMIN_PATH = env.str("ADMIN_PATH", "desk/").strip("/") + "/"
# Where the files of the repository can be read; the desk leads there from what is out of date.
REPOSITORY_URL = env.str("REPOSITORY_URL", "").rstrip("/")
# Password and code from a phone; development asks for the password alone.
DESK_TWO_FACTOR = env.bool("DESK_TWO_FACTOR", not DEVELOPMENT)
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
USE_X_FORWARDED_HOST = False
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "cases.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "formtools",
    "django_htmx",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "cases.apps.CasesConfig",
    "refundwizard.apps.RefundwizardConfig",
]

MIDDLEWARE = [
    # Outermost, so that redirects and refusals by the others carry these headers as well.
    "cases.middleware.PrivatePages",
    "cases.middleware.BodilessHeads",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cases.middleware.ReadableForms",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cases.admin.sessions.StaffSessions",
    "django_htmx.middleware.HtmxMiddleware",
    # Innermost: it puts the page of a locked account in the place of the sign-in page.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "refundwizard.urls"
WSGI_APPLICATION = "refundwizard.wsgi.application"
ASGI_APPLICATION = "refundwizard.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cases.views.context.page",
            ],
        },
    },
]

# Database and cache
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", f"sqlite:///{quote(str(VAR_DIR))}/refundwizard.sqlite3"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Django's default lost 409 of 480 concurrent writes, this lost none. `secure_delete`
    # overwrites what is erased.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA secure_delete=ON; PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
# Finished documents, sealed. Thirty pictures weigh ten megabytes: too much for the memory of each
# process, so they lie on disk where no cache is shared.
CACHES["documents"] = (
    CACHES["default"]
    if env.str("CACHE_URL", "")
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "documents"),
        "OPTIONS": {"MAX_ENTRIES": 200},
    }
)

# Mails go to staff who ask for them, and to nobody else; without a mail server there are none.
_mail_server = env.dj_email_url("EMAIL_URL", "dummy:")
if "EMAIL_BACKEND" not in _mail_server:
    raise ImproperlyConfigured("EMAIL_URL must begin with submission: or smtp:")
EMAIL_BACKEND = _mail_server["EMAIL_BACKEND"]
EMAIL_HOST = _mail_server["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _mail_server["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail_server["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail_server["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail_server["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail_server["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = _mail_server["EMAIL_TIMEOUT"] or 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "")
SENDS_MAIL = bool(env.str("EMAIL_URL", "") and DEFAULT_FROM_EMAIL)

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Sealed pictures: evidence that people keep with their case.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "evidence", "file_permissions_mode": 0o600},
    },
    # Sealed exports of the desk, each for an hour.
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "exports", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Transport and headers
SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else env.int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEVELOPMENT
SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not `no-referrer`: with it browsers send `Origin: null`, and the CSRF check refuses each form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
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
        # On plain http it would send every style sheet and form to an https nobody serves.
        "upgrade-insecure-requests": not DEVELOPMENT,
    }
}

# Cookies. The prefix needs https, so development goes without it. `Lax`, because `Strict`
# would drop the session of a person who comes back through a link in WeChat.
_COOKIE_PREFIX = "" if DEVELOPMENT else "__Host-"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sid"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cases.admin.faults.csrf_failure"

# What a request may bring
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 6
# Only the evidence page takes files, by a handler of its own (cases/views/uploads.py). One that
# comes elsewhere is never written to disk, a large one dropped.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Staff accounts
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Five wrong passwords for one account from one neighbourhood shut it there for a while, fifty in an
# hour for any shut the neighbourhood out. What is kept of a try tells neither the name that was
# typed nor the exact address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "cases.admin.lockout.Counter"
# What the neighbourhood is counted from. Axes drops the newest beyond a number of rows a name;
# `purge` deletes the old ones.
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "cases.admin.lockout.name_of_try"
AXES_CLIENT_IP_CALLABLE = "cases.admin.lockout.address_of_try"
AXES_LOCKOUT_CALLABLE = "cases.admin.lockout.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# What the phone shows beside the code.
OTP_TOTP_ISSUER = _site_host or "refundwizard"

# What is written down about a request or a fault: never what a person typed
DEFAULT_EXCEPTION_REPORTER = "refundwizard.reporting.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "refundwizard.reporting.NoPersonalData"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "refundwizard.reporting.OneLine"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {
        # Django's own handlers would print whole messages and mail whole requests.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Scanners that try addresses are no news; the answer 400 is enough.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # Below that it tells of every sign-in, which the log of the desk does.
        "axes": {"level": "WARNING"},
        # Below that it names the path of each person who closed the page too early ...
        "waitress": {"level": "WARNING"},
        # ... and writes a line a request when many come at once.
        "waitress.queue": {"level": "ERROR"},
    },
}
