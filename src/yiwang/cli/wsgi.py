"""The web process: Django, with the collected static files in front of it."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from yiwang.cli import databases
from yiwang.cli.outermost import around

databases.in_web_process = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.cli.settings")

application = around(get_wsgi_application(), settings.STATIC_ROOT)

from yiwang.watch.timings import Flusher  # noqa: E402 - Django had to start first

Flusher().start()

# What was loaded up to here lives as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
# A request makes some thousand objects, nearly all of which go by themselves when it ends.
gc.set_threshold(20_000, 20, 20)
