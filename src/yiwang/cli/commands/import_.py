"""`yiwang import`: what another system holds."""

from contextlib import nullcontext
from pathlib import Path

import click

from yiwang.cli.main import PlainError, start_django


@click.group("import")
def command() -> None:
    """Bring in what another system holds."""


@command.command("petitions")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    required=True,
    help="which column is what (TOML; see examples/import/)",
)
@click.option("--dry-run", is_flag=True, help="check every row and write none")
@click.option("--json", "only_json", is_flag=True, help="print the last line alone")
@click.option(
    "--rejected",
    type=click.Path(path_type=Path),
    help="where refused rows go (default: imports/ in the office's folder)",
)
def petitions(file: Path, map_file: Path, dry_run: bool, only_json: bool, rejected: Path | None) -> None:
    """Take petitions and their answers from FILE (CSV or XLSX).

    Rows keep their dates, owe no notices and raise no warnings; a row that is there already is left alone; bad rows go to
    a file with their number and the reason. The last line is {"read": …, "imported": …, "already_there": …, "rejected": …}.
    """
    from yiwang.cli.config import current_config
    from yiwang.cli.importing.mapping import MapRefused, read_map
    from yiwang.cli.importing.reading import read_rows
    from yiwang.cli.web import refuse_unready

    config = current_config()
    refuse_unready(config)
    start_django()
    from tqdm import tqdm

    from yiwang.cli.importing.petitions import Import, RejectedFile
    from yiwang.cli.traces import traced

    try:
        mapping = read_map(map_file, config.time_zone)
        total = None if only_json else sum(1 for _row in read_rows(file, mapping.needed))
        refused = RejectedFile(rejected or config.var / "imports" / f"{file.stem}.rejected.csv")
        run = Import(mapping, refused, dry=dry_run)
        # A trial writes nothing, and leaves nothing.
        with (
            nullcontext() if dry_run else traced("import_petitions"),
            tqdm(total=total, unit="row", disable=only_json, desc="checking" if dry_run else "importing") as bar,
        ):
            counts = run.run(read_rows(file, mapping.needed), bar.update)
    except MapRefused as error:
        raise PlainError(str(error)) from error
    if counts.rejected and not only_json:
        click.echo(f"{counts.rejected} rows were not taken; see why in {refused.path}")
    click.echo(counts.as_json())
