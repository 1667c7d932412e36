"""The log: what the program did, never what a petitioner wrote.

Lines hold an event, its place and its time. Paths are logged without their query string, and an exception by its kind and
the program's lines it passed, without its message: a database names the offending value in its errors.
"""

import logging.config
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from yiwang.cli.config import Config

_KEPT_BACK = frozenset({"request", "sql", "params", "body", "query_string", "server_time", "status_code"})
"""What Django hangs on its records and may hold a petitioner's words."""


def _keep_back(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name in _KEPT_BACK:
        event.pop(name, None)
    return event


def _exception_by_kind(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by the exception's class and the places it passed, innermost last."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if raised and raised[0]:
        event["exception"] = f"{raised[0].__module__}.{raised[0].__qualname__}"
        frames = traceback.extract_tb(raised[2])[-12:]
        event["passed"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _keep_back,
    _exception_by_kind,
]


def logging_settings(config: Config) -> dict[str, Any]:
    """Return the value of Django's ``LOGGING``: JSON lines in production, readable ones elsewhere, all to standard error."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if config.production
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    level = config.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_SHARED[:2], structlog.stdlib.ExtraAdder(), *_SHARED[2:]],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # At debug level this one logs statements with their values.
            "django.db.backends": {"level": "WARNING"},
            "django.utils.autoreload": {"level": "WARNING"},
            "_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "PIL": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Put the settings into force for the standard library's loggers and for structlog's."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
