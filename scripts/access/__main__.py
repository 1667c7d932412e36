"""Writes docs/access.md; with --check leaves it alone, and ends with 1 when it is not current. Asks a throwaway database."""

import os
import sys
import tempfile


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="yiwang-access-") as folder:
        os.environ.update(YIWANG_ENV="test", YIWANG_VAR=folder, YIWANG_DATABASE_URL="")
        os.environ["DJANGO_SETTINGS_MODULE"] = "yiwang.cli.settings"
        from yiwang.cli.config import current_config
        from yiwang.cli.office import prepare_folder

        prepare_folder(current_config())
        import django

        django.setup()
        after = _written()
    from scripts.access.document import DOCUMENT

    if arguments == ["--check"]:
        before = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
        sys.exit(f"{DOCUMENT.name} is not what the rules say: run scripts/write-access" if before != after else 0)
    DOCUMENT.write_text(after, encoding="utf-8")


def _written() -> str:
    from django.core.management import call_command
    from scripts.access.document import written
    from scripts.access.ground import laid_out

    from yiwang.agencies.seed import root_office, seed_root

    call_command("migrate", verbosity=0, interactive=False)
    seed_root()
    return written(laid_out(root_office()))


if __name__ == "__main__":
    main(sys.argv[1:])
