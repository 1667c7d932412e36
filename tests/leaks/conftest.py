"""The demo's invented city, filled once for all tests of a module."""

import io
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction


@dataclass
class Filled:
    """What the city's petitioners gave, in plain, and what was logged while it was filled."""

    identities: dict[str, set[str]]
    accusations: list[str]
    logged: str


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The whole invented city; on PostgreSQL, which proves the same of its own tables, a part of it with all accusations."""
    from django.db import connection

    from yiwang.agencies.seed import seed_root
    from yiwang.cli.demo import seed
    from yiwang.people.models import SEALED, Petitioner
    from yiwang.petitions.models import Petition

    logged, patched = io.StringIO(), pytest.MonkeyPatch()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    if connection.vendor != "sqlite":
        patched.setattr(seed, "FOLDER", _part_of(seed.FOLDER, tmp_path_factory.mktemp("demo") / "part"))
    with django_db_blocker.unblock(), transaction.atomic():
        seed_root()
        seed.seed_demo(lambda _line: None)
        people = list(Petitioner.objects.all())
        identities = {what: {value for person in people if (value := person.unseal(what).strip())} for what in SEALED}
        accusations = [part for petition in Petition.objects.filter(purpose="accusation") for part in petition.words()]
        yield Filled(identities, accusations, logged.getvalue())
        transaction.set_rollback(True)
    patched.undo()
    logging.getLogger().removeHandler(handler)


def _part_of(whole: Path, part: Path) -> Path:
    """Copy the demo's content: of the petitions every fifth, and all accusations; none that is merged into one left out."""
    shutil.copytree(whole, part)
    for path in (part / "petitions").glob("*.json"):
        stories = [
            story
            for story in json.loads(path.read_text("utf-8"))
            if story["purpose"] == "accusation"
            or (story["key"][-1] in "05" and all(step["step"] != "merge" for step in story["way"]))
        ]
        path.write_text(json.dumps(stories), "utf-8")
    return part
