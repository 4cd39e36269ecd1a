"""Settings: what is read, and what is refused in production."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import config
from config import PREFIX, BadSetting, Settings
from tests.compose import environment


def of_production() -> Settings:
    return config.read(environment("worker"))


def test_the_demonstration_needs_no_setting() -> None:
    config.check(config.read({}))


def test_what_the_example_fills_in_is_fit_for_production() -> None:
    config.check(of_production())


def test_without_the_demonstration_everything_that_is_only_good_for_it_is_named_at_once() -> None:
    with pytest.raises(BadSetting) as refused:
        config.check(Settings(demo=False))
    parties = ("REGISTER_URL", "PARTNERS_URL", "LETTERS_URL", "NOTIFY_URL", "SMTP_HOST", "SIGNIN_ISSUER")
    for name in (*parties, "MAIL_FROM", "PUBLIC_URL"):
        assert f"{PREFIX}{name} is still that of the demonstration" in str(refused.value)
    files = ("MASTER_KEY", "SESSION_KEY", "NOTIFY_KEY", "NOTIFY_CALLBACK", "SIGNIN_CLIENT_SECRET", "SIGNIN_ROLES")
    for name in (f"{file}_FILE" for file in files):
        assert f"{PREFIX}{name} is still" in str(refused.value)


@pytest.mark.parametrize("name", ["register_url", "partners_url", "letters_url", "notify_url"])
def test_nobody_of_outside_is_asked_in_the_clear(name: str) -> None:
    with pytest.raises(BadSetting, match=f"{PREFIX}{name.upper()} must begin with https://"):
        config.check(config.read(environment("worker") | {PREFIX + name.upper(): "http://elsewhere.example"}))


@pytest.mark.parametrize("host", ["127.0.0.1:8100", "localhost:8100", "signaalreis.zonnedijk.example"])
def test_the_demonstrations_provider_and_an_address_without_https_are_for_the_demonstration(host: str) -> None:
    for name, said in (("SIGNIN_ISSUER", f"http://{host}/aanmelddienst"), ("PUBLIC_URL", f"http://{host}")):
        with pytest.raises(BadSetting, match=f"{PREFIX}{name} must begin with https://"):
            config.check(config.read(environment("worker") | {PREFIX + name: said}))


@pytest.mark.parametrize("rest", ["", "/", ":8443"])
def test_the_web_app_has_a_host_to_itself(rest: str) -> None:
    config.check(replace(of_production(), public_url=f"https://zonnedijk.example{rest}"))


@pytest.mark.parametrize("rest", ["/signaalreis", "/signaalreis/", "/?x=1", "#x"])
def test_the_web_app_is_not_below_a_path(rest: str) -> None:
    with pytest.raises(BadSetting, match=f"{PREFIX}PUBLIC_URL must be a host alone"):
        config.check(replace(of_production(), public_url=f"https://zonnedijk.example{rest}"))


def test_the_demonstration_follows_its_ports() -> None:
    read = config.read({f"{PREFIX}WEB_PORT": "8001", f"{PREFIX}WORLD_PORT": "8101"})
    assert (read.address, read.issuer) == ("http://127.0.0.1:8001", "http://127.0.0.1:8101/aanmelddienst")
    assert of_production().address == "https://signaalreis.example"


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Settings) if field.name.endswith("_url")}))
def test_every_address_of_an_outside_party_is_looked_at(name: str) -> None:
    if name in ("database_url", "vault_url"):
        return
    default: Any = getattr(Settings(), name)
    with pytest.raises(BadSetting, match=name.upper()):
        config.check(replace(of_production(), **{name: default}))


def test_of_what_is_not_used_nothing_is_asked() -> None:
    default = Settings()
    config.check(replace(of_production(), letters_url=default.letters_url, letters_folder=Path("/srv/brieven")))
    config.check(
        replace(of_production(), letters_url=default.letters_url, letters_by="notify", notify_letter_template="x")
    )
    config.check(replace(of_production(), mail_by="notify", smtp_host=default.smtp_host))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("WEB_PORT", "http", "must be a port"),
        ("SESSION_HOURS", "25", "must be hours: a whole number from 1 to 24"),
        ("SESSION_IDLE_MINUTES", "0", "must be minutes: a whole number from 1 to 1440"),
        ("DEMO", "ja", "must be true or false"),
        ("MAIL_BY", "duif", "must be one of: smtp, notify"),
        ("WORKER_PART", "half", "must be one of: all, inside, outside"),
        ("SMTP_SECURITY", "ssl", "must be one of: none, starttls, tls"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_it_must_be(name: str, text: str, said: str) -> None:
    with pytest.raises(BadSetting, match=f"{PREFIX}{name} {said}"):
        config.read({PREFIX + name: text})


def test_a_process_ends_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DEMO", "false")
    with pytest.raises(SystemExit, match="not for production"):
        config.for_service()
