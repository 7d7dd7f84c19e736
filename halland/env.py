"""The one typed reader of the environment. Everything missing or wrong is named at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import dj_database_url
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(BaseSettings):
    """Values the process is started with; a secret may be a file in `/run/secrets`, named as the variable."""

    model_config = SettingsConfigDict(
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None, extra="ignore", case_sensitive=False
    )

    portal_mode: Literal["production", "development", "test"] = "production"
    secret_key: str = Field(min_length=32)
    audit_key: str = Field(min_length=32, description="Seals the audit log; never stored in the database.")
    database_url: str
    database_role: Literal["", "portal_app", "portal_jobs"] = ""
    redis_url: str = Field(pattern="://")
    portal_data: Path = BASE_DIR / "var"
    portal_demo: bool = False
    allowed_hosts: Annotated[list[str], NoDecode] = Field(min_length=1)
    # These have a value of their own outside production, where nobody could reach what it names.
    public_address: str = Field(default="http://localhost:8000", pattern="^https?://", validate_default=True)
    email_url: str = Field(default="file:mail", validate_default=True)
    email_from: str = Field(default="ingen-svarar@portal.invalid", validate_default=True)
    support_contact: str = "Kontakta din huvudmans lokala administratör."
    trusted_proxies: int = Field(default=0, ge=0, description="How many reverse proxies set X-Forwarded-For.")
    log_format: Literal["short", "json"] = "short"

    @field_validator("public_address", "email_url", "email_from")
    @classmethod
    def is_said_in_production(cls, value: str, info: ValidationInfo) -> str:
        own = cls.model_fields[info.field_name or ""].default
        if info.data.get("portal_mode", "production") == "production" and value == own:
            raise PydanticCustomError("missing", "Field required in production")
        return value

    @field_validator("email_url")
    @classmethod
    def is_a_way_for_mail(cls, value: str) -> str:
        if not value.startswith(("smtp://", "smtp+tls://", "smtps://", "file:")) and value != "console:":
            raise PydanticCustomError("mail", "Should begin with smtp://, smtp+tls:// or smtps://")
        return value

    @field_validator("database_url")
    @classmethod
    def is_postgresql(cls, value: str) -> str:
        try:
            engine = dj_database_url.parse(value)["ENGINE"]
        except (ValueError, KeyError):
            engine = ""
        if engine != "django.db.backends.postgresql":
            raise PydanticCustomError("database", "Should be like postgresql://login:password@server:5432/database")
        return value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        return [host.strip() for host in value.split(",") if host.strip()] if isinstance(value, str) else value


def read_env() -> Env:
    """Return the environment. Raises `SystemExit` with one line per missing or wrong variable."""
    try:
        return Env()  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"  {'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SystemExit("The environment is not complete:\n" + "\n".join(lines)) from None
