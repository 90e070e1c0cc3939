# The site in a container. Build: docker build -t options-guide .     Run: see docs/supply.md.
# Pin the base by its digest where you build (docker buildx imagetools inspect python:3.12-slim-bookworm): it was not
# known where this file was written.
ARG BASE=python:3.12-slim-bookworm

# The C compiler that durable_rules needs stays in this stage.
FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
WORKDIR /app
COPY requirements.txt requirements-build.txt ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-build.txt \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes --no-build-isolation -r requirements.txt \
 && .venv/bin/python -m pip uninstall --yes pip
COPY wsgi.py gunicorn.conf.py desk.conf.py ./
COPY docs/rule-format.md docs/rule-format.md
COPY questionnaire questionnaire
COPY rules rules
COPY templates templates
COPY static static
COPY translations translations
# The rules are built once here, so that an image with rule files that can't be used is never made; and everything is
# compiled now, because nothing can be written later.
RUN .venv/bin/python -m compileall -q .venv/lib questionnaire wsgi.py \
 && FLASK_RELEASES=none .venv/bin/python -c 'import wsgi'

FROM ${BASE}
COPY --from=build /app /app
WORKDIR /app
# The only folder that is written: settings.toml and the releases.
RUN install --directory --owner 10001 --group 10001 --mode 700 instance
VOLUME /app/instance
# HEALTH_HOST: one of the names in FLASK_ALLOWED_HOSTS, where that is set.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000 HEALTH_HOST=localhost
# A number, so that it can be proved from outside that this is not root (Kubernetes: runAsNonRoot).
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["/app/.venv/bin/python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/readyz', headers={'Host': os.environ['HEALTH_HOST']}), timeout=4)"]
CMD ["/app/.venv/bin/gunicorn"]
