"""The limits on rating by the link in a message, for an office that has the others already."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yiwang.doors.rules import enter_first_limits

NAMES = [
    ("login", "工作人员登录"), ("second", "第二验证方式"), ("filing", "提交信访"), ("lookup", "凭编号和查询码查询"),
    ("own", "评价、补充材料等"), ("rating", "用消息里的链接评价"), ("upload", "上传文件"), ("verify", "核验文书和回执"),
    ("search", "搜索已公开的答复"), ("code", "发送一次性验证码"), ("question", "用算术题代替小计算"),
]  # fmt: skip


def enter(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    enter_first_limits(apps)


class Migration(migrations.Migration):
    dependencies = [("doors", "0005_codes_by_mail")]

    operations = [
        migrations.AlterField("limit", "name", models.CharField(max_length=12, choices=NAMES)),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
