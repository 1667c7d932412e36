"""Keys that an external command prints: used as those of the file, asked for once, and never repeated in an error."""

import json
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from yiwang.people.models import Petitioner
from yiwang.vault import key_command, keys
from yiwang.vault.keys import KeysMissing, fresh_keys, load_keys, office_keys
from yiwang.vault.signing import as_json, fresh_signing_keys, office_signing_keys

pytestmark = pytest.mark.engine_free


def script(folder: Path, body: str) -> str:
    """Return a command line that runs a few lines of Python, as an operator's own tool."""
    path = folder / "print keys.py"
    path.write_text(body, encoding="utf-8")
    return f"'{sys.executable}' '{path}'"


def test_an_office_without_a_key_file_seals_and_opens(settings: LazySettings, tmp_path: Path) -> None:
    """Given keys that only a command has, signing keys among them, when a name is sealed, then it opens, the command ran once,
    and nothing lies in the folder."""
    content = {**fresh_keys("sm4-gcm"), "signing": as_json(fresh_signing_keys("ed25519"))}
    (tmp_path / "store.json").write_text(json.dumps(content))
    counted = f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); "
    settings.KEY_COMMAND = script(tmp_path, counted + f"print(open({str(tmp_path / 'store.json')!r}).read())")
    settings.YIWANG_VAR = str(tmp_path / "var")
    row = Petitioner()
    row.set_identity(name="钱大妈")
    assert Petitioner(id=row.pk, data_key=row.data_key, sealed_name=row.sealed_name).unseal("name") == "钱大妈"
    assert office_signing_keys().sign(b"paper")[0] == content["signing"]["current"]
    assert (tmp_path / "runs").read_text() == "x"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("body", "seconds", "said"),
    [
        ("import sys; sys.exit('no card in the reader')", 60, "status 1 and said “no card in the reader”"),
        ("print('SECRET')", 60, "it is no JSON"),
        ('print(\'{"wrapping": {"1": "SECRET"}}\')', 60, "“wrapping” is missing or no key"),
        ("import time; time.sleep(60)", 0.2, "took longer than"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", 60, "printed what is no text"),
    ],
)
def test_a_command_that_fails_is_told_without_its_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, seconds: float, said: str
) -> None:
    """Given a command that fails or prints no keys, then the error says so in a sentence, and repeats nothing that it printed."""
    monkeypatch.setattr(key_command, "COMMAND_SECONDS", seconds)
    with pytest.raises(KeysMissing) as told:
        load_keys(tmp_path, script(tmp_path, body))
    assert said in str(told.value)
    assert "SECRET" not in str(told.value)


@pytest.mark.parametrize("command", ["/no/such/command", "'unfinished"])
def test_a_command_that_cannot_be_started_is_told(tmp_path: Path, command: str) -> None:
    """Given a command line that names nothing, or is none, then the error names the setting."""
    with pytest.raises(KeysMissing, match="YIWANG_KEY_COMMAND"):
        load_keys(tmp_path, command)


def test_keys_without_a_compartment_are_refused(tmp_path: Path) -> None:
    """Given a command that gives no key for accusations, then the office does not start with it."""
    content = fresh_keys("aes-256-gcm")
    del content["compartment"]
    with pytest.raises(KeysMissing, match="compartment"):
        load_keys(tmp_path, script(tmp_path, f"print({json.dumps(content)!r})"))


def test_an_unknown_version_asks_the_command_again(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> None:
    """Given a process that has its keys, when the store got another and a minute has passed, then meeting it asks once more."""
    store = tmp_path / "store.json"
    content = fresh_keys("aes-256-gcm")
    store.write_text(json.dumps(content))
    settings.KEY_COMMAND = script(tmp_path, f"print(open({str(store)!r}).read())")
    assert office_keys().current == 1
    content["wrapping"]["2"], content["compartment"]["2"] = content["wrapping"]["1"], content["compartment"]["1"]
    store.write_text(json.dumps({**content, "current": 2}))
    assert keys.reloaded_keys().current == 1
    monkeypatch.setattr(keys, "ASK_AGAIN_SECONDS", 0.0)
    assert keys.reloaded_keys().current == 2
