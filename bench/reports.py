"""How long a year's report takes: ``make bench-large``, or ``python -m bench.reports`` within an office that is loaded.

The aim is 30 s among a million petitions over three years, with progress shown; fewer are measured by the same share of it.
Measured is the command as an office runs it: the figures of the last whole year, counted, kept, and written as DOCX.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

AIM_SECONDS = 30
AMONG = 1_000_000


def main() -> int:
    """Print a line of JSON: the seconds of the figures alone, and those of the whole command."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    import django

    django.setup()
    from datetime import UTC, datetime

    from click.testing import CliRunner

    from yiwang.cli.commands import report
    from yiwang.performance.reports.figures import figures
    from yiwang.performance.reports.periods import last_whole
    from yiwang.petitions.models import Petition
    from yiwang.workdays.counting import office_date

    today = office_date(datetime.now(UTC))
    begun = time.perf_counter()
    found = figures("yearly", last_whole("yearly", today))
    counted = time.perf_counter() - begun
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        out = Path(folder) / "year.docx"
        done = CliRunner().invoke(report.command, ["yearly", "--at", today.isoformat(), "--out", str(out), "--json"])
        seconds = time.perf_counter() - begun
        if done.exit_code or not out.exists():
            raise RuntimeError(done.output)
    told = {
        "seconds": seconds, "figures_seconds": counted, "petitions": Petition.objects.count(),
        "of_the_year": found["received"]["total"]["now"],
    }  # fmt: skip
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
