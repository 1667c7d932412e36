"""Puts pip into this environment where ensurepip is missing, as on Debian without its python3-venv package.

Reads the package index as pip itself would (PIP_INDEX_URL, else PyPI), takes the newest pip that runs here, checks it
against the digest that the index names, and lets it install itself.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl$")
LINK = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"']+)[\"'][^>]*>", re.IGNORECASE)


def newest_wheel(index: str) -> tuple[str, str]:
    """Return address and SHA-256 of the newest pip on an index; raises LookupError when it has none."""
    page = f"{index.rstrip('/')}/pip/"
    with urlopen(page, timeout=60) as answer:
        links = LINK.findall(answer.read().decode())
    found = []
    for link in links:
        address, digest = urldefrag(urljoin(page, unescape(link)))
        version = WHEEL.search(address)
        if version and digest.startswith("sha256="):
            found.append((tuple(int(part) for part in version[1].split(".")), address, digest.removeprefix("sha256=")))
    if not found:
        raise LookupError(f"no pip on {index}")
    return max(found)[1:]


def main() -> None:
    """Fetch, check, install."""
    address, digest = newest_wheel(os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple")
    with urlopen(address, timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != digest:
        sys.exit(f"{address} is not what the index says it is")
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / address.rsplit("/", 1)[1]
        wheel.write_bytes(content)
        command = [sys.executable, f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
