"""Whoever changes a petition's filed facts, takes one away or touches the log is found."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from tests.given import City

from yiwang.journal import log
from yiwang.petitions import actions, proving
from yiwang.petitions.models import Entry, Petition
from yiwang.transparency import covers, sequencing, tree, verifying
from yiwang.transparency.models import Head, Leaf, Node, Waiting


@pytest.fixture
def filed(city: City, monkeypatch: pytest.MonkeyPatch) -> list[Petition]:
    """Three petitions in the log, one of them an accusation and one corrected, among two covers."""
    found = [city.file(), city.file(subject="路面坑洼"), city.file(purpose="accusation", accused=city.housing)]
    actions.Correct(subject="路面坑洼不平").run(city.clerk, found[1].pk, version=0)
    with monkeypatch.context() as covered:
        covered.setattr(covers, "due", lambda filings, since, now: 2)
        sequencing.seal()
    return found


def faults() -> list[tuple[str, int | None, str]]:
    return [(fault.fault, fault.place, fault.petition) for fault in proving.verify().faults]


def test_all_is_as_it_was_filed(filed: list[Petition], city: City) -> None:
    """Given petitions in the log, corrected ones too, and one that waits, then nothing is found, and all were checked."""
    city.file()
    verdict = proving.verify()
    assert (verdict.ok, verdict.leaves, verdict.heads, verdict.petitions) == (True, 5, 1, 4)
    assert verdict.as_json == {
        "ok": True, "checked": 9, "first_bad": None, "leaves": 5, "heads": 1, "petitions": 4, "before": 0, "disposed": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": "三单元的楼道灯坏了一天。"}, "words_altered"),
        ({"subject": "楼道灯"}, "words_altered"),
        ({"received_at": F("received_at") + timedelta(days=-30)}, "facts_altered"),
        ({"number": "2611-0000-0001-0"}, "facts_altered"),
        ({"sealed_opening": b"x" * 120}, "opening_altered"),
    ],
    ids=["text", "subject", "back-dated", "number", "opening"],
)
def test_a_changed_petition_is_found(filed: list[Petition], change: dict[str, object], fault: str) -> None:
    """Given a row that was changed in the database, then that petition is named, and what of it is not as it was filed."""
    petition = filed[0]
    Petition.objects.filter(pk=petition.pk).update(**change)
    assert (fault, None, change.get("number", petition.number)) in faults()


def test_a_corrected_petition_with_another_original_is_found(filed: list[Petition]) -> None:
    """Given a corrected petition whose kept words were put in from elsewhere, then it is found."""
    Petition.objects.filter(pk=filed[1].pk).update(sealed_filed=b"x" * 80)
    assert faults()[0] == ("opening_altered", None, filed[1].number)


def test_a_deleted_petition_is_found(filed: list[Petition]) -> None:
    """Given a petition that was deleted with all that hangs on it, then its leaf has nobody, and covers do not hide it."""
    Entry.objects.filter(petition=filed[2].pk).delete()
    Petition.objects.filter(pk=filed[2].pk).delete()
    [(fault, place, number)] = faults()
    assert (fault, number) == ("petition_gone", "")
    assert place is not None
    assert bytes(Leaf.objects.get(index=place).hash) != covers.cover_leaf(place)


def test_a_petition_without_its_opening_is_found(filed: list[Petition]) -> None:
    """Given an opening that was blanked, so that the petition would pass for one from before the log, then its leaf tells."""
    Petition.objects.filter(pk=filed[0].pk).update(sealed_opening=b"")
    assert [fault for fault, _place, _number in faults()] == ["petition_gone"]


def dispose(petition: Petition) -> None:
    """Leave of a petition what disposal leaves: a row without opening and words."""
    Petition.objects.filter(pk=petition.pk).update(data_key=b"", text="", subject="", sealed_opening=b"")


def test_disposal_is_no_fault(filed: list[Petition]) -> None:
    """Given a petition that was disposed of at the end of its retention, then its leaf is explained, and counted so."""
    dispose(filed[0])
    log.write([log.line("dispose", actor_kind="system", subject_kind="petition", subject_id=filed[0].pk)])
    verdict = proving.verify()
    assert (verdict.ok, verdict.disposed) == (True, 1)


@pytest.mark.parametrize("line", [None, "of another petition", "forged"])
def test_disposal_that_the_behaviour_log_does_not_know_is_found(filed: list[Petition], line: str | None) -> None:
    """Given a row made to look as if disposed of, without its line in the behaviour log or with a forged one, then it is found."""
    dispose(filed[0])
    if line:
        subject = filed[1 if line == "of another petition" else 0].pk
        made = log.line("dispose", actor_kind="system", subject_kind="petition", subject_id=subject)
        made.mac = bytes(32) if line == "forged" else made.mac
        log.write([made])
    assert [fault for fault, _place, _number in faults()] == ["petition_gone"]


def test_a_petition_from_before_the_log_is_no_fault(filed: list[Petition], city: City) -> None:
    """Given a petition that was filed before there was a log, then it is counted as such."""
    petition = city.file()
    Waiting.objects.all().delete()
    Petition.objects.filter(pk=petition.pk).update(sealed_opening=b"")
    verdict = proving.verify()
    assert (verdict.ok, verdict.before) == (True, 1)


def test_a_commitment_that_never_came_is_found(filed: list[Petition], city: City) -> None:
    """Given a commitment that was taken away before it got into the log, then the petition is named."""
    petition = city.file()
    Waiting.objects.all().delete()
    assert faults() == [("facts_altered", None, petition.number)]


def cut() -> None:
    Leaf.objects.filter(index=4).delete()


def rebuild() -> None:
    """Cut off the end as somebody does who holds the database and not the key: heads, nodes and all."""
    cut()
    Head.objects.filter(size=5).delete()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda: Leaf.objects.filter(index=1).update(hash=bytes(32)), "head_contradicted"),
        (lambda: Leaf.objects.filter(index=2).delete(), "leaf_gone"),
        (lambda: Node.objects.update(hash=bytes(32)), "node_altered"),
        (lambda: Head.objects.update(root=bytes(32)), "head_contradicted"),
        (lambda: Head.objects.update(signature=bytes(64)), "head_unsigned"),
        (lambda: Head.objects.update(at=F("at") + timedelta(days=-1)), "head_unsigned"),
        (cut, "log_cut"),
        (rebuild, "log_cut"),
        (lambda: Head.objects.all().delete(), "file_contradicted"),
        (lambda: sequencing.files()[0].unlink(), "file_gone"),
    ],
    ids=["leaf", "gap", "node", "root", "signature", "back-dated head", "cut", "cut with heads", "heads", "file"],
)
def test_a_changed_log_is_found(filed: list[Petition], change: Callable[[], object], fault: str) -> None:
    """Given the log changed in one place, then that is told."""
    change()
    assert fault in [found for found, _place, _number in faults()]


def test_a_restored_backup_is_no_fault(filed: list[Petition], city: City) -> None:
    """Given a backup put back that held less, then its mark takes the later heads back, once; what follows is checked as ever."""
    for line in ("lost", "lost too"):
        city.file(subject=line)
        sequencing.seal()
    Petition.objects.filter(subject__startswith="lost").delete()
    for model, condition in ((Leaf, {"index__gt": 4}), (Head, {"size__gt": 5})):
        model.objects.filter(**condition).delete()
    Node.objects.exclude(pk__in=[1 << 48, 1 << 48 | 1, 2 << 48]).delete()
    assert [fault for fault, _place, _number in faults()] == ["log_cut", "log_cut"]
    sequencing.note_restored(tree.last_head())
    assert faults() == []
    city.file(subject="after")
    sequencing.seal()
    assert faults() == []
    Head.objects.filter(size=6).delete()
    assert [fault for fault, _place, _number in faults()] == ["file_contradicted"]


def test_batches_do_not_matter(filed: list[Petition], monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a log and petitions of several batches, then the verdict is the same."""
    whole = proving.verify().as_json
    for module, name in ((verifying, "BATCH"), (proving, "BATCH"), (proving, "TOGETHER")):
        monkeypatch.setattr(module, name, 2)
    assert proving.verify().as_json == whole


def test_the_command_tells_and_ends_with_its_status(
    filed: list[Petition], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a deleted leaf, when the command runs, then its last line says so and its status is 1; before that, 0."""
    from yiwang.cli.commands.transparency import command

    monkeypatch.setattr("yiwang.cli.web.refuse_unready", lambda config: None)
    for expected in (0, 1):
        with pytest.raises(SystemExit) as ended:
            command(["verify", "--json"], standalone_mode=False)
        said = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (ended.value.code, said["ok"]) == (expected, not expected)
        Leaf.objects.filter(index=0).delete()
    assert said["first_bad"] == {"fault": "leaf_gone", "leaf": 0, "petition": None}
