"""`yiwang supervise scan` says what it did in its last line."""

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.supervision.given import over

from yiwang.cli.commands.supervise import command
from yiwang.journal.models import Record

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def _ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The office of the tests is there already."""
    monkeypatch.setattr("yiwang.cli.web.refuse_unready", lambda config: None)
    monkeypatch.setattr("yiwang.cli.main.start_django", lambda: None)


@pytest.mark.usefixtures("_ready")
def test_run_again_at_once_nothing_is_new(city: "City") -> None:
    """Given a late petition and one in time, when scanned twice, then 1 is found, new the first time and not the second."""
    over(city.bring_to("accepted"), 2)
    city.bring_to("answered")
    lines = []
    for arguments in (["scan", "--json"], ["scan", "--json"], ["scan", "--all", "--json"]):
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0, done.output
        lines.append(json.loads(done.output.splitlines()[-1]))
    # The first follows what is open and walks through both; the second looks at what was touched just now.
    late = [line["found"] for line in lines]
    assert [line["new"] for line in lines][1:] == [0, 0]
    assert lines[0]["new"] == late[0] >= 1
    assert late == [late[0]] * 3
    assert lines[1]["checked"] == 2
    assert Record.objects.filter(act="supervise_scan", result="done").count() == 3
