FROM python:3.11-slim AS pages
WORKDIR /srv/signaalreis
COPY frontend/ frontend/
RUN python frontend/build.py

FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1
WORKDIR /srv/signaalreis

COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

# What may come along is listed in .dockerignore.
COPY . ./
COPY --from=pages /srv/signaalreis/web/static/vendor web/static/vendor
# The worker imports workflows anew for each case, and cannot keep what it compiled: the file system is read-only.
RUN python -m compileall -q .

# The number is that of the owner of the key files (deploy/make-secrets.sh).
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin signaalreis
USER signaalreis

CMD ["python", "cli.py", "--help"]
