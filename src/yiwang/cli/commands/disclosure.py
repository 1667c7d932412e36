"""`yiwang disclosure`: reads a budget disclosure 部门预算公开 and checks it against itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from yiwang.performance.disclosure import Disclosure


@click.group()
def command() -> None:
    """Read a department's budget disclosure (text, DOCX, PDF or HTML), and find what does not agree in it."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def read(file: Path) -> None:
    """Print what the disclosure says as JSON: text figures, indicators, projects, procurement, assets, each with its place."""
    import json

    click.echo(json.dumps(_read(file).as_json(), ensure_ascii=False, indent=1))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print the findings as a JSON list")
def check(file: Path, as_json: bool) -> None:
    """List what does not agree: sums, text against tables, tables against each other, indicators that contradict themselves.

    docs/disclosure.md says what each rule asks. Status 0 whatever is found; 1 when the file cannot be read.
    """
    import json

    from yiwang.performance.disclosure.checking import relations

    found = _read(file)
    every = relations(found)
    findings = [relation for relation in every if not relation.holds]
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
        return
    for finding in findings:
        said = finding.as_json()
        apart = f" (difference {finding.difference})" if finding.difference is not None else ""
        click.echo(f"{finding.severity}: {finding.rule}{apart}")
        for value, where in zip(said["values"], said["where"] or [""] * len(said["values"]), strict=True):
            click.echo(f"    {value}  [{where}]" if where else f"    {value}")
    for words, place in found.unread:
        click.echo(f"not understood: {words}  [{place}]")
    figures = {relation_figure.place for relation in every for relation_figure in relation.figures}
    click.echo(f"{len(every)} relations of {len(figures)} figures checked, {len(findings)} do not hold.")


def _read(file: Path) -> "Disclosure":
    from yiwang.cli.main import PlainError
    from yiwang.performance.disclosure import Unreadable, open_file
    from yiwang.performance.disclosure import read as understand

    try:
        found = understand(open_file(file))
    except Unreadable as unreadable:
        raise PlainError(str(unreadable)) from None
    if not (found.texts or found.indicators or found.projects or found.purchases):
        raise PlainError(
            f"{file} can be read, but holds nothing of a budget disclosure: no amounts, no indicators, no procurement."
        )
    return found
