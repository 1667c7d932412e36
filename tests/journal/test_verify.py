"""`yiwang journal verify` finds whatever was done to the journal by somebody who holds the database, and nothing where nothing was done."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from yiwang.journal import heads, log, sequencer
from yiwang.journal.models import Head, Place, Record, Sequencer
from yiwang.journal.verify import Verdict, verify
from yiwang.store.ids import new_id

pytestmark = pytest.mark.django_db


def write(count: int) -> None:
    log.write(
        log.line("look", actor_kind="staff", actor_id=1, subject_kind="petition", subject_id=n, origin="192.0.2.7")
        for n in range(count)
    )


@pytest.fixture
def journal() -> None:
    """Twelve lines under three heads, of which the file outside tells too."""
    for _head in range(3):
        write(4)
        sequencer.seal()


def record_at(seq: int) -> int:
    return Place.objects.values_list("record_id", flat=True).get(seq=seq)


def faults(verdict: Verdict) -> set[str]:
    return {fault.fault for fault in verdict.faults}


def first(verdict: Verdict) -> tuple[int | None, str]:
    assert verdict.first_bad
    return verdict.first_bad.seq, verdict.first_bad.fault


def test_a_journal_that_nobody_touched_is_whole(journal: None) -> None:
    """Given twelve ordered lines and two that wait, when verified, then all is well and all were looked at."""
    write(2)
    assert verify().as_json == {"ok": True, "checked": 14, "first_bad": None, "waiting": 2, "heads": 3}


def test_an_empty_journal_is_whole() -> None:
    """Given an office that was only made, when verified, then all is well."""
    assert verify().as_json == {"ok": True, "checked": 0, "first_bad": None, "waiting": 0, "heads": 0}


@pytest.mark.parametrize(
    "change",
    [
        {"act": "note"}, {"actor_id": 2}, {"subject_id": 99}, {"result": "refused"}, {"reason": "x"},
        {"at": F("at") - timedelta(days=1)}, {"origin": ""}, {"origin": "192.0.2.8"}, {"actor_kind": "citizen"},
    ],
)  # fmt: skip
def test_an_altered_line_is_found(journal: None, change: dict[str, Any]) -> None:
    """Given a line of which any column was changed, its time too, when verified, then its place and its id are told."""
    Record.objects.filter(pk=record_at(5)).update(**change)
    verdict = verify()
    assert verdict.as_json["first_bad"] == {"seq": 5, "record": record_at(5), "fault": "line_altered"}
    assert not verdict.ok


def test_a_waiting_line_that_was_altered_or_invented_is_found(journal: None) -> None:
    """Given a line without a place whose MAC does not fit, when verified, then it is found."""
    write(1)
    Record.objects.filter(place=None).update(act="note")
    assert first(verify()) == (None, "line_altered")


def test_a_line_taken_away_is_found(journal: None) -> None:
    """Given a line that was deleted while its place stayed, when verified, then the place and the line's id are told."""
    gone = record_at(6)
    Record.objects.filter(pk=gone).delete()
    verdict = verify()
    assert verdict.first_bad is not None
    assert verdict.first_bad.as_json == {"seq": 6, "record": gone, "fault": "line_gone"}
    assert faults(verdict) == {"line_gone"}


def test_a_line_taken_away_with_its_place_is_found(journal: None) -> None:
    """Given a line that was deleted with its place, when verified, then the gap is told."""
    Record.objects.filter(pk=record_at(6)).delete()
    Place.objects.filter(seq=6).delete()
    assert first(verify()) == (6, "place_gone")


def _close_up(seq: int) -> None:
    """Build places and chain anew from the lines that are left, as somebody could who holds the database alone."""
    lines = list(Record.objects.filter(place__seq__gt=seq).order_by("place__seq").values_list("pk", "mac"))
    Place.objects.filter(seq__gt=seq).delete()
    chain = bytes(Place.objects.values_list("chain", flat=True).get(seq=seq - 1))
    for number, (pk, mac) in enumerate(lines, seq):
        leaf = sequencer.leaf_of(pk, bytes(mac))
        chain = sequencer.chained(chain, leaf)
        Place.objects.create(seq=number, record_id=pk, leaf=leaf, chain=chain)


def test_a_gap_that_was_closed_up_is_found(journal: None) -> None:
    """Given a line taken away and all that follows built anew, when verified, then the first head over it contradicts."""
    Record.objects.filter(pk=record_at(6)).delete()
    Place.objects.filter(seq=6).delete()
    _close_up(6)
    assert first(verify()) == (8, "head_contradicted")


def test_two_lines_that_changed_places_are_found(journal: None) -> None:
    """Given two places whose lines were exchanged, when verified, then the first of them is told; built anew, its head."""
    one, two = record_at(2), record_at(3)
    Place.objects.filter(seq=2).update(record_id=0)
    Place.objects.filter(seq=3).update(record_id=one)
    Place.objects.filter(seq=2).update(record_id=two)
    assert first(verify()) == (2, "line_moved")
    lines = {row.seq: row.record_id for row in Place.objects.all()}
    chain = bytes(Place.objects.values_list("chain", flat=True).get(seq=1))
    for seq in range(2, 13):
        leaf = sequencer.leaf_of(lines[seq], bytes(Record.objects.values_list("mac", flat=True).get(pk=lines[seq])))
        chain = sequencer.chained(chain, leaf)
        Place.objects.filter(seq=seq).update(leaf=leaf, chain=chain)
    assert first(verify()) == (4, "head_contradicted")


def test_a_line_put_in_between_is_found(journal: None) -> None:
    """Given a line put into the middle and the chain built anew, when verified, then its MAC does not fit."""
    false = log.line("look", actor_kind="staff", actor_id=1)
    false.mac = bytes(32)
    log.write([false])
    Place.objects.filter(seq=6).update(record_id=false.pk)
    verdict = verify()
    assert first(verdict) == (6, "line_altered")
    assert "line_moved" in faults(verdict)


def _cut(seq: int) -> None:
    Record.objects.filter(place__seq__gt=seq).delete()
    Place.objects.filter(seq__gt=seq).delete()
    Sequencer.objects.all().delete()


def test_a_cut_end_is_found_by_the_heads(journal: None) -> None:
    """Given the last lines cut off, when verified, then the head that counts them tells."""
    _cut(10)
    assert first(verify()) == (11, "journal_cut")


def test_a_cut_end_with_its_heads_is_found_by_the_file(journal: None) -> None:
    """Given the last lines and their heads cut off, when verified, then the file outside tells; so it does after new lines and heads."""
    _cut(8)
    Head.objects.filter(number=3).delete()
    assert first(verify()) == (9, "journal_cut")
    write(4)
    sequencer.seal()
    assert not verify().ok
    assert "file_contradicted" in faults(verify())


def test_all_built_anew_is_found_by_the_file(journal: None) -> None:
    """Given a journal emptied and begun again by the program itself, when verified, then the file outside tells."""
    _cut(0)
    Head.objects.all().delete()
    write(12)
    sequencer.seal()
    assert not verify().ok


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda: Head.objects.filter(number=2).update(at=F("at") - timedelta(days=1)), "head_altered"),
        (lambda: Head.objects.filter(number=2).update(signature=bytes(64)), "head_altered"),
        (lambda: Head.objects.filter(number=3).update(signature=bytes(64)), "head_unsigned"),
        (lambda: Head.objects.filter(number=2).delete(), "head_gone"),
        (lambda: Place.objects.filter(seq=7).update(chain=bytes(32)), "chain_broken"),
        (lambda: Place.objects.filter(seq=7).update(leaf=bytes(32)), "line_moved"),
    ],
)
def test_altered_heads_and_places_are_found(journal: None, change: Callable[[], Any], fault: str) -> None:
    """Given a head or a place that was altered or taken away, when verified, then that is told."""
    change()
    assert fault in faults(verify())


def test_a_missing_file_is_found(journal: None) -> None:
    """Given a file of heads that was taken away, when verified, then that is told."""
    heads.files()[0].unlink()
    assert first(verify()) == (None, "file_gone")


def test_the_second_folder_finds_what_was_done_to_the_first(journal: None, settings: Any, tmp_path: Path) -> None:
    """Given somebody who cut database and file alike, when verified, then the copy on the other disk tells."""
    settings.YIWANG_HEADS_FOLDER = str(tmp_path)
    write(1)
    sequencer.seal()
    _cut(12)
    Head.objects.filter(number=4).delete()
    own = heads.files()[0]
    own.write_bytes(b"".join(own.read_bytes().splitlines(keepends=True)[:3]))
    assert first(verify()) == (13, "journal_cut")
    settings.YIWANG_HEADS_FOLDER = ""
    assert verify().ok


def test_after_a_restored_backup_the_rest_is_whole(journal: None) -> None:
    """Given a database put back as it was at the second head, when that is noted and work goes on, then all is well."""
    _cut(8)
    Head.objects.filter(number=3).delete()
    heads.note_restored(2)
    write(3)
    sequencer.seal()
    assert verify().as_json == {"ok": True, "checked": 11, "first_bad": None, "waiting": 0, "heads": 3}


def test_a_false_mark_of_a_restored_backup_is_found(journal: None) -> None:
    """Given a mark that the office did not sign, when verified, then it is told."""
    _cut(8)
    Head.objects.filter(number=3).delete()
    heads.note_restored(2)
    path = heads.files()[0]
    path.write_text(path.read_text().replace('"restored":2', '"restored":1'))
    assert "head_unsigned" in faults(verify())


def test_lines_from_before_there_were_origins_verify() -> None:
    """Given a line with the MAC that lines had before, when verified, then it is well."""
    from yiwang.vault.sealing import keyed_mac

    line = log.line("look", actor_kind="staff", actor_id=1)
    assert bytes(line.mac) == keyed_mac(
        {
            "id": line.pk, "at": line.at.isoformat(timespec="microseconds"), "actor_kind": "staff", "actor_id": 1,
            "act": "look", "subject_kind": "", "subject_id": None, "reason": "", "result": "done",
        }
    )  # fmt: skip


def test_many_faults_are_told_in_part_and_counted(journal: None) -> None:
    """Given all lines altered and one gone, when verified, then each kind is told."""
    Record.objects.update(act="note")
    Record.objects.filter(pk=record_at(12)).delete()
    verdict = verify()
    assert verdict.found == 12
    assert faults(verdict) == {"line_altered", "line_gone"}


def test_an_old_id_given_to_a_new_line_is_only_late() -> None:
    """Given a line whose transaction took long, when ordered and verified, then all is well."""
    line = log.line("look", actor_kind="system")
    line.pk = new_id(line.at - timedelta(hours=2))
    line.mac = log.mac_of(line)
    log.write([line])
    sequencer.seal()
    assert verify().ok
