"""The one table that a run ends with: Markdown for people, JSON for the next run to be compared with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.figures import Row, with_unit

HEADINGS = ("what", "engine", "figure", "target", "verdict", "note")
SPOKEN = {"met": "met", "missed": "**missed**", "told": ""}


def markdown(rows: Sequence[Row], circumstances: Mapping[str, object]) -> str:
    """Return the table under its circumstances (machine, load, counts), one section a group, in the rows' order."""
    lines = [f"- {name}: {value}" for name, value in circumstances.items()]
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            lines += ["", f"### {group}", "", _line(HEADINGS), _line(["---"] * len(HEADINGS))]
        figure, target = with_unit(row.figure, row.unit), row.target.in_words(row.unit)
        lines.append(_line([row.name, row.engine, figure, target, SPOKEN[row.verdict], row.note]))
    return "\n".join(lines) + "\n"


def write(folder: Path, name: str, rows: Sequence[Row], circumstances: Mapping[str, object]) -> list[Path]:
    """Write ``name``.md and ``name``.json into the folder (made when missing) and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    as_text, as_data = folder / f"{name}.md", folder / f"{name}.json"
    as_text.write_text(markdown(rows, circumstances), encoding="utf-8")
    data = {"circumstances": dict(circumstances), "rows": [{**asdict(row), "verdict": row.verdict} for row in rows]}
    as_data.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    return [as_text, as_data]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
