"""The people of the desk, for the tests."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from cases.models import Phone
from cases.services import accounts

PASSWORD = "correct horse battery staple"


def member(*roles: str, name: str = "") -> User:
    """An account with these roles; its name is that of the first role unless one is given."""
    _keep_roles()
    user = User(username=name or (roles[0] if roles else "nobody"))
    accounts.make(user, password=PASSWORD, roles=roles)
    return user


def signed_in(user: User) -> Client:
    """A client that has signed in, with the second factor where it is asked for."""
    client = Client()
    client.force_login(user)
    if settings.DESK_TWO_FACTOR:
        device, _made = Phone.objects.get_or_create(user=user, confirmed=True)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def staff(*roles: str, name: str = "") -> Client:
    """A signed-in client of a new account: `staff("senior")`; no role at all: `staff()`."""
    return signed_in(member(*roles, name=name))


def _keep_roles() -> None:
    """A test with a live server empties every table behind itself, the migrations' rows too."""
    if not Group.objects.exists():
        schema_editor = SimpleNamespace(connection=connection)
        import_module("cases.migrations.0004_roles").make_roles(apps, schema_editor)
        import_module("cases.migrations.0011_tags").give_rights(apps, schema_editor)
