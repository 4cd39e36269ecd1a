"""The processes of docker-compose.yml with the file's own environment, but for addresses and files."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.servers import EmbeddedServer, free_port
from engine.supervisor import Child, answers_http, supervise
from simulation.notify import key_text
from tests.adapters.conftest import drop_postgresql, new_postgresql
from tests.compose import ROOT, environment, services

pytestmark = pytest.mark.processes


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Two empty databases, named as the settings name them."""
    names = ("SIGNAALREIS_DATABASE_URL", "SIGNAALREIS_VAULT_URL")
    if request.param == "sqlite":
        yield {name: f"sqlite:///{tmp_path / name}.db" for name in names}
        return
    urls = {name: new_postgresql() for name in names}
    yield urls
    for url in urls.values():
        drop_postgresql(url)


def command(words: list[str]) -> list[str]:
    return [sys.executable if word == "python" else word for word in words]


def here(service: str, changed: dict[str, str]) -> dict[str, str]:
    """The service's environment on this machine."""
    given = environment(service)
    assert changed.keys() <= given.keys() | {"SIGNAALREIS_TEMPORAL_PORT", "SIGNAALREIS_WEB_PORT", "SIGNAALREIS_DATA"}
    return given | changed


def healthy(service: str, given: dict[str, str]) -> bool:
    """What the service's own health check says."""
    check = command(services()[service]["healthcheck"]["test"][1:])
    return (
        subprocess.run(check, cwd=ROOT, env={**os.environ, **given}, capture_output=True, check=False).returncode == 0
    )


def stop() -> None:
    """All three run and answer."""
    os.kill(os.getpid(), signal.SIGTERM)


def a_key(path: Path) -> Path:
    path.write_text(secrets.token_hex(32), encoding="ascii")
    return path


def a_notify_key(path: Path) -> Path:
    path.write_text(key_text(str(uuid.uuid4())), encoding="ascii")
    return path


def an_access(path: Path) -> Path:
    path.write_text("{}", encoding="ascii")
    return path


def test_prepare_worker_and_web_start_as_in_production(
    databases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    server = asyncio.run(EmbeddedServer(data=tmp_path / "temporal").start())
    port = free_port()
    changed = {
        **databases,
        "SIGNAALREIS_MASTER_KEY_FILE": str(a_key(tmp_path / "master.key")),
        "SIGNAALREIS_SESSION_KEY_FILE": str(a_key(tmp_path / "session.key")),
        "SIGNAALREIS_NOTIFY_CALLBACK_FILE": str(a_key(tmp_path / "notify-callback.key")),
        "SIGNAALREIS_NOTIFY_KEY_FILE": str(a_notify_key(tmp_path / "notify.key")),
        "SIGNAALREIS_SIGNIN_CLIENT_SECRET_FILE": str(a_key(tmp_path / "signin_client_secret")),
        "SIGNAALREIS_SIGNIN_ROLES_FILE": str(ROOT / "deploy" / "sign_in.example.yaml"),
        "SIGNAALREIS_SMTP_PASSWORD_FILE": str(a_key(tmp_path / "smtp_password")),
        "SIGNAALREIS_BOUNCES_PASSWORD_FILE": str(a_key(tmp_path / "bounces_password")),
        "SIGNAALREIS_REGISTER_ACCESS_FILE": str(an_access(tmp_path / "register_access.json")),
        "SIGNAALREIS_PARTNERS_ACCESS_FILE": str(an_access(tmp_path / "partners_access.json")),
        "SIGNAALREIS_LETTERS_ACCESS_FILE": str(an_access(tmp_path / "letters_access.json")),
        "SIGNAALREIS_TEMPORAL_HOST": "127.0.0.1",
        "SIGNAALREIS_TEMPORAL_PORT": str(server.port),
        "SIGNAALREIS_WEB_PORT": str(port),
        "SIGNAALREIS_DATA": str(tmp_path / "nothing"),
    }
    worker, web = here("worker", changed), here("web", changed | {"SIGNAALREIS_WEB_HOST": "127.0.0.1"})
    children = [
        Child(name="prepare", argv=command(services()["prepare"]["command"]), env=here("prepare", changed), once=True),
        Child(
            name="worker",
            argv=command(services()["worker"]["command"]),
            env=worker,
            is_ready=lambda: healthy("worker", worker),
        ),
        Child(
            name="web",
            argv=command(services()["web"]["command"]),
            env=web,
            is_ready=answers_http(f"http://127.0.0.1:{port}/gezond"),
        ),
    ]
    said = list[str]()
    try:
        assert supervise(children, logs=tmp_path / "logs", say=said.append, when_running=stop) == 0, said
    finally:
        server.stop()
    assert not (tmp_path / "nothing").exists()


def test_prepare_makes_no_key_in_production(tmp_path: Path) -> None:
    missing = tmp_path / "session.key"
    given = here("prepare", {"SIGNAALREIS_SESSION_KEY_FILE": str(missing), "SIGNAALREIS_DATA": str(tmp_path)})
    prepare = command(services()["prepare"]["command"])
    done = subprocess.run(prepare, cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"{missing} is missing; it must hold 64 hexadecimal digits\n")
    assert not missing.exists()
