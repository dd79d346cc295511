#!/usr/bin/env python
"""The command line of the project."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from refundwizard.checks import refuse_unreadable_settings


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refundwizard.settings")
    refuse_unreadable_settings()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
