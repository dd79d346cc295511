"""A case given to a colleague has a line of its own; claims that ran out are found by an index."""

from django.db import migrations, models

KINDS = [
    ("signed_in", "登录"),
    ("signed_out", "退出"),
    ("viewed", "查看"),
    ("revealed", "查看被遮盖的内容"),
    ("downloaded", "下载"),
    ("exported", "导出"),
    ("claimed", "认领"),
    ("assigned", "交给同事"),
    ("released", "释放"),
    ("moved", "改变状态"),
    ("noted", "写备注"),
    ("asked", "请本人补充"),
    ("answered", "答复本人"),
    ("withdrew", "撤回消息"),
    ("replied", "本人回复"),
    ("told", "本人反馈结果"),
    ("changed", "修改"),
    ("held", "暂缓清理"),
    ("proposed", "提出清理"),
    ("approved", "批准清理"),
    ("refused", "否决清理"),
    ("erased", "删除案件"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_whose_turn")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=KINDS, editable=False, max_length=12, verbose_name="动作"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["claimed_until"],
                name="case_claimed_until",
                condition=models.Q(claimed_until__isnull=False),
            ),
        ),
    ]
