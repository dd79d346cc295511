"""The five roles of the desk as groups. Rights that hang on them otherwise are taken away."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = {"cases": ("view_case", "view_seller", "view_pagereport")}
REVIEW = {"cases": (*READ["cases"], "review_case", "add_seller", "change_seller")}
LEAD = {
    "cases": (
        *REVIEW["cases"],
        "reveal_case",
        "close_case",
        "export_case",
        "hold_case",
        "merge_seller",
        "dossier_seller",
        "add_disposal",
        "view_disposal",
    )
}
AUDIT = {"cases": ("view_case", "view_event", "view_disposal", "view_tombstone")}
ADMINISTER = {
    "auth": ("add_user", "change_user", "view_user", "view_group"),
    "cases": (
        *READ["cases"],
        "override_case",
        "view_event",
        "view_disposal",
        "approve_disposal",
        "view_tombstone",
    ),
}
ROLES = {
    "reader": READ,
    "reviewer": REVIEW,
    "senior": LEAD,
    "auditor": AUDIT,
    "administrator": ADMINISTER,
}


def make_roles(apps, schema_editor):
    using = schema_editor.connection.alias
    # Django makes the rows of the rights only after the last migration.
    for label in ("auth", "cases"):
        create_permissions(
            installed.get_app_config(label), apps=apps, using=using, verbosity=0, interactive=False
        )
    for name, rights in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        group.permissions.set(rows_of(apps, using, rights))


def rows_of(apps, using, rights):
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    return [
        permissions.get(content_type__app_label=label, codename=codename)
        for label, codenames in rights.items()
        for codename in codenames
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cases", "0003_desk"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
