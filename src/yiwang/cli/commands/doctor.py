"""`yiwang doctor`: is this office well, is it set up as safely as promised, and what is to be mended."""

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, for a monitor to read.")
@click.option("--security", is_flag=True, help="Go through docs/security.md instead, promise by promise.")
def command(as_json: bool, security: bool) -> None:
    """Look at settings, folder, disk, storage, backup, database, worker, keys, papers, clock, channels, queue and journal.

    Status 1 when one is to be mended.
    """
    import sys

    sys.exit(0 if (_security(as_json) if security else _health(as_json)) else 1)


def _health(as_json: bool) -> bool:
    import json

    from yiwang.cli.checks import examine

    findings = list(examine())
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{_mark(finding.well)}  {finding.check:9} {finding.found}")
            if finding.mend:
                click.echo(f"                → {finding.mend}")
    return all(finding.well for finding in findings)


def _security(as_json: bool) -> bool:
    import json

    from yiwang.cli.security.report import examine

    lines = list(examine())
    if as_json:
        click.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=1))
    else:
        for line in lines:
            click.echo(f"{_mark(line.well)}  {line.id:18} {line.promise}")
            if line.found:
                click.echo(f"{'':26}{line.found}")
            if line.mend:
                click.echo(f"{'':24}→ {line.mend}")
        looked, ill = [line for line in lines if line.well is not None], [line for line in lines if line.well is False]
        click.echo(
            f"{len(lines)} promises: {len(looked) - len(ill)} of {len(looked)} that hang on this office are kept; "
            f"tests prove the other {len(lines) - len(looked)} (docs/security.md)."
        )
    return all(line.well is not False for line in lines)


def _mark(well: bool | None) -> str:
    if well is None:
        return click.style("test", fg="cyan")
    return click.style("well", fg="green") if well else click.style("mend", fg="red")
