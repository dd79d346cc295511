"""The door for ASGI servers; refuses to open with secrets made up for the process."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from refundwizard.checks import refuse_ephemeral_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refundwizard.settings")

refuse_ephemeral_secrets()
application = get_asgi_application()
