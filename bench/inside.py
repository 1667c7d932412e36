"""What is asked of an office from within: ``python -m bench.inside WHAT`` prints a line of JSON.

``count``: its petitions. ``readers``: a session for each reader of the page figures. ``terms``: what is searched for.
``statements``: how many statements each page and a filing run, counted without BEGIN, COMMIT and SAVEPOINT.
"""

import json
import sys

import django


def main() -> None:
    """Print the answer."""
    django.setup()
    from bench import probes

    print(json.dumps(getattr(probes, sys.argv[1])(*sys.argv[2:]), ensure_ascii=False))


if __name__ == "__main__":
    main()
