"""The command line: finds the commands, starts Django for those that need it, and puts failures in plain words."""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

COMMANDS = Path(__file__).parent / "commands"


class PlainError(click.ClickException):
    """A failure told in one plain sentence, without a trace."""

    def show(self, file: Any = None) -> None:
        click.echo(f"yiwang: {self.message}", err=True, file=file)


class CommandFolder(click.Group):
    """A group that imports a command when it is called, so that each starts without what the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        files = [path.stem for path in COMMANDS.glob("*.py") if not path.stem.startswith("_")]
        return sorted(stem.rstrip("_").replace("_", "-") for stem in files)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        stem = name.replace("-", "_")
        for candidate in (stem, f"{stem}_"):  # import_.py holds `import`, a word that Python keeps for itself
            if (COMMANDS / f"{candidate}.py").is_file():
                found: click.Command = importlib.import_module(f"yiwang.cli.commands.{candidate}").command
                return found
        return None


@click.group(cls=CommandFolder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="yiwang", message="yiwang %(version)s")
def group() -> None:
    """Yiwang 一网: bring a matter, have it answered, look it up.

    Settings come from the environment or from the file that YIWANG_CONFIG names; `yiwang settings` lists them.
    """


def start_django() -> None:
    """Load settings and applications, for a command that uses the models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.cli.settings")
    import django

    django.setup()


def main() -> None:
    """Run the command that was asked for; a failure that can be foreseen ends with one sentence and status 1."""
    os.umask(0o077)  # whatever an office writes, its database and backups too, is for its own account alone
    try:
        group(prog_name="yiwang")
    except Exception as error:
        sentence = _in_plain_words(error)
        if sentence is None:
            raise
        click.echo(f"yiwang: {sentence}", err=True)
        sys.exit(1)


def _in_plain_words(error: Exception) -> str | None:
    """Return what an operator should read of an error, or None when it is a fault of the program."""
    from yiwang.cli.config import ConfigError
    from yiwang.vault.keys import KeysMissing

    if isinstance(error, ConfigError | KeysMissing):
        return str(error)
    database = sys.modules.get("django.db.utils")
    if database and isinstance(error, (database.ProgrammingError, database.OperationalError)):
        from yiwang.cli.databases import is_away, place_of

        if is_away(error):
            return (
                f"The database {place_of()} does not answer ({_first_line(error)}). Nothing was left half done; "
                "check YIWANG_DATABASE_URL, the folder's permissions and free space, and that its server runs."
            )
        if any(sign in str(error) for sign in ("no such table", "no such column", "does not exist")):
            return f"The database is not as this version needs it ({_first_line(error)}): run “yiwang migrate”."
    if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError) and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}."
    return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].strip().rstrip(".")


if __name__ == "__main__":
    main()
