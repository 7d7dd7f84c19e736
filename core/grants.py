"""What each database role may do, table by table. Everything not named here is refused by the database.

Run after each migration, as the owner. `portal_app` serves people, `portal_jobs` serves the background jobs and
reaches only clocks, messages and what it needs to find a recipient.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"

# Library tables the web process needs to write in.
APP_LIBRARY_TABLES: dict[str, tuple[str, ...]] = {
    "django_session": (READ, ADD, CHANGE, REMOVE),
    "axes_accessattempt": (READ, ADD, CHANGE, REMOVE),
    "axes_accesslog": (READ, ADD, CHANGE),
    "axes_accessfailurelog": (READ, ADD),
    "axes_accessattemptexpiration": (READ, ADD, CHANGE, REMOVE),
    "otp_totp_totpdevice": (READ, ADD, CHANGE, REMOVE),
    "otp_static_staticdevice": (READ, ADD, CHANGE, REMOVE),
    "otp_static_statictoken": (READ, ADD, CHANGE, REMOVE),
    "knox_authtoken": (READ, ADD, CHANGE, REMOVE),
    "auth_group": (READ, ADD),
    "auth_permission": (READ,),
    "auth_group_permissions": (READ,),
    "django_content_type": (READ,),
    "django_migrations": (READ,),
}

# Tables where the web process may do less or more than read, add and change.
APP_TABLES: dict[str, tuple[str, ...]] = {
    "core_changelog": (ADD, READ),
    "core_readlog": (ADD, READ),
    "core_seal": (READ,),
    "core_heartbeat": (READ,),
}

JOB_TABLES: dict[str, tuple[str, ...]] = {
    "core_message": (READ, ADD, CHANGE),
    "core_seal": (READ, ADD),
    "core_changelog": (READ, ADD),
    "core_readlog": (READ,),
    "core_heartbeat": (READ, ADD, CHANGE),
    "django_migrations": (READ,),
}

LOGIN_ONLY_APPS = {"auth", "contenttypes", "sessions", "admin", "guardian", "axes", "otp_totp", "otp_static", "knox"}


def privileges() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return role → table → privileges. Models may say `app_privileges` and `job_privileges` as class attributes."""
    app, jobs = dict(APP_LIBRARY_TABLES), dict(JOB_TABLES)
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if model._meta.app_label not in LOGIN_ONLY_APPS:
            usual = (READ, ADD, REMOVE) if model._meta.auto_created else (READ, ADD, CHANGE)
            if allowed := APP_TABLES.get(table, getattr(model, "app_privileges", usual)):
                app[table] = allowed
        if hasattr(model, "job_privileges"):
            jobs[table] = model.job_privileges
    return {"portal_app": app, "portal_jobs": jobs}


def grant_privileges(**kwargs: Any) -> None:
    """Bring the database's grants in line with `privileges()`. A signal receiver for `post_migrate` of this app."""
    if kwargs.get("sender") is not None and kwargs["sender"].name != "core":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        existing = {row[0] for row in cursor.fetchall()}
        for role, tables in privileges().items():
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
            for table, allowed in sorted(tables.items()):
                if table in existing:
                    cursor.execute(f'GRANT {", ".join(allowed)} ON "{table}" TO {role}')
