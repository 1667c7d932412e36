"""The office's configuration: the options of `yiwang.cli.options`, read from the environment and from one TOML file.

The environment wins over the file, the file over the default. The file is named by ``YIWANG_CONFIG`` and holds the same
options under their short names (``base_url = "https://…"``). What production refuses is told in `refusals`.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from yiwang.cli.options import OPTIONS

Environment = Literal["development", "production", "test"]

CONFIG_VARIABLE = "YIWANG_CONFIG"
DEMO_MARK = "demo-data"
"""Name of the file in the office's folder that says: this office holds invented people and passwords known to all."""


class ConfigError(Exception):
    """A setting that cannot be used; the message is one plain sentence for whoever runs the office."""


@dataclass(frozen=True)
class Config:
    """What an office was told by its operator, checked and typed. Each field is an `Option` of the same name."""

    environment: Environment
    var: Path
    database_url: str
    database_owner_url: str
    base_url: str
    allowed_hosts: tuple[str, ...]
    time_zone: str
    rollover: str
    office_name: str
    office_name_en: str
    office_telephone: str
    smtp_url: str
    mail_from: str
    signature: str
    sealing: str
    key_command: str
    host: str
    port: int
    workers: int
    threads: int
    proxies: tuple[IPv4Network | IPv6Network, ...]
    clamd: str
    session_hours: int
    session_idle_minutes: int
    second_factor: str
    password_length: int
    password_kinds: int
    password_days: int
    password_history: int
    setup_link_hours: int
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_claim: str
    oidc_name: str
    oidc_trusted_factors: tuple[str, ...]
    log_level: str
    debug: bool
    heads_folder: Path | None
    journal_months: int
    backup_days: int
    data_request_days: int
    disk_megabytes: int
    monitor_addresses: tuple[IPv4Network | IPv6Network, ...]
    metrics_token: str
    webhook_secret: str
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def second_factor_required(self) -> bool:
        """Whether all staff need a second factor: as was set, else in production."""
        return self.second_factor == "required" or (self.production and not self.second_factor)

    @property
    def keys_folder(self) -> Path:
        return self.var / "keys"

    @property
    def files_folder(self) -> Path:
        return self.var / "files"

    @property
    def uploads_folder(self) -> Path:
        """Where uploads lie while a request is read."""
        return self.var / "uploads"

    @property
    def static_folder(self) -> Path:
        return self.var / "static"

    @property
    def secure(self) -> bool:
        """Whether people reach the office by https, so that cookies may be kept to it."""
        return self.base_url.startswith("https://")

    @property
    def own_address(self) -> str:
        """The address under which the office is reached: what links in messages begin with."""
        local = self.host in ("127.0.0.1", "0.0.0.0")  # noqa: S104
        return self.base_url or f"http://{'localhost' if local else self.host}:{self.port}"


def read_config(environ: Mapping[str, str]) -> Config:
    """Return the configuration that these variables and the file they name give.

    Raises ConfigError with one sentence when an option is unknown, cannot be read, or contradicts another.
    """
    from_file = _read_file(environ.get(CONFIG_VARIABLE, ""))
    values: dict[str, Any] = {}
    for option in OPTIONS:
        source, raw = option.variable, environ.get(option.variable)
        if raw is None and option.name in from_file:
            source, raw = f"{option.name} in {environ[CONFIG_VARIABLE]}", from_file[option.name]
        try:
            values[option.name] = option.parse(option.default if raw is None else raw)
        except ValueError as error:
            # What was given is not repeated: it may be a password.
            shown = "" if option.secret or not raw else f" (it is “{raw}”)"
            raise ConfigError(f"The setting {source} {error}{shown}.") from None
    config = Config(**values)
    if config.smtp_url and "@" not in config.mail_from:
        raise ConfigError(
            "YIWANG_SMTP_URL is given but YIWANG_MAIL_FROM is not: say from which address the office writes."
        )
    if config.oidc_issuer and not config.oidc_client_id:
        raise ConfigError(
            "YIWANG_OIDC_ISSUER is given but YIWANG_OIDC_CLIENT_ID is not: say what the provider calls this office."
        )
    return config


def _read_file(path: str) -> dict[str, str]:
    if not path:
        return {}
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The settings file {path} named by {CONFIG_VARIABLE} cannot be read: {error.strerror}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {path} is not valid TOML: {error}.") from None
    names = [option.name for option in OPTIONS]
    result: dict[str, str] = {}
    for name, value in content.items():
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"; did you mean “{near[0]}”?" if near else "; docs/settings.md lists what there is."
            raise ConfigError(f"The settings file {path} holds an unknown setting “{name}”{hint}")
        match value:
            case bool():
                result[name] = "yes" if value else "no"
            case str() | int():
                result[name] = str(value)
            case list() if all(isinstance(item, str) for item in value):
                result[name] = ",".join(value)
            case _:
                raise ConfigError(
                    f"The setting “{name}” in {path} must be a text, a number, a switch or a list of texts."
                )
    return result


def refusals(config: Config, environ: Mapping[str, str]) -> list[str]:
    """Return what makes this configuration unsafe for production, a sentence each; empty outside production."""
    if not config.production:
        return []
    found = []
    if not config.base_url:
        found.append("YIWANG_BASE_URL is missing: give the https:// address under which people reach the office.")
    elif not config.secure:
        found.append(
            "YIWANG_BASE_URL begins with http://: passwords and petitions would travel in the open; use https://."
        )
    elif not config.proxies:
        found.append(
            "YIWANG_PROXIES is missing: name the proxy with TLS that stands in front, by its address; else all who come count as one."
        )
    if any(host == "*" or host.startswith(".") for host in config.allowed_hosts):
        found.append("YIWANG_ALLOWED_HOSTS holds a wildcard: name each host that the server answers to.")
    if config.debug:
        found.append("YIWANG_DEBUG is on: error pages would show petitions to strangers; turn it off.")
    if config.log_level == "debug":
        found.append("YIWANG_LOG_LEVEL is debug: statements would be logged; use info.")
    if config.oidc_issuer.startswith("http://"):
        found.append(
            "YIWANG_OIDC_ISSUER begins with http://: whoever sits between could log in as anybody; use https://."
        )
    smtp = urlsplit(config.smtp_url)
    if smtp.scheme == "smtp" and smtp.password:
        found.append("YIWANG_SMTP_URL sends its password over plain smtp://; use smtps:// or smtp+starttls://.")
    return found + _open_folders(config) + _open_file(environ.get(CONFIG_VARIABLE, ""), config)


def _open_folders(config: Config) -> list[str]:
    found = []
    if _others_may_read(config.var):
        found.append(f"The folder {config.var} can be read by other accounts: run “yiwang migrate” or chmod 700.")
    if any(_others_may_read(path) for path in [config.keys_folder, *config.keys_folder.glob("*")]):
        found.append(f"Keys in {config.keys_folder} can be read by other accounts: run “yiwang migrate” or chmod 600.")
    if (config.var / DEMO_MARK).exists():
        found.append(
            f"The folder {config.var} holds the demo's data, whose passwords all know: begin with an empty folder."
        )
    return found


def _open_file(path: str, config: Config) -> list[str]:
    secrets = (config.oidc_client_secret, config.metrics_token, config.webhook_secret)
    holds_password = any(secrets) or any(
        urlsplit(url).password for url in (config.database_url, config.database_owner_url, config.smtp_url)
    )
    if path and holds_password and _others_may_read(Path(path)):
        return [f"The settings file {path} holds a password and can be read by other accounts: chmod 600."]
    return []


def _others_may_read(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False


@cache
def current_config() -> Config:
    """Return this process's configuration, refused with ConfigError when it is unsafe for production."""
    config = read_config(os.environ)
    unsafe = refusals(config, os.environ)
    if unsafe:
        raise ConfigError("Refused with YIWANG_ENV=production. " + " ".join(unsafe))
    return config


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return names of ``YIWANG_…`` variables that nothing reads: most likely misspelt."""
    known = {option.variable for option in OPTIONS} | {CONFIG_VARIABLE}
    return sorted(
        name
        for name in environ
        if name.startswith("YIWANG_") and name not in known and not name.startswith(("YIWANG_TEST_", "YIWANG_STRICT_"))
    )


assert [option.name for option in OPTIONS] == [field.name for field in fields(Config)]
