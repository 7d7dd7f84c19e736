"""Log lines: short for people, JSON for machines. Neither ever holds a name, a number or an address with a token."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog


def configuration(log_format: str) -> dict[str, Any]:
    """Configure `logging` and structlog. `log_format`: `short` or `json`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if log_format == "short" else "iso", utc=log_format != "short"),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False, exception_formatter=plain_traceback)
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


def plain_traceback(sio: Any, exc_info: Any) -> None:
    """Frames and lines only: values of local variables can be personal data and never reach the log."""
    structlog.dev.plain_traceback(sio, exc_info)
