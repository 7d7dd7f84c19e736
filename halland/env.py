"""The one typed reader of the environment. Everything missing or wrong is named at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(BaseSettings):
    """Values the process is started with; a secret may be a file in `/run/secrets`, named as the variable."""

    model_config = SettingsConfigDict(
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None, extra="ignore", case_sensitive=False
    )

    secret_key: str = Field(min_length=32)
    audit_key: str = Field(min_length=32, description="Seals the audit log; never stored in the database.")
    database_url: str
    database_role: Literal["", "portal_app", "portal_jobs"] = ""
    redis_url: str
    portal_mode: Literal["production", "development", "test"] = "production"
    portal_data: Path = BASE_DIR / "var"
    portal_demo: bool = False
    allowed_hosts: Annotated[list[str], NoDecode] = Field(min_length=1)
    public_address: str = "http://localhost:8000"
    email_url: str = "file:mail"
    email_from: str = "ingen-svarar@portal.invalid"
    support_contact: str = "Kontakta din huvudmans lokala administratör."
    trusted_proxies: int = Field(default=0, ge=0, description="How many reverse proxies set X-Forwarded-For.")
    log_format: Literal["short", "json"] = "short"

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
