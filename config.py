"""Settings. This module is the only reader of the environment; everything else gets a `Settings`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "SIGNAALREIS_"
_LAST_PORT = 65_535
DEMO_ISSUER_PATH = "/aanmelddienst"
"""Of the demonstration's provider, below the outside world's address."""
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_CHOICES = {
    f"{PREFIX}SMTP_SECURITY": ("none", "starttls", "tls"),
    f"{PREFIX}BOUNCES_SECURITY": ("none", "starttls", "tls"),
    f"{PREFIX}MAIL_BY": ("smtp", "notify"),
    f"{PREFIX}WORKER_PART": ("all", "inside", "outside"),
}

_NUMBERS = {
    f"{PREFIX}SESSION_IDLE_MINUTES": ("minutes", 24 * 60),
    f"{PREFIX}SESSION_HOURS": ("hours", 24),
}
"""What a number is, and the largest it may be; every other one is a port."""


class BadSetting(Exception):
    """A setting that cannot be used; the message names the variable and what it must be."""


@dataclass(frozen=True)
class Settings:
    """Where everything is. Each field is read from `SIGNAALREIS_<FIELD>`; the defaults are those of `make run`."""

    data: Path = Path(".data")
    """Folder of everything that a demo installation keeps."""
    database_url: str = ""
    """Main database; empty: SQLite in the data folder."""
    vault_url: str = ""
    """The vault's database; empty: SQLite in the data folder."""
    master_key_file: Path = Path()
    """File with the key that wraps the vault's keys (64 hex digits); empty: in the data folder, made at first run."""
    session_key_file: Path = Path()
    """File with the key that signs forms; empty: in the data folder, made at first run."""
    session_idle_minutes: int = 60
    """So long nobody may be seen in a session before it ends."""
    session_hours: int = 12
    """A session ends this long after signing in, whatever happens: a working day with room at both ends."""
    public_url: str = ""
    """Where browsers find the web app; empty: `web_host` and `web_port`."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks of the proxies that are believed when they say where a question comes from."""
    signin_issuer: str = ""
    """The provider with which staff sign in (OpenID Connect), as it names itself; empty: the demonstration's."""
    signin_client_id: str = "signaalreis"
    signin_client_secret_file: Path = Path()
    """File with the secret that the provider gave us; empty: in the data folder, made at first run of a demo."""
    signin_authorities_file: Path = Path()
    """File with who may have signed the provider's certificate; empty: those that the system trusts."""
    signin_scope: str = "openid profile"
    signin_staff_claim: str = "sub"
    """The claim with somebody's id here: letters, digits, `.`, `_` and `-`. Never given to somebody else later."""
    signin_name_claim: str = "name"
    signin_roles_claim: str = "roles"
    signin_municipalities_claim: str = "municipalities"
    """The claim with the municipalities where somebody works; empty: the file with roles says it."""
    signin_roles_file: Path = Path(__file__).parent / "simulation" / "sign_in.yaml"
    """YAML file with what the values of the roles claim stand for (docs/production.md)."""
    api_audience: str = ""
    """For whom the provider's access tokens are made that open the API for systems of the municipality; empty: none
    does."""
    policies: Path = Path(__file__).parent / "policy" / "municipalities"
    messages: Path = Path(__file__).parent / "policy" / "messages"
    """Folder of the texts of messages: `default`, and a folder for each municipality with texts of its own."""
    demo: bool = True
    """Whether the demonstration's provider may say who somebody is, and secrets may be made at first run."""
    temporal_host: str = "127.0.0.1"
    temporal_port: int = 7233
    temporal_ui_port: int = 8233
    namespace: str = "signaalreis"
    worker_part: str = "all"
    """`inside`: this worker decides and stores and asks no outside party; `outside`: it only does that; or `all`."""
    web_host: str = "127.0.0.1"
    web_port: int = 8000
    world_port: int = 8100
    """The outside world's HTTP port, for `make run`."""
    world_imap_port: int = 8143
    """Where the outside world keeps the mail that came back, for `make run`."""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8125
    mail_from: str = "Gemeente Zonnedijk <post@zonnedijk.example>"
    """Where mail comes from. Others may see it: it says nothing of debt. The name is that of the policy's sender."""
    register_url: str = "http://127.0.0.1:8100"
    partners_url: str = "http://127.0.0.1:8100"
    letters_url: str = "http://127.0.0.1:8100"
    """Who prints and posts batches of letters."""
    letters_by: str = "batch"
    """`batch` or `notify`: whether letters wait for a print round, or go to NotifyNL one by one."""
    letters_folder: Path = Path()
    """Folder from which the printer takes batches; empty: they go to `letters_url`."""
    register_access_file: Path = Path()
    """JSON file with what shows the persons register who we are (`adapters/http_auth.py`); empty: nothing."""
    partners_access_file: Path = Path()
    letters_access_file: Path = Path()
    smtp_security: str = "none"
    """`tls` (from the first byte), `starttls`, or `none`: only for a mail server on a trusted network."""
    smtp_user: str = ""
    """Who signs in to the mail server; empty: nobody has to."""
    smtp_password_file: Path = Path()
    bounces_to: str = ""
    """Where mail that could not be delivered comes back; empty: where it came from."""
    bounces_host: str = ""
    """IMAP server of the mailbox where mail comes back; empty: nobody reads it."""
    bounces_port: int = 993
    bounces_security: str = "tls"
    """`tls` (from the first byte), `starttls`, or `none`: only on a trusted network."""
    bounces_user: str = ""
    bounces_password_file: Path = Path()
    bounces_folder: str = "INBOX"
    mail_by: str = "smtp"
    """`smtp` or `notify`: who carries mail."""
    notify_url: str = "http://127.0.0.1:8100"
    """NotifyNL, which sends text messages, and mail where `mail_by` says so."""
    notify_key_file: Path = Path()
    """File with the key of the account at NotifyNL; empty: in the data folder, made at first run of a demo."""
    notify_callback_file: Path = Path()
    """File with the token (64 hex digits) that NotifyNL shows when it tells what became of messages; empty: in the
    data folder, made at first run of a demo."""
    notify_mail_template: str = "99990000-0000-4000-8000-00000000000a"
    notify_sms_template: str = "99990000-0000-4000-8000-00000000000b"
    notify_letter_template: str = "99990000-0000-4000-8000-00000000000c"
    """Templates at NotifyNL with the placeholders `onderwerp` and `bericht`."""

    theme: str = "voorbeeld"
    """The theme of the pages in NL Design System: what stands before `-theme` in its CSS file."""
    theme_folder: Path = Path()
    """Folder with the theme's `theme.css` and what that names (fonts, a logo); empty: the neutral one."""

    @property
    def temporal_address(self) -> str:
        return f"{self.temporal_host}:{self.temporal_port}"

    @property
    def address(self) -> str:
        """Where browsers find the web app, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"

    @property
    def issuer(self) -> str:
        return self.signin_issuer or f"http://127.0.0.1:{self.world_port}{DEMO_ISSUER_PATH}"

    @property
    def signin_client_secret(self) -> Path:
        chosen = self.signin_client_secret_file
        return chosen if chosen != Path() else self.data / "secrets" / "signin-client.secret"

    @property
    def main_database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'main.db'}"

    @property
    def vault_database(self) -> str:
        return self.vault_url or f"sqlite:///{self.data / 'vault.db'}"

    @property
    def master_key(self) -> Path:
        return self.master_key_file if self.master_key_file != Path() else self.data / "secrets" / "master.key"

    @property
    def session_key(self) -> Path:
        return self.session_key_file if self.session_key_file != Path() else self.data / "secrets" / "session.key"

    @property
    def notify_key(self) -> Path:
        return self.notify_key_file if self.notify_key_file != Path() else self.data / "secrets" / "notify.key"

    @property
    def notify_callback(self) -> Path:
        chosen = self.notify_callback_file
        return chosen if chosen != Path() else self.data / "secrets" / "notify-callback.key"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for child processes."""
        return {PREFIX + field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}


def read(environment: dict[str, str] | None = None) -> Settings:
    """The settings of this process. Raises `BadSetting`."""
    source = dict(os.environ) if environment is None else environment
    values: dict[str, object] = {}
    for field in fields(Settings):
        name = PREFIX + field.name.upper()
        text = source.get(name)
        if text is not None:
            values[field.name] = _parse(name, text, field.default)
    return Settings(**values)  # type: ignore[arg-type]


def for_service() -> Settings:
    """The settings of a process that serves a municipality. Ends the process with what is wrong, where they cannot be
    used: a demonstration's setting in production would send residents' data to nobody, or nowhere."""
    try:
        settings = read()
        check(settings)
    except BadSetting as error:
        raise SystemExit(str(error)) from None
    return settings


def check(settings: Settings) -> None:
    """Raises `BadSetting` with everything that is only good for the demonstration, when this is none."""
    if wrong := () if settings.demo else tuple(_unfit(settings)):
        raise BadSetting("not for production:\n  " + "\n  ".join(wrong))


def _unfit(settings: Settings) -> Iterator[str]:
    by_default = {field.name: field.default for field in fields(Settings)}
    for name in _must_be_set(settings):
        if getattr(settings, name) == by_default[name]:
            yield f"{PREFIX}{name.upper()} is still that of the demonstration"
        elif getattr(settings, name) == "":
            yield f"{PREFIX}{name.upper()} is empty"
    for name in ("register_url", "partners_url", "letters_url", "notify_url"):
        url = urlsplit(getattr(settings, name))
        if url.scheme != "https" and url.hostname not in _THIS_MACHINE:
            yield f"{PREFIX}{name.upper()} must begin with https://"
    # Also on this machine: a browser does not keep our cookies without it, and the demonstration's provider has none.
    for name in ("public_url", "signin_issuer"):
        if urlsplit(getattr(settings, name)).scheme != "https":
            yield f"{PREFIX}{name.upper()} must begin with https://"
    # By its audience an access token is told from the ID token of whoever signs in.
    if settings.api_audience == settings.signin_client_id:
        yield f"{PREFIX}API_AUDIENCE must be another name than {PREFIX}SIGNIN_CLIENT_ID"
    # Every link and every cookie of ours is for a host of its own.
    public = urlsplit(settings.public_url)
    if public.path.rstrip("/") or public.query or public.fragment:
        yield f"{PREFIX}PUBLIC_URL must be a host alone, without a path"


def _must_be_set(settings: Settings) -> Iterator[str]:
    """What has no good default outside the demonstration; of what is not used nothing is asked."""
    yield from ("master_key_file", "session_key_file", "notify_key_file", "notify_callback_file")
    yield from ("public_url", "signin_issuer", "signin_client_secret_file", "signin_roles_file")
    yield from ("register_url", "partners_url", "notify_url", "notify_sms_template", "mail_from")
    if settings.mail_by == "notify":
        yield "notify_mail_template"
    else:
        yield "smtp_host"
    if settings.letters_by == "notify":
        yield "notify_letter_template"
    elif settings.letters_folder == Path():
        yield "letters_url"


def _parse(name: str, text: str, default: object) -> object:
    match default:
        case bool():
            if text.lower() not in ("true", "false"):
                raise BadSetting(f"{name} must be true or false")
            return text.lower() == "true"
        case int():
            what, last = _NUMBERS.get(name, ("a port", _LAST_PORT))
            if not text.isdecimal() or not 1 <= int(text) <= last:
                raise BadSetting(f"{name} must be {what}: a whole number from 1 to {last}")
            return int(text)
        case Path():
            return Path(text)
        case _ if name in _CHOICES and text not in _CHOICES[name]:
            raise BadSetting(f"{name} must be one of: {', '.join(_CHOICES[name])}")
        case _:
            return text
