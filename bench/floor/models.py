"""The floor's one table."""

from typing import ClassVar

from django.db import models


class Line(models.Model):
    """A line as it came in: a subject, nothing sealed, nothing indexed."""

    subject = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Line"]] = models.Manager()

    class Meta:
        app_label = "floor"
