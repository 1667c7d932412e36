"""The web process: Django, with the collected static files in front of it."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from yiwang.cli import databases
from yiwang.cli.middleware import utf8_alone, whole_bodies

databases.in_web_process = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.cli.settings")

application = WhiteNoise(
    utf8_alone(whole_bodies(get_wsgi_application())),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    max_age=3600,
    allow_all_origins=False,
    # The manifest storage puts twelve hexadecimal digits of the content's hash before the extension.
    immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
)

# What was loaded up to here lives as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
# A request makes some thousand objects, nearly all of which go by themselves when it ends.
gc.set_threshold(20_000, 20, 20)
