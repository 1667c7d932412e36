"""`yiwang retention`: counts what is due, and takes the first of the two steps."""

import pytest
from click.testing import CliRunner
from tests.given import City
from tests.petitions.test_disposal import over

from yiwang.agencies.models import Role
from yiwang.cli.commands import retention
from yiwang.petitions.models import Disposal


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command within this process, whose database the tests share."""
    monkeypatch.setattr(retention, "_start", lambda: None)
    return CliRunner()


def test_it_counts_by_kind_and_names_lists_that_wait(city: City, run: CliRunner) -> None:
    """Given one closed for 31 years and one withdrawn for 11, when a handler proposes, then both are counted, and their list waits."""
    over(city, 31)
    over(city, 11, "withdrawn")
    counted = [line.split(": ")[1] for line in run.invoke(retention.command, ["due"]).output.splitlines()]
    assert sorted(counted) == ["0 due", "1 due", "1 due"]
    handler = city.who(city.office, Role.OFFICE_HANDLER)
    proposed = run.invoke(retention.command, ["propose", "--by", handler.username])
    made = Disposal.objects.get()
    assert proposed.output == f"List {made.pk} of 2 petitions waits to be confirmed by somebody else.\n"
    told = run.invoke(retention.command, ["due"]).output.splitlines()
    assert told[-1] == f"List {made.pk} of 2 petitions waits to be confirmed by a second person."


def test_only_a_handler_proposes(city: City, run: CliRunner) -> None:
    """Given something due, when a clerk is named or nobody, then nothing is proposed, and it says so."""
    over(city, 31)
    clerk = city.who(city.office, Role.INTAKE_CLERK)
    for name in (clerk.username, "nobody"):
        refused = run.invoke(retention.command, ["propose", "--by", name])
        assert (refused.exit_code, refused.output) == (
            1,
            f"yiwang: “{name}” is no office handler at work. Nothing was proposed.\n",
        )
    assert not Disposal.objects.exists()


def test_nothing_due_is_told(city: City, run: CliRunner) -> None:
    handler = city.who(city.office, Role.OFFICE_HANDLER)
    refused = run.invoke(retention.command, ["propose", "--by", handler.username])
    assert refused.output == "yiwang: Nothing that this person may see is due. Nothing was proposed.\n"
