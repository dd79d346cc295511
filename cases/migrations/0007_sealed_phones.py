"""The secrets of the phones that there are, out of django-otp's table and sealed into ours."""

from django.conf import settings
from django.db import migrations

SEALED = "sealed"


def seal(apps, schema_editor):
    using = schema_editor.connection.alias
    devices = list(apps.get_model("otp_totp", "TOTPDevice").objects.using(using).all())
    if devices and settings.EPHEMERAL_SECRETS:
        raise RuntimeError("PII_KEYS is not set: what is sealed now could never be opened again")
    for device in devices:
        row = {field.attname: getattr(device, field.attname) for field in device._meta.fields}
        secret = row.pop("key")
        apps.get_model("cases", "Phone")(
            **row, totpdevice_ptr_id=device.pk, key=SEALED, secret=secret
        ).save(using=using)


def unseal(apps, schema_editor):
    using = schema_editor.connection.alias
    devices = apps.get_model("otp_totp", "TOTPDevice").objects.using(using)
    for phone in apps.get_model("cases", "Phone").objects.using(using).all():
        devices.filter(pk=phone.pk).update(key=phone.secret)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_phone_digest")]

    operations = [migrations.RunPython(seal, unseal)]
