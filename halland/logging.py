"""Log lines: short for people, JSON for machines. Neither ever holds a name, a number or an address with a token."""

from __future__ import annotations

import logging.config
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def configuration(log_format: str) -> dict[str, Any]:
    """Configure `logging` and structlog. `log_format`: `short` or `json`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        without_values,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if log_format == "short" else "iso", utc=log_format != "short"),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
        if log_format == "short"
        else structlog.processors.JSONRenderer()
    )
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "celery": {"level": "WARNING"},
            "axes": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
        },
    }
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return config


def without_values(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell of an exception by its type and its lines of code only.

    Its message can hold personal data (the database quotes the row it refused), and so can local variables.
    """
    info = event.pop("exc_info", None)
    if info:
        info = sys.exc_info() if info is True else info
        error = info if isinstance(info, BaseException) else info[1]
        if error is not None:
            lines = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]]
            event["exception"] = "\n".join([type(error).__name__, *lines])
    return event
