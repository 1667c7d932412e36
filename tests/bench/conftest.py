"""The benchmark is a package at the repository's root, not a part of what is installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
