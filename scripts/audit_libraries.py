"""Asks pip-audit for known holes in the pinned libraries. Ends with 1 when there is one, and with 0 when nothing could be asked."""

import json
import subprocess
import sys
from pathlib import Path

SECONDS = 90
COMMAND = [
    "--requirement",
    "constraints.txt",
    "--no-deps",
    "--disable-pip",
    "--progress-spinner",
    "off",
    "--format",
    "json",
]


def main() -> int:
    program = Path(sys.executable).with_name("pip-audit")
    try:
        done = subprocess.run([program, *COMMAND], capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return out_of_reach("it did not answer in time")
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return out_of_reach((done.stderr.strip().splitlines() or ["no answer"])[-1])
    looked = [library for library in libraries if "skip_reason" not in library]
    if not looked:
        return out_of_reach("the index here tells of no holes")
    holes = [(library, hole) for library in looked for hole in library["vulns"]]
    for library, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "none yet"
        print(f"{library['name']} {library['version']}: {hole['id']} (mended in {mended})")
    print(f"audit: {len(looked)} of {len(libraries)} libraries looked at, {len(holes)} known holes.")
    return 1 if holes else 0


def out_of_reach(why: str) -> int:
    print(f"audit: the libraries were not looked at for known holes: {why}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
