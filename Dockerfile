# --- the web pages' components ---------------------------------------------------------------------------------------
FROM node:24-bookworm-slim AS components
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

# --- the Python packages ---------------------------------------------------------------------------------------------
FROM python:3.13-slim-bookworm AS packages
COPY requirements.lock /tmp/
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /tmp/requirements.lock

# --- the portal ------------------------------------------------------------------------------------------------------
FROM python:3.13-slim-bookworm AS portal
# WeasyPrint loads these when it makes a PDF.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=halland.settings \
    PORTAL_MODE=production PORTAL_DATA=/app/var LOG_FORMAT=json
COPY --from=packages /app/.venv .venv
COPY --from=components /app/node_modules node_modules
COPY . .
# The static files belong to the image, so that every web process of one version serves the same ones. The settings
# demand a complete environment; these values exist in this one step only, and nothing is connected to.
RUN SECRET_KEY=only-while-the-image-is-being-made-0000000000 AUDIT_KEY=only-while-the-image-is-being-made-0000000000 \
    DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost ALLOWED_HOSTS=localhost \
    PUBLIC_ADDRESS=https://localhost EMAIL_URL=console: EMAIL_FROM=nobody@localhost.invalid \
    python manage.py collectstatic --noinput -v0 \
    && python -m compileall -q -x '/(\.venv|node_modules|var)/' .
USER portal
EXPOSE 8000
CMD ["gunicorn", "halland.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "4", "--timeout", "60", "--graceful-timeout", "20", \
     "--worker-tmp-dir", "/tmp", "--no-control-socket", "--log-level", "warning"]
