"""The end of retention: what is due, what is held, two persons, and that nothing readable is left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import models
from tests.given import City
from tests.leaks.dumping import Needles, cells

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people.models import Petitioner
from yiwang.petitions import actions, disposal, retention
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload
from yiwang.petitions.models import Attachment, Disposal, Entry, Petition, PublishedAnswer
from yiwang.petitions.papers import make_owed
from yiwang.petitions.refusals import Refused
from yiwang.vault.sealing import DataKey, SealBroken

PLAIN_AND_KEPT = {
    # Codes, ids and names of bodies; what is said of each is that no petitioner writes it.
    "petitions_entry.action", "petitions_entry.actor_kind", "petitions_entry.from_state", "petitions_entry.to_state",
    "petitions_review.outside", "petitions_rating.level", "petitions_datarequest.what", "petitions_attachment.content_type",
    "satisfaction_said.code",
}  # fmt: skip


def over(city: City, years: float, state: str = "closed", **given: object) -> Petition:
    """Return a petition that was over so many years ago."""
    petition = city.bring_to(state, **given)  # type: ignore[arg-type]
    Petition.objects.filter(pk=petition.pk).update(closed_at=datetime.now(UTC) - timedelta(days=365.3 * years))
    return Petition.objects.get(pk=petition.pk)


def carried_out(city: City) -> Disposal:
    """Propose what is due, have it confirmed, and let the worker carry it out."""
    proposed = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER))
    disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))
    disposal.go_on()
    return Disposal.objects.get(pk=proposed.pk)


@pytest.mark.parametrize(
    ("state", "years", "is_due"),
    [("closed", 29.9, False), ("closed", 30.1, True), ("withdrawn", 9.9, False), ("withdrawn", 10.1, True), ("answered", 99, False)],
)  # fmt: skip
def test_each_kind_is_due_after_its_years(city: City, state: str, years: float, is_due: bool) -> None:
    """Given a petition that was over so long ago, then it is due when its kind's years have passed, and an open one never is."""
    petition = over(city, years, state)
    assert retention.due(Petition.objects.all()).filter(pk=petition.pk).exists() is is_due


def test_every_petition_that_is_over_is_of_one_kind(city: City) -> None:
    """Given one petition in each way of being over, and an accusation, then each is of exactly one kind."""
    for state in ("closed", "withdrawn", "not_taken", "led_out"):
        city.bring_to(state)
    city.bring_to("withdrawn", purpose="accusation")
    counts = [
        sum(Petition.objects.filter(kind.which, pk=pk).count() for kind in retention.KINDS.values())
        for pk in Petition.objects.filter(state__in=retention.OVER).values_list("pk", flat=True)
    ]
    assert counts == [1] * 5


def test_the_administrators_years_count(city: City) -> None:
    """Given years that an administrator entered with their basis, then they count, and a line of the behaviour log says so."""
    petition = over(city, 6)
    retention.set_years({"resolved": 5}, "市档发〔2026〕1号", city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    assert list(retention.due(Petition.objects.all())) == [petition]
    assert list(Record.objects.filter(act="set_retention").values_list("reason", flat=True)) == ["resolved"]


@pytest.mark.parametrize(
    ("years", "basis", "code"), [({"resolved": 0}, "x", "years"), ({"king": 3}, "x", "no_kind"), ({"resolved": 3}, " ", "no_basis")]
)  # fmt: skip
def test_years_that_cannot_be_are_refused(city: City, years: dict[str, int], basis: str, code: str) -> None:
    """Given years out of range, an unknown kind or no basis, then nothing is entered."""
    with pytest.raises(Refused) as refused:
        retention.set_years(years, basis, city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    assert (refused.value.code, retention.years_now()["resolved"]) == (code, 30)


def test_what_is_held_is_not_due(city: City) -> None:
    """Given a due petition, when it is frozen, then it is not due; when it is let go, then it is again."""
    petition = over(city, 31)
    actions.Freeze(reason="法院调卷").run(city.officer, petition.pk)
    assert not retention.due(Petition.objects.all()).exists()
    hold = petition.holds.get()
    assert petition.key.open(hold.sealed_reason, "petitions_hold", "sealed_reason", hold.pk) == "法院调卷"
    with pytest.raises(Refused, match="frozen"):
        actions.Freeze(reason="再冻").run(city.officer, petition.pk)
    actions.Unfreeze(reason="案子结了").run(city.officer, petition.pk)
    assert retention.due(Petition.objects.all()).exists()


def test_frozen_after_the_list_was_made_it_is_kept(city: City) -> None:
    """Given a confirmed list, when one of its petitions is frozen before the worker comes, then that one is kept whole."""
    petition = over(city, 31)
    proposed = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER))
    disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))
    actions.Freeze(reason="法院调卷").run(city.officer, petition.pk)
    assert disposal.go_on() == 0
    assert proposed.items.get().outcome == "held"
    assert Petition.objects.get(pk=petition.pk).words()[0] == "楼道灯不亮"


def test_nothing_readable_is_left(city: City, settings: LazySettings) -> None:
    """Given a petition with an attachment, a representative, a paper, notices, a rating, a published answer and a look at its key,
    when it is disposed of, then no table and no file holds a word of it, its key opens nothing, and what statistics count stays."""
    named = actions.Identity(name="欧阳明月", phone="19912345678", address="柳溪镇三号院")
    upload = Upload("房产证.pdf", "application/pdf", b"%PDF-1.7 ouyang")
    petition = city.bring_to(
        "answered", subject="屋顶漏水无人修", text="屋顶漏水已经三年，找谁都不管。", identity=named, representatives=(named,), uploads=(upload,)
    )  # fmt: skip
    citizen = Actor.citizen(petition.pk)
    actions.Publish(subject="屋顶漏水", text="屋顶漏水", answer_text="屋顶漏水已修").run(
        city.approver(city.housing), petition.pk
    )
    actions.Rate(office="satisfied", agency="satisfied", comment="修得很快").run(citizen, petition.pk)
    actions.Close().run(city.officer, petition.pk)
    make_owed(limit=1)
    before = over_again(petition)
    key = DataKey.unwrap(before.data_key, "petitions_petition", before.pk)
    assert disposed(carried_out(city)) == 1

    after = Petition.objects.get(pk=petition.pk)
    needles = Needles({"欧阳明月", "19912345678", "柳溪镇三号院", "屋顶漏水", "修得很快", "楼道灯已于今日", "房产证"})
    assert [(table, column) for table, column, content in cells() if needles.found_in(content)] == []
    secrets = {bytes(row.data_key) for row in Petition.objects.filter(pk=petition.pk)}
    assert key.wrapped not in secrets
    assert all(bytes(entry.sealed_note) == b"" for entry in Entry.objects.filter(petition=after))
    assert not [path for path in Path(settings.YIWANG_VAR, "files").rglob("*") if path.is_file()]
    assert (Attachment.objects.count(), Notice.objects.count(), PublishedAnswer.objects.count()) == (0, 0, 0)
    assert {bytes(person.data_key) for person in Petitioner.objects.all()} == {b""}
    kept = (
        "number",
        "channel",
        "purpose",
        "category_id",
        "region_id",
        "lead_agency_id",
        "state",
        "received_at",
        "answered_on",
    )
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (after.words(), after.version) == ((disposal.GONE, ""), before.version)
    assert Record.objects.filter(act="dispose", subject_id=petition.pk).count() == 1


def over_again(petition: Petition) -> Petition:
    Petition.objects.filter(pk=petition.pk).update(closed_at=datetime.now(UTC) - timedelta(days=31 * 365.3))
    return Petition.objects.get(pk=petition.pk)


def disposed(found: Disposal) -> int:
    assert found.finished_at is not None
    return found.items.filter(outcome="done").count()


def test_an_accusation_is_disposed_of_by_those_who_may_see_it(city: City) -> None:
    """Given a due accusation, then who may not see it neither proposes nor confirms it; within the compartment it is disposed of."""
    petition = over(city, 31, "withdrawn", purpose="accusation", subject="收红包", text="科长收了红包。")
    with pytest.raises(Refused, match="nothing"):
        disposal.propose(city.who(city.office, Role.OFFICE_HANDLER))
    proposed = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER, compartment=True))
    with pytest.raises(Refused, match="unseen"):
        disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))
    disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER, compartment=True))
    assert disposal.go_on() == 1
    assert Petition.objects.get(pk=petition.pk).words() == (disposal.GONE, "")


def test_one_person_alone_disposes_of_nothing(city: City) -> None:
    """Given a list, when whoever proposed it confirms it, then it is refused and nothing changed; given up, all is free again."""
    petition = over(city, 31)
    by = city.who(city.office, Role.OFFICE_HANDLER)
    proposed = disposal.propose(by)
    with pytest.raises(Refused, match="same_person"):
        disposal.confirm(proposed.pk, by)
    assert disposal.go_on() == 0
    assert not retention.due(Petition.objects.all()).exists()  # it stands on a list
    disposal.cancel(proposed.pk, by)
    assert list(retention.due(Petition.objects.all())) == [petition]
    with pytest.raises(Refused, match="not_open"):
        disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))


def test_interrupted_it_goes_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a confirmed list of three, when the worker dies in the second, then that one is whole, and the next run does the rest."""
    petitions = [over(city, 31) for _ in range(3)]
    proposed = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER))
    disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))
    whole, calls = disposal._forget_words, []

    def dies(petition: Petition) -> None:
        calls.append(petition.pk)
        if len(calls) == 2:
            raise KeyboardInterrupt
        whole(petition)

    monkeypatch.setattr(disposal, "_forget_words", dies)
    with pytest.raises(KeyboardInterrupt):
        disposal.go_on()
    monkeypatch.undo()
    halfway = Petition.objects.get(pk=petitions[1].pk)
    assert (halfway.disposed_at, halfway.words()[0], halfway.petitioner.unseal("name")) == (
        None,
        "楼道灯不亮",
        "钱大妈",
    )
    assert disposal.go_on() == 2
    assert Petition.objects.filter(disposed_at=None).count() == 0


def test_taken_up_again_it_is_kept(city: City) -> None:
    """Given a confirmed list, when the matter is taken up again before the worker comes, then it is kept."""
    petition = over(city, 31)
    proposed = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER))
    disposal.confirm(proposed.pk, city.who(city.office, Role.LEADER))
    actions.Reopen(reason="又坏了").run(city.officer, petition.pk)
    assert disposal.go_on() == 0
    assert proposed.items.get().outcome == "dropped"


def test_nothing_more_is_done_with_what_was_disposed_of(city: City) -> None:
    """Given a petition that was disposed of, when somebody acts on it, then it is refused."""
    petition = over(city, 31)
    carried_out(city)
    with pytest.raises(Refused, match="disposed"):
        actions.Reopen(reason="又坏了").run(city.officer, petition.pk)


def test_every_column_of_words_is_destroyed() -> None:
    """Given what hangs on a petition, then every plain column that could hold words is destroyed, or named here as holding none."""
    covered = {f"{model._meta.db_table}.{name}" for model, names in disposal.hanging() for name in names}
    for model, _names in disposal.hanging():
        for column in model._meta.concrete_fields:
            plain = isinstance(column, models.CharField | models.TextField) and not column.choices
            name = f"{model._meta.db_table}.{column.name}"
            assert not plain or name in covered | PLAIN_AND_KEPT, name


def test_a_destroyed_key_is_gone(city: City) -> None:
    """Given the sealed words of before, when the petition was disposed of, then its present key does not open them."""
    petition = over(city, 31, "withdrawn", purpose="accusation", subject="收红包", text="科长收了红包。")
    sealed = bytes(petition.sealed_text)
    disposal.dispose_of(petition, datetime.now(UTC))
    with pytest.raises(SealBroken):
        Petition.objects.get(pk=petition.pk).key.open(sealed, "petitions_petition", "sealed_text", petition.pk)
