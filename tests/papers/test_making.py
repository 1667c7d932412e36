"""From owed to made: numbered once, sealed on disk, signed, and the same again after any break."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.given import City
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.journal.models import Record
from yiwang.papers import making, workshop
from yiwang.papers.models import Counter, Paper, Series
from yiwang.papers.numbering import NumberingRefused, change_series
from yiwang.papers.signing import is_signed
from yiwang.petitions import actions, paper_facts, papers
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import sweep_orphans
from yiwang.petitions.models import Entry
from yiwang.store.inserting import insert
from yiwang.vault import files
from yiwang.vault.sealing import SealBroken

Owe = Callable[..., Paper]
pytestmark = pytest.mark.usefixtures("quick_workshop")


def on_disk() -> list[Path]:
    return [path for path in (Path(settings.YIWANG_VAR) / "files").glob("??/*") if path.is_file()]


def test_a_paper_is_owed_by_an_entry_in_one_statement(city: City) -> None:
    """Given an entry, when it owes two papers, then each costs one statement, and says who issues it and nothing in plain."""
    petition = city.bring_to("accepted")
    entry = petition.entries.select_related("referral").get(action="accept")
    with CaptureQueriesContext(
        connection,
    ) as none:
        owed = papers.owed_by(["notice", "extension"], petition, entry, given={"reason": "需要现场鉴定"})
    assert len(none) == 0
    with CaptureQueriesContext(connection) as statements:
        insert(*owed)
    assert len(statements) == 2
    rows = list(Paper.objects.order_by("id"))
    assert {(row.kind, row.state, row.issuer_id, row.number, row.entry_id) for row in rows} == {
        ("notice", "owed", city.housing.pk, "", entry.pk),
        ("extension", "owed", city.housing.pk, "", entry.pk),
    }
    assert "鉴定".encode() not in bytes(rows[0].sealed_given)
    assert making.given_of(rows[0]) == {"reason": "需要现场鉴定"}


def test_history_owes_no_papers(city: City) -> None:
    """Given an imported petition, when something is noted on it, then no paper is owed."""
    petition = city.file()
    petition.historical = True
    assert papers.owed_by(["receipt"], petition, petition.entries.get()) == []


def test_the_worker_makes_what_is_owed(city: City, owed: Owe) -> None:
    """Given a notice and an Opinion that are owed, when the worker comes round, then both are numbered, sealed and signed."""
    petition = city.bring_to("answered")
    notice, opinion = owed("notice", petition, "accept"), owed("opinion", petition, "approve")

    assert papers.make_owed() == 2

    notice.refresh_from_db()
    opinion.refresh_from_db()
    year = making.office_today(datetime.now(UTC)).year
    assert (notice.number, opinion.number) == (f"信告〔{year}〕1号", f"信意〔{year}〕1号")
    assert (opinion.state, opinion.issuer_name, opinion.issuer_id) == ("made", "住建局", city.housing.pk)
    assert opinion.template_version.startswith("default/")
    facts = making.facts_of(opinion)
    assert facts["petitioner"] == "钱大妈"
    assert facts["findings"] == "经查，楼道灯已于今日修好。"
    assert facts["legal_basis"] == "《信访工作条例》第三十二条第一款第（一）项"
    assert is_signed(notice)
    assert is_signed(opinion)
    assert papers.make_owed() == 0


def test_nothing_of_it_lies_in_plain(city: City, owed: Owe) -> None:
    """Given a made paper, when disk and rows are searched, then neither name nor words are found."""
    petition = city.bring_to("answered")
    paper = owed("opinion", petition, "approve")
    papers.make_owed()
    paper.refresh_from_db()
    assert len(on_disk()) == 2
    for path in on_disk():
        assert "钱大妈".encode() not in path.read_bytes()
        assert b"PK" not in path.read_bytes()[:2]
    for name, value in vars(paper).items():
        assert "钱大妈" not in str(value), name
    assert "钱大妈".encode() not in bytes(paper.sealed_facts)
    assert "钱大妈".encode() in making.read_docx(paper)
    other = Paper.objects.get(pk=paper.pk)
    other.pdf_id = paper.docx_id
    paper.destroy_key()
    paper.save()
    with pytest.raises(SealBroken):
        making.read_docx(Paper.objects.get(pk=paper.pk))


def test_made_twice_it_is_one(city: City, owed: Owe) -> None:
    """Given a made paper, when it is made again, then nothing changes: no number, no file."""
    petition = city.bring_to("accepted")
    paper = owed("notice", petition, "accept")
    first = making.make(paper.pk, papers.facts_of(paper), [city.housing.pk])
    again = making.make(paper.pk, papers.facts_of(paper), [city.housing.pk])
    assert (again.number, again.docx_id, bytes(again.signature)) == (
        first.number,
        first.docx_id,
        bytes(first.signature),
    )
    assert Counter.objects.get().last == 1
    assert len(on_disk()) == 2


class Killed(BaseException):
    """Stands for kill -9: nothing that the code does after it happens."""


@pytest.mark.parametrize("step", ["drawing", "first file", "second file", "signing", "last transaction"])
def test_killed_at_any_step_it_keeps_its_number(
    city: City, owed: Owe, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Given a process that dies at a step, when the worker comes round again, then the paper has the number it was given, once."""
    petition = city.bring_to("accepted")
    paper = owed("notice", petition, "accept")
    written: list[int] = []
    really = files.write_sealed

    def die(*_given: Any, **_more: Any) -> Any:
        raise Killed

    def write(key: Any, file_id: int, content: bytes) -> None:
        if step == ("first file", "second file")[min(len(written), 1)]:
            raise Killed
        written.append(file_id)
        really(key, file_id, content)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_sealed", write)
        if step == "drawing":
            patch.setattr(workshop, "make", die)
        if step == "signing":
            patch.setattr("yiwang.papers.signing.sign", die)
        if step == "last transaction":
            patch.setattr(Paper, "save", _die_when_made)
        with pytest.raises(Killed):
            papers.make_owed()

    paper.refresh_from_db()
    given = paper.number
    assert (paper.state, given.endswith("1号")) == ("owed", True)
    other = owed("notice", city.bring_to("accepted"), "accept")
    assert papers.make_owed() == 1  # the other one: this one is leased for five minutes
    Paper.objects.filter(pk=paper.pk).update(next_attempt_at=datetime.now(UTC) - timedelta(seconds=1))
    assert papers.make_owed() == 1

    paper.refresh_from_db()
    other.refresh_from_db()
    assert (paper.state, paper.number, other.serial) == ("made", given, 2)
    orphans = {"first file": 0, "second file": 1, "drawing": 0}.get(step, 2)
    assert len(on_disk()) == 4 + orphans
    for path in on_disk():
        os.utime(path, (0, 0))
    assert sweep_orphans() == orphans
    assert making.read_docx(paper).startswith(b"PK")
    assert making.read_pdf(other).startswith(b"%PDF-")


_save = Paper.save


def _die_when_made(paper: Paper, *given: Any, **more: Any) -> None:
    if paper.state == Paper.State.MADE:
        raise Killed
    _save(paper, *given, **more)


def test_what_cannot_be_made_waits_and_keeps_nobody(city: City, owed: Owe) -> None:
    """Given an extension without its reason, when the worker comes round, then it stays owed without a number, and says what is missing."""
    petition = city.bring_to("accepted")
    lacking = owed("extension", petition, "accept")
    notice = owed("notice", petition, "accept")

    assert papers.make_owed() == 1

    lacking.refresh_from_db()
    notice.refresh_from_db()
    assert (lacking.state, lacking.number, notice.state) == ("owed", "", "made")
    assert lacking.hindrance == "facts:延长后期限、理由"
    assert papers.why_not(lacking.hindrance) == "还缺：延长后期限、理由。补上以后再制作。"
    assert lacking.next_attempt_at > datetime.now(UTC) + timedelta(seconds=50)


def test_a_full_disk_leaves_it_owed(city: City, owed: Owe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a full disk, when a paper is made, then it stays owed with its number, and says why."""
    paper = owed("notice", city.bring_to("accepted"), "accept")

    def full(*_given: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_sealed", full)
        assert papers.make_owed() == 0
    paper.refresh_from_db()
    assert (paper.state, paper.hindrance, paper.serial) == ("owed", "disk:OSError", 1)
    assert "磁盘" in papers.why_not(paper.hindrance)


def test_a_void_paper_keeps_its_number(city: City, owed: Owe) -> None:
    """Given a numbered paper that is made void, then the next one gets the next number, and the gap stays on record."""
    petition = city.bring_to("accepted")
    first = owed("notice", petition, "accept")
    papers.make_owed()
    actor = city.handler(city.housing)
    papers.void(actor, petition, Paper.objects.get(pk=first.pk))
    owed("notice", petition, "accept")
    papers.make_owed()
    rows = Paper.objects.order_by("id").values_list("serial", "state", "void_because")
    assert list(rows) == [(1, "void", "by_staff"), (2, "made", "")]
    assert Record.objects.filter(act="void_paper", subject_id=first.pk, actor_id=actor.staff_id).count() == 1


def test_numbers_begin_again_each_year_at_the_office(city: City, owed: Owe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given the last minutes of a year, when papers are made before and after the office's midnight, then the serial begins again."""
    petition = city.bring_to("accepted")
    years, really = [], making.office_today
    for instant in (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 1, tzinfo=UTC)):
        paper = owed("notice", petition, "accept")
        monkeypatch.setattr(making, "office_today", lambda _now, instant=instant: really(instant))
        papers.make_owed()
        paper.refresh_from_db()
        years.append((paper.number, str(paper.dated_on)))
    assert years == [("信告〔2026〕1号", "2026-12-31"), ("信告〔2027〕1号", "2027-01-01")]


def test_each_body_has_its_own_scheme(city: City, owed: Owe) -> None:
    """Given a scheme that the housing bureau set, when papers are made, then it numbers its own, and the office as before."""
    admin = city.who(city.office, "system_administrator")
    change_series(city.housing.pk, "notice", "廊建信告", "{prefix}[{year}]第{serial}号", admin.pk)
    mine = owed("notice", city.bring_to("accepted"), "accept")
    theirs = owed("not_taken", city.bring_to("not_taken"), "not_take")
    papers.make_owed()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    year = mine.year
    assert (mine.number, theirs.number) == (f"廊建信告[{year}]第1号", f"信告〔{year}〕1号")
    assert Record.objects.filter(act="change_numbering", subject_id=city.housing.pk).count() == 1


def test_a_number_that_another_series_has_used_is_passed_over(city: City, owed: Owe) -> None:
    """Given a series that takes over the word of another, then no number is given out twice."""
    petition = city.bring_to("answered")
    owed("notice", petition, "accept")
    papers.make_owed()
    admin = city.who(city.office, "system_administrator")
    change_series(city.housing.pk, "notice", "信受", Series.PATTERN, admin.pk)
    change_series(city.housing.pk, "opinion", "信告", Series.PATTERN, admin.pk)
    opinion = owed("opinion", petition, "approve")
    papers.make_owed()
    opinion.refresh_from_db()
    assert (opinion.number, opinion.serial) == (f"信告〔{opinion.year}〕2号", 2)


@pytest.mark.parametrize(
    ("prefix", "pattern", "code"),
    [
        ("", Series.PATTERN, "prefix"),
        ("信{0}", Series.PATTERN, "prefix"),
        ("信告", "{prefix}{serial}号", "pattern"),
        ("信告", "{prefix}〔{year}〕号", "pattern"),
        ("信告", "{prefix}〔{year}〕{serial}{serial}号", "pattern"),
        ("信告", "{prefix}〔{year}〕{serial:09999999}号", "pattern"),
        ("信告", "{prefix.__class__}〔{year}〕{serial}号", "pattern"),
        ("信告", "{prefix!r}〔{year}〕{serial}号", "pattern"),
        ("信告", "{prefix}〔{year}〕{serial", "pattern"),
        ("信告", "{}{year}{serial}", "pattern"),
        ("信函", Series.PATTERN, "alike"),
    ],
)
def test_a_scheme_that_would_repeat_or_act_is_refused(city: City, prefix: str, pattern: str, code: str) -> None:
    """Given a scheme without year or serial, with format tricks, or like another series, then it is refused and nothing changes."""
    with pytest.raises(NumberingRefused) as refused:
        change_series(city.housing.pk, "notice", prefix, pattern, 1)
    assert refused.value.code == code
    assert refused.value.message
    assert not Series.objects.filter(issuer_id=city.housing.pk).exclude(prefix="信告").exists()


def test_papers_of_accusations_are_for_those_who_may_see_them(city: City, owed: Owe) -> None:
    """Given an accusation, when its receipt is made, then it is sealed as all are, and the accused body can neither find nor make it."""
    petition = city.file(purpose="accusation", accused=city.housing, subject="收了好处", text="某某收了好处。")
    paper = owed("receipt", petition)
    papers.make_owed()
    paper.refresh_from_db()
    assert making.facts_of(paper)["subject"] == "收了好处"
    assert all("好处".encode() not in path.read_bytes() for path in on_disk())
    accused = city.handler(city.housing)
    assert not papers.may_issue(accused, petition, paper)
    assert papers.writable_kinds(accused, petition) == []
    with pytest.raises(papers.PaperRefused):
        papers.make_now(accused, petition, paper)


def test_who_may_issue(city: City, owed: Owe) -> None:
    """Given a petition with the housing bureau, then its people issue its papers, the office's issue all, and others none."""
    petition = city.bring_to("accepted")
    paper = owed("notice", petition, "accept")
    may = [
        papers.may_issue(actor, petition, paper)
        for actor in (city.handler(city.housing), city.officer, city.handler(city.parks))
    ]
    assert may == [True, True, False]
    assert papers.bodies_of(city.handler(city.housing), petition) == [city.housing.pk]
    assert papers.bodies_of(city.officer, petition) == [city.office.pk]
    assert {kind.code for kind in papers.writable_kinds(city.handler(city.housing), petition)} >= {
        "notice",
        "opinion",
        "extension",
    }
    assert "receipt" not in {kind.code for kind in papers.writable_kinds(city.handler(city.housing), petition)}
    assert papers.bodies_of(Actor.citizen(petition.pk), petition) == []


def test_the_petitioner_gets_what_is_addressed_to_them(city: City, owed: Owe) -> None:
    """Given receipt, referral letter and Opinion, then the petitioner may have the receipt, and the Opinion once the answer was opened."""
    petition = city.bring_to("answered")
    for kind, action in (("receipt", "file"), ("referral", "refer"), ("opinion", "approve")):
        owed(kind, petition, action)
    assert papers.own_papers(petition) == []
    papers.make_owed()
    assert [paper.kind for paper in papers.own_papers(petition)] == ["receipt"]
    petition.delivered_at = datetime.now(UTC)
    assert [paper.kind for paper in papers.own_papers(petition)] == ["receipt", "opinion"]


def test_entries_stay_what_they_were(city: City, owed: Owe) -> None:
    """Given papers that are made, then no entry is added or changed by that."""
    petition = city.bring_to("accepted")
    owed("notice", petition, "accept")
    before = list(Entry.objects.values_list("pk", "data"))
    papers.make_owed()
    assert list(Entry.objects.values_list("pk", "data")) == before


def test_where_no_pdf_can_be_drawn_it_is_docx_and_says_so(
    city: City, owed: Owe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server without Pango, when a paper is made, then it is DOCX alone, signed, and says why; the PDF is added later and signed too."""
    petition = city.bring_to("accepted")
    paper = owed("notice", petition, "accept")
    really = workshop.make
    with monkeypatch.context() as patch:
        patch.setattr(workshop, "make", lambda *given, **more: replace(really(*given, **more), pdf=b"", no_pdf="pango"))
        assert papers.make_owed() == 1
    paper.refresh_from_db()
    assert (paper.state, paper.pdf_id, paper.pdf_digest, paper.no_pdf_because) == ("made", None, "", "pango")
    assert is_signed(paper)
    assert papers.no_pdf_words("pango") == "这台服务器没有装 Pango，不能生成 PDF；请用 DOCX。"
    actor = city.handler(city.housing)

    still = workshop.Made(b"PK", b"", "font", "")
    monkeypatch.setattr(workshop, "draw", lambda *_given: still)
    with pytest.raises(papers.PaperRefused, match="workshop"):
        papers.draw_pdf(actor, petition, paper)
    monkeypatch.setattr(workshop, "draw", lambda *_given: replace(still, pdf=b"%PDF-late", no_pdf=""))
    papers.draw_pdf(actor, petition, paper)
    paper.refresh_from_db()
    assert making.read_pdf(paper) == b"%PDF-late"
    assert paper.no_pdf_because == ""
    assert is_signed(paper)
    assert papers.draw_pdf(actor, petition, paper).pdf_id == paper.pdf_id


FROM_ACTIONS = {
    "receipt": ("filed", "file"),
    "referral": ("referred", "refer"),
    "notice": ("accepted", "accept"),
    "objection": ("objected", "object"),
    "not_taken": ("not_taken", "not_take"),
    "opinion": ("answered", "approve"),
    "suggestion": ("answered", "approve"),
    "report": ("answered", "approve"),
}


@pytest.mark.parametrize("kind", FROM_ACTIONS)
def test_what_an_action_knows_is_enough_for_its_paper(city: City, owed: Owe, kind: str) -> None:
    """Given a petition led into a state by its actions, when the paper of that action is owed, then nothing is missing and it is made."""
    state, action = FROM_ACTIONS[kind]
    paper = owed(kind, city.bring_to(state), action)
    papers.make_owed()
    paper.refresh_from_db()
    assert (paper.state, paper.hindrance) == ("made", "")
    facts = making.facts_of(paper)
    assert facts["petitioner"] == "钱大妈"
    expected = {
        "receipt": ("channel", "网站"),
        "referral": ("addressee", "住建局"),
        "objection": ("reason", "按职责清单属园林局。"),
        "not_taken": ("where", "向人民法院提出"),
        "opinion": ("decision", "对您的投诉请求予以支持。"),
        "suggestion": ("reply", "经查，楼道灯已于今日修好。"),
        "report": ("result", "予以支持。"),
    }
    if kind in expected:
        name, value = expected[kind]
        assert facts[name] == value


def test_an_assignment_names_co_agencies_and_the_day_of_the_report(city: City, owed: Owe) -> None:
    """Given an assignment with a co-agency and a day, then the letter names both, and the return of papers the objection's reason."""
    day = making.office_today(datetime.now(UTC)) + timedelta(days=20)
    petition = city.bring_to("registered")
    petition = actions.Refer(lead=city.housing, co=[city.parks], kind="assign", report_due=day).run(
        city.officer, petition.pk
    )
    letter = owed("assignment", petition, "refer")
    actions.Object(reason="按职责清单属园林局。").run(city.handler(city.housing), petition.pk)
    petition = actions.UpholdObjection().run(city.officer, petition.pk)
    returned = owed("return", petition, "uphold_objection")
    assert papers.make_owed() == 2
    letter.refresh_from_db()
    returned.refresh_from_db()
    facts = making.facts_of(letter)
    assert (facts["co_agencies"], facts["report_due"]) == (["园林局"], making.in_words(day))
    assert (returned.issuer_id, making.facts_of(returned)["reason"]) == (city.housing.pk, "按职责清单属园林局。")


def test_how_petitioners_are_addressed(city: City) -> None:
    """Given somebody anonymous, somebody with a name, and a joint petition, then each is addressed as papers do."""
    named, joint = city.file(), city.file("路灯不亮")
    nameless = city.file("水压低", identity=actions.Identity(anonymous=True))
    joint.persons = 5
    assert [paper_facts.name_of(petition) for petition in (named, joint, nameless)] == [
        "钱大妈",
        "钱大妈等5人",
        "来信人",
    ]
