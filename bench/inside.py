"""What is asked of an office from within: ``python -m bench.inside WHAT`` prints a line of JSON.

``count``: its petitions. ``sessions``: a cookie for each reader. ``addresses``: the pages that are opened and what is searched
for. ``statements``: how many each page and a filing run.
"""

import json
import sys

import django


def main() -> None:
    """Print the answer."""
    django.setup()
    from bench import probes
    from bench.statements import statements

    answers = {
        "count": probes.count,
        "sessions": probes.sessions,
        "addresses": probes.addresses,
        "statements": statements,
    }

    print(json.dumps(answers[sys.argv[1]](), ensure_ascii=False))


if __name__ == "__main__":
    main()
