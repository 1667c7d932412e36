"""`yiwang doctor`: is this office well, and what is to be mended."""

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, for a monitor to read.")
def command(as_json: bool) -> None:
    """Look at settings, folder, disk, worker, backup, database, keys, papers, clock, queue and journal; status 1 when one is to be mended."""
    import json
    import sys

    from yiwang.cli.checks import examine

    findings = list(examine())
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            mark = click.style("well", fg="green") if finding.well else click.style("mend", fg="red")
            click.echo(f"{mark}  {finding.check:9} {finding.found}")
            if finding.mend:
                click.echo(f"                → {finding.mend}")
    sys.exit(0 if all(finding.well for finding in findings) else 1)
