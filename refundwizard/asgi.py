"""The door for ASGI servers; refuses to open with secrets made up for the process."""

from __future__ import annotations

import os

import django

from refundwizard.checks import refuse_ephemeral_secrets
from refundwizard.door import Asgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refundwizard.settings")

refuse_ephemeral_secrets()
django.setup(set_prefix=False)
application = Asgi()
