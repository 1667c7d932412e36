"""Keep one index of the idempotency key: PostgreSQL had a second one, for LIKE, that nothing asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="idempotency_key",
            field=models.CharField(max_length=80),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("idempotency_key",), name="outbox_told_once"),
        ),
    ]
