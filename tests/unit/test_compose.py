"""docker-compose.yml against the code that it starts. No container runs here: see tests/journeys/test_production.py."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

import config
from adapters.database import Database
from config import PREFIX, Settings
from tests.compose import ROOT, asked, by_itself, compose, environment, example, ours, services

_SECRET = re.compile(r"PASSWORD|PWD|SECRET|KEY|TOKEN")
_MOUNTED = "/run/secrets/"
_SETTINGS = {PREFIX + field.name.upper() for field in fields(Settings)}


def settings(service: str) -> Settings:
    return config.read(environment(service))


def is_one_shot(service: str) -> bool:
    return bool(services()[service].get("restart") == "no")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_our_services_are_prepare_worker_and_web() -> None:
    assert ours() == ["prepare", "worker", "web"]


@pytest.mark.parametrize("service", services())
def test_every_variable_of_ours_is_a_setting(service: str) -> None:
    named = {name for name in environment(service) if name.startswith(PREFIX)}
    assert named <= _SETTINGS
    assert bool(named) == (service in ours())


@pytest.mark.parametrize("service", ours())
def test_the_settings_are_those_of_production(service: str) -> None:
    read = settings(service)
    assert not read.demo
    assert (read.master_key, read.session_key) == (Path("/run/secrets/master_key"), Path("/run/secrets/session_key"))
    assert read.temporal_address == "temporal:7233"


def test_only_the_web_app_listens_and_everything_else_of_it_is_what_the_worker_has() -> None:
    worker, web = environment("worker"), environment("web")
    assert web == worker | {"SIGNAALREIS_WEB_HOST": "0.0.0.0"}
    assert environment("prepare") == worker


@pytest.mark.parametrize("service", ours())
def test_the_databases_are_two_on_postgresql_each_with_its_own_user(service: str) -> None:
    read = settings(service)
    urls = [Database(read.main_database).url, Database(read.vault_database).url]
    assert [(url.get_backend_name(), url.username, url.host, url.database) for url in urls] == [
        ("postgresql", "main", "postgres", "main"),
        ("postgresql", "vault", "postgres", "vault"),
    ]
    assert [(url.password, url.query["passfile"]) for url in urls] == [(None, "/run/secrets/pgpass")] * 2


@pytest.mark.parametrize("service", services())
def test_a_secret_is_a_mounted_file_and_never_a_value(service: str) -> None:
    mounted = set(services()[service].get("secrets", []))
    for name, value in environment(service).items():
        if _SECRET.search(name):
            assert name.endswith("_FILE")
            assert value.removeprefix(_MOUNTED) in mounted
        if "://" in value:
            assert make_url(value).password is None


def test_every_secret_is_made_beforehand_and_used() -> None:
    declared = {name: Path(secret["file"]) for name, secret in compose()["secrets"].items()}
    assert {path.parent for path in declared.values()} == {Path("secrets")}
    assert all(path.name in text("deploy/make-secrets.sh") for path in declared.values())
    assert {name for service in services().values() for name in service.get("secrets", [])} == set(declared)


def test_what_the_operator_fills_in_is_all_asked_for_and_holds_no_credentials() -> None:
    assert asked() <= example().keys() <= asked() | by_itself().keys() <= _SETTINGS
    assert not any(_SECRET.search(name) for name in example())
    assert all(make_url(value).password is None for value in example().values() if "://" in value)


def test_what_must_be_filled_in_may_not_be_empty_but_for_where_a_role_says_it() -> None:
    claim = f"{PREFIX}SIGNIN_MUNICIPALITIES_CLAIM"
    assert config.read(environment("web", example() | {claim: ""})).signin_municipalities_claim == ""
    for name in asked():
        with pytest.raises(ValueError, match=name):
            environment("web", {known: value for known, value in example().items() if known != name})
        if name != claim:
            with pytest.raises(ValueError, match=name):
                environment("web", example() | {name: ""})


_OWN_IN_CONTAINERS = {
    # Which proxy comes in by way of which network is Docker's affair.
    f"{PREFIX}TRUSTED_PROXIES": "172.16.0.0/12,192.168.0.0/16",
    # That of the demonstration is no good here.
    f"{PREFIX}NOTIFY_LETTER_TEMPLATE": "",
}


def test_what_may_be_left_out_is_what_the_settings_say_by_themselves() -> None:
    left_out, default = by_itself(), Settings()
    assert {name: left_out.pop(name) for name in _OWN_IN_CONTAINERS} == _OWN_IN_CONTAINERS
    assert config.read(left_out) == default


def settings_in_production_md() -> set[str]:
    """Those of its table of what signing in needs, and those of the theme."""
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", text("docs/production.md"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    return {PREFIX + name for name in named | {"THEME", "THEME_FOLDER"}}


@pytest.mark.parametrize("service", ours())
def test_every_setting_that_is_documented_for_production_reaches_the_services(service: str) -> None:
    documented = settings_in_production_md()
    assert f"{PREFIX}SIGNIN_SCOPE" in documented and f"{PREFIX}SESSION_HOURS" in documented
    assert documented <= environment(service).keys()
    chosen = example() | {name: f"9{len(name)}" for name in by_itself()}
    assert {name: environment(service, chosen)[name] for name in by_itself()} == {
        name: chosen[name] for name in by_itself()
    }


def test_letters_by_notify_need_a_template_and_are_fit_for_production_with_it() -> None:
    by_notify = example() | {f"{PREFIX}LETTERS_BY": "notify"}
    template = f"{PREFIX}NOTIFY_LETTER_TEMPLATE"
    for service in ours():
        with pytest.raises(config.BadSetting, match=f"{template} is empty"):
            config.check(config.read(environment(service, by_notify)))
        filled = config.read(environment(service, by_notify | {template: "1f0c0000-0000-4000-8000-000000000001"}))
        config.check(filled)
        assert (filled.letters_by, filled.notify_letter_template) == ("notify", "1f0c0000-0000-4000-8000-000000000001")


def test_secrets_and_what_was_filled_in_stay_out_of_the_repository() -> None:
    assert {".env", "secrets/"} <= set(text(".gitignore").splitlines())


@pytest.mark.parametrize("service", services())
def test_a_service_is_watched_unless_it_ends_by_itself(service: str) -> None:
    assert ("healthcheck" in services()[service]) != is_one_shot(service)


def test_nobody_starts_before_what_it_needs() -> None:
    for service in services().values():
        for name, needed in service.get("depends_on", {}).items():
            assert needed["condition"] == ("service_completed_successfully" if is_one_shot(name) else "service_healthy")
    needs = {name: set(service.get("depends_on", {})) for name, service in services().items()}
    assert needs["worker"] == needs["web"] == {"prepare"}
    assert needs["prepare"] == {"postgres", "temporal"}


@pytest.mark.parametrize("service", services())
def test_what_is_published_is_for_this_host_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services()[service].get("ports", []))


def test_databases_and_temporal_are_reached_from_inside_only() -> None:
    assert compose()["networks"]["inside"] == {"internal": True}
    assert [services()[name]["networks"] for name in ("postgres", "temporal", "prepare")] == [["inside"]] * 3


def commands() -> list[list[str]]:
    """What our services run, health checks included."""
    running = [services()[name]["command"] for name in ours()]
    checking = [services()[name]["healthcheck"]["test"][1:] for name in ours() if not is_one_shot(name)]
    return [*running, *checking]


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(command)[:30])
def test_every_command_exists(command: list[str]) -> None:
    match command:
        case ["python", "-m", module]:
            assert importlib.util.find_spec(module) is not None
        case ["python", "-c", program]:
            compile(program, "healthcheck", "exec")
            assert "/gezond" in program
        case ["python", file, *arguments]:
            assert (ROOT / file).is_file()
            if arguments:
                asked_for_help = [sys.executable, file, *arguments, "--help"]
                assert subprocess.run(asked_for_help, cwd=ROOT, capture_output=True, check=False).returncode == 0
        case _:
            raise AssertionError(command)


def test_the_image_holds_the_product_and_nothing_else() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]
    modules = ["cli.py", "config.py", "observability.py", "worker.py"]
    held = [line[1:].rstrip("/") for line in text(".dockerignore").splitlines() if line.startswith("!")]
    assert sorted(held) == sorted(
        [*contracts["root_packages"], "frontend", "migrations", *modules, "requirements.lock"]
    )


def test_whatever_the_product_imports_of_its_own_is_in_the_image() -> None:
    held = {line[1:].rstrip("/") for line in text(".dockerignore").splitlines() if line.startswith("!")}
    sources = [file for name in held for file in (ROOT / name, *(ROOT / name).rglob("*.py")) if file.suffix == ".py"]
    used = {module.partition(".")[0] for file in sources for module in _imports(file)}
    assert {each.name for each in ROOT.iterdir() if each.stem in used} <= held


def test_the_image_runs_as_the_owner_of_the_keys() -> None:
    [user] = re.findall(r"useradd --uid (\d+) .* (\w+)\nUSER (\w+)", text("Dockerfile"))
    [owner] = re.findall(r"^OURS=(\d+)$", text("deploy/make-secrets.sh"), re.MULTILINE)
    assert user == (owner, "signaalreis", "signaalreis")


def test_temporal_is_the_release_that_the_tests_run_on() -> None:
    program = Path(sys.executable).with_name("temporal")
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    [(server, ui)] = re.findall(r"Server ([\d.]+), UI ([\d.]+)", told)
    images = {name: service["image"] for name, service in services().items()}
    assert images["temporal"] == f"temporalio/server:{server}"
    assert images["temporal-schema"] == f"temporalio/admin-tools:{server}"
    assert images["temporal-ui"] == f"temporalio/ui:{ui}"


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
