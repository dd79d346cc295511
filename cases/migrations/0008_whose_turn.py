"""Whose turn it is with a case, which orders the queue; and the mark of a reply that waits."""

from django.db import migrations, models

FILTERS = (
    "stage",
    "carrier",
    "marketplace",
    "problem",
    "channel",
    "listed_seller",
    "assignee",
)


def mark_replies(apps, schema_editor):
    """Replies that came before there was a mark, and on which the desk has not acted."""
    alias = schema_editor.connection.alias
    messages = apps.get_model("cases", "Message").objects.using(alias).filter(withdrawn_at=None)
    flags = apps.get_model("cases", "Flag").objects.using(alias)
    later = messages.filter(case=models.OuterRef("case"), at__gt=models.OuterRef("at"))
    newest = messages.filter(~models.Exists(later), replied_at__isnull=False)
    waiting = newest.filter(case__turn=0).values_list("case", flat=True).distinct()
    flags.bulk_create(
        (flags.model(case_id=case, kind="replied") for case in waiting.order_by()),
        ignore_conflicts=True,
    )


def drop_marks(apps, schema_editor):
    flags = apps.get_model("cases", "Flag").objects.using(schema_editor.connection.alias)
    flags.filter(kind="replied").delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_sealed_phones")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        *(migrations.RemoveIndex(model_name="case", name=f"case_queue_{each}") for each in FILTERS),
        migrations.RemoveField(model_name="case", name="is_open"),
        migrations.AddField(
            model_name="case",
            name="turn",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        status__in=["submitted", "in_review", "needs_person", "reopened"],
                        then=models.Value(0),
                    ),
                    models.When(status="answered", then=models.Value(1)),
                    default=models.Value(2),
                ),
                output_field=models.SmallIntegerField(verbose_name="轮到谁"),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["turn", "next_on", "id"], name="case_queue"),
        ),
        *(
            migrations.AddIndex(
                model_name="case",
                index=models.Index(
                    condition=models.Q(submitted_at__isnull=False),
                    fields=[each, "turn", "next_on", "id"],
                    name=f"case_queue_{each}",
                ),
            )
            for each in FILTERS
        ),
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("replied", "本人有回复"),
                    ("contradiction", "回答互相矛盾"),
                    ("minor", "未成年人"),
                    ("fraud", "可能是诈骗"),
                    ("off_platform", "被要求绕开平台付款"),
                    ("not_mine", "不是本人办理"),
                    ("again", "同一订单已有案件"),
                    ("too_fast", "填写过快"),
                ],
                editable=False,
                max_length=16,
                verbose_name="标记",
            ),
        ),
        migrations.RunPython(mark_replies, drop_marks),
    ]
