from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="local_limits",
            field=models.PositiveIntegerField(
                default=0, editable=False, help_text="the newest set of the office's own limits; 0: the law's alone"
            ),
        ),
    ]
