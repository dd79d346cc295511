"""`manage.py rotate_keys`: seal every cell with the current key, so that older keys can go."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from cases import services
from cases.encryption import DecryptionFailed, SealedJSONField, current_key_id


class Command(BaseCommand):
    """Works in batches; stopped half-way, the next run goes on with what is left."""

    help = "Seal rows and pictures that still use an older key of PII_KEYS with the first one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the operator choose how long one transaction may be."""
        parser.add_argument("--batch", type=int, default=100, help="rows a transaction")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        """Rotate table by table, then the files; stop at a cell that no key opens."""
        for model in apps.get_models():
            if fields := _sealed_fields(model):
                self.stdout.write(f"{model._meta.label}: {_rotate(model, fields, batch)}")
        self.stdout.write(f"evidence files: {_rotate_files()}")


def _sealed_fields(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, SealedJSONField)]


def _rotate(model: type[models.Model], fields: list[str], batch: int) -> int:
    rows = model._default_manager.order_by("pk").values_list("pk", *fields)
    stale = [pk for pk, *cells in rows.iterator() if _uses_older_key(cells)]
    try:
        return sum(
            services.disposal.reseal(model, stale[start : start + batch], fields=fields)
            for start in range(0, len(stale), batch)
        )
    except DecryptionFailed as failure:
        raise CommandError(f"{failure}; the rows before it are done") from failure


def _rotate_files() -> int:
    try:
        return services.exhibits.reseal_files()
    except DecryptionFailed as failure:
        raise CommandError(f"{failure}; the files before it are done") from failure


def _uses_older_key(cells: list[Any]) -> bool:
    return any(cell is not None and cell.key_id != current_key_id() for cell in cells)
