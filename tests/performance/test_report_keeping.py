"""Reports are kept with what they were made from: the same to the digit, corrected by a new version, signed, published."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from docx import Document
from tests.clock import Clock, beijing
from tests.given import City

from yiwang.agencies.models import Post, Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.papers.layout import as_html
from yiwang.papers.workshop import Made
from yiwang.performance.measures import Period
from yiwang.performance.models import Report, ReportSettings, Wording
from yiwang.performance.reports import changes, keeping, pictures, schedule, signing, telling, words
from yiwang.performance.reports.blocks import Bars, for_everybody, table
from yiwang.performance.reports.canonical import digest_of
from yiwang.performance.reports.edition import edition
from yiwang.performance.reports.word import as_docx
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import Refused

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), imported=True)
MONDAY = beijing(2026, 11, 23, 6)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with Clock(beijing(2026, 11, 18, 9)).wound() as clock:
        yield clock


@pytest.fixture
def week(city: City, clock: Clock) -> City:
    """A city with two petitions of that week, on the Monday after it."""
    city.bring_to("referred")
    city.file()
    clock.at = MONDAY
    return city


def file_late(city: City, clock: Clock) -> None:
    """File one more petition of that week, when its bulletin is made already."""
    clock.at = beijing(2026, 11, 20, 9)
    city.file()
    clock.at = MONDAY


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no PDF: the workshop's own process costs a second; tests/performance/test_report_files.py has it draw."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"%PDF-drawn", "", ""))


def leader(city: City) -> Actor:
    return city.actor(city.office, Role.LEADER)


def test_made_again_later_it_is_the_same_to_the_byte(week: City, clock: Clock) -> None:
    """Given a bulletin, when more of its week is brought in later and it is made again, then row, figures and digest are the first ones."""
    first = keeping.make("weekly", WEEK)
    assert first.read()["received"]["total"]["now"] == 2
    assert first.digest == digest_of(first.figures)
    file_late(week, clock)
    again = keeping.make("weekly", WEEK)
    assert (again.pk, again.figures, again.digest) == (first.pk, first.figures, first.digest)
    assert Report.objects.count() == 1
    assert [line.act for line in Record.objects.filter(subject_kind="report")] == ["make_report"]


def test_another_language_has_the_same_figures(week: City, clock: Clock) -> None:
    """Given a bulletin, when it is made in English later, then its figures are the Chinese one's, and its words are English."""
    first = keeping.make("weekly", WEEK)
    file_late(week, clock)
    english = keeping.make("weekly", WEEK, language="en")
    assert (english.digest, english.figures) == (first.digest, first.figures)
    assert english.pk != first.pk
    assert "共收到信访" in keeping.words_of(first).texts["overview"]
    assert keeping.words_of(english).texts["overview"].startswith("Petitions received: 2 (accusations not counted).")


def test_a_correction_is_a_new_version_with_its_reason(week: City, clock: Clock) -> None:
    """Given a bulletin and a petition that came in late, when it is corrected, then version 2 counts it and version 1 stays."""
    first = keeping.make("weekly", WEEK)
    file_late(week, clock)
    person = week.who(week.office, Role.LEADER)
    second = keeping.correct(first, "漏登一件来信", person)
    assert (second.version, second.reason, second.read()["received"]["total"]["now"]) == (2, "漏登一件来信", 3)
    assert keeping.kept("weekly", WEEK) == second
    first.refresh_from_db()
    assert first.read()["received"]["total"]["now"] == 2
    with pytest.raises(Refused) as refused:
        keeping.correct(first, "再改", person)
    assert refused.value.code == "not_newest"
    with pytest.raises(Refused) as refused:
        keeping.correct(second, "  ", person)
    assert refused.value.code == "reason"
    assert Report.objects.count() == 2


def test_words_are_edited_by_versions_until_it_is_signed(week: City, no_drawing: None) -> None:
    """Given a bulletin, when its words are edited, then each edit is a version; an edit of an old one, and one after signing, change nothing."""
    report = keeping.make("weekly", WEEK)
    officer = week.actor(week.office, Role.OFFICE_HANDLER)
    changes.reword(report.pk, officer, {"overview": "本周平稳。", "made_up": "不存在的一节"}, 1)
    words = keeping.words_of(report)
    assert (words.version, words.texts["overview"], "made_up" in words.texts) == (2, "本周平稳。", False)
    with pytest.raises(Refused) as refused:
        changes.reword(report.pk, officer, {"overview": "晚了一步"}, 1)
    assert refused.value.code == "changed_meanwhile"
    changes.sign(report.pk, leader(week))
    with pytest.raises(Refused) as refused:
        changes.reword(report.pk, officer, {"overview": "签发以后"}, 2)
    assert refused.value.code == "signed"
    assert [one.version for one in Wording.objects.filter(report=report)] == [1, 2]


@pytest.mark.parametrize(
    ("agency", "role"),
    [
        ("housing", Role.LEADER),
        ("county_office", Role.LEADER),
        ("office", Role.INTAKE_CLERK),
        ("office", Role.SUPERVISOR),
    ],
)
def test_nobody_else_signs_or_publishes(week: City, no_drawing: None, agency: str, role: Role) -> None:
    """Given posts elsewhere, or others at the office, when they sign, publish or recall, then it is refused and nothing changed."""
    report = keeping.make("weekly", WEEK)
    actor = week.actor(getattr(week, agency), role)
    for change in (changes.sign, changes.publish, changes.recall):
        with pytest.raises(Refused) as refused:
            change(report.pk, actor)
        assert refused.value.code == "not_entitled"
    report.refresh_from_db()
    assert (report.signed_at, report.published_at, bytes(report.docx)) == (None, None, b"")


def test_what_is_signed_is_proven(week: City, no_drawing: None) -> None:
    """Given a signed bulletin, then its signature holds; and no more once figures, words or a file are altered."""
    report = keeping.make("weekly", WEEK)
    changes.sign(report.pk, leader(week))
    report = Report.objects.get(pk=report.pk)
    words = keeping.words_of(report)
    assert (bytes(report.pdf), report.no_pdf_because, report.signed_by_id) == (b"%PDF-drawn", "", leader(week).staff_id)
    assert report.docx_digest == hashlib.sha256(bytes(report.docx)).hexdigest()
    assert signing.is_genuine(report, words)
    for name, value in (
        ("figures", report.figures.replace("2", "3", 1)),
        ("docx", b"other"),
        ("pdf", b"other"),
        ("version", 2),
    ):
        altered = Report.objects.get(pk=report.pk)
        setattr(altered, name, value)
        assert not signing.is_genuine(altered, words), name
    words.texts = {**words.texts, "overview": "别的话"}
    assert not signing.is_genuine(report, words)
    with pytest.raises(Refused) as refused:
        changes.sign(report.pk, leader(week))
    assert refused.value.code == "signed"


def test_without_pango_the_docx_alone_is_signed(week: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a server that cannot draw, when a bulletin is signed, then it has its DOCX, and the row says why there is no PDF."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"", "pango", ""))
    report = keeping.make("weekly", WEEK)
    signed = changes.sign(report.pk, leader(week))
    assert (signed.pdf, signed.pdf_digest, signed.no_pdf_because) == (b"", "", "pango")
    assert signing.is_genuine(signed, keeping.words_of(signed))


def test_published_is_what_was_signed_and_only_the_newest(week: City, no_drawing: None) -> None:
    """Given two versions, when the corrected one is published, then the first is taken off; unsigned ones and old ones are refused."""
    first = keeping.make("weekly", WEEK)
    with pytest.raises(Refused) as refused:
        changes.publish(first.pk, leader(week))
    assert refused.value.code == "not_signed"
    changes.sign(first.pk, leader(week))
    changes.publish(first.pk, leader(week))
    second = keeping.correct(first, "漏登一件来信", week.who(week.office, Role.LEADER))
    changes.sign(second.pk, leader(week))
    changes.publish(second.pk, leader(week))
    assert list(Report.objects.filter(published_at__isnull=False)) == [second]
    with pytest.raises(Refused) as refused:
        changes.publish(first.pk, leader(week))
    assert refused.value.code == "not_newest"
    changes.recall(second.pk, leader(week))
    assert not Report.objects.filter(published_at__isnull=False).exists()


def test_everybody_reads_no_count_below_five() -> None:
    """Given counts 7, 6, 3 in one table and 9, 4, 2 in another, then 3 goes with the next smallest, and 4 and 2 go together."""
    one = for_everybody(table("", ["", ""], [["a", 7], ["b", 6], ["c", 3]]), "<5")
    two = for_everybody(table("", ["", ""], [["a", 9], ["b", 4], ["c", 2], ["d", 0]]), "<5")
    assert [row[1].text for row in one.rows] == ["7", "<5", "<5"]  # type: ignore[union-attr]
    assert [row[1].text for row in two.rows] == ["9", "<5", "<5", "0"]  # type: ignore[union-attr]
    bars = for_everybody(Bars("", "", [("a", 7), ("b", 6), ("c", 3)]), "<5")
    assert bars.rows == [("a", 7)]


@pytest.mark.engine_free
def test_first_words_tell_no_count_that_everybody_may_not_read() -> None:
    """Given categories with 6 and 3, then the words name both without counts, for 9 in all would tell the 3; with 6 and 5 they count."""

    def said(*numbers: int) -> str:
        rows = [{"code": str(place), "zh": f"第{place}类", "en": "", "now": n} for place, n in enumerate(numbers)]
        return words.matters({"received": {"total": {"now": sum(numbers)}, "by_category": rows, "by_region": rows[:1]}})

    assert said(6, 3).startswith("反映最多的：第0类、第1类。")
    assert said(6, 5).startswith("反映最多的：第0类6件、第1类5件。")
    assert said(9, 4, 2).startswith("反映最多的：第0类9件、第1类、第2类。")


def test_the_same_edition_is_the_same_file(week: City) -> None:
    """Given a bulletin, when its DOCX is made twice, then the bytes are the same, and it says its figures and words."""
    report = keeping.make("weekly", WEEK)
    texts = keeping.words_of(report).texts
    first, again = as_docx(edition(report, texts)), as_docx(edition(report, texts))
    assert first == again
    assert as_html(first).count("<thead>") >= 5  # each table repeats its headings on the next page
    said = [paragraph.text for paragraph in Document(io.BytesIO(first)).paragraphs]
    assert said[0] == "信访周简报（2026年第47周）"
    assert "一、总体情况" in said
    assert "共收到信访2件（检举控告不计在内）。比上一期增加2件，比去年同期增加2件。" in "".join(said)
    assert any(report.digest in line for line in said)


@pytest.mark.engine_free
def test_bars_are_pictures_of_their_numbers() -> None:
    """Given shares of a whole, then each bar is a PNG of one size, the same each time, and different from another's."""
    assert pictures.bar(1, 2) == pictures.bar(50, 100)
    assert len({pictures.bar(0, 10), pictures.bar(1, 10), pictures.bar(10, 10), pictures.interval(100, 200, 300)}) == 4
    assert pictures.bar(3, 10).startswith(b"\x89PNG")
    assert pictures.bar(0, 0) == pictures.bar(0, 9)


# On schedule.


def test_on_monday_at_five_the_week_is_made_and_told(week: City) -> None:
    """Given a Monday at 04:59 and at 05:00 in the office's zone, then the bulletin is made at five, told once, and not again."""
    person = week.who(week.office, Role.LEADER)
    person.email = "leader@example.org"
    person.save()
    assert schedule.make_due(beijing(2026, 11, 23, 4, 59)) == 0
    assert schedule.make_due(beijing(2026, 11, 23, 5)) == 1
    assert [(one.kind, one.first_day, one.version) for one in Report.objects.all()] == [
        ("weekly", date(2026, 11, 16), 1)
    ]
    assert schedule.make_due(beijing(2026, 11, 23, 5, 5)) == 0
    notice = Notice.objects.get(kind="report")
    assert "信访周简报（2026年第47周）" in notice.unseal("body")
    assert notice.unseal("address") == "leader@example.org"


def test_after_a_downtime_each_missed_one_is_made_once_and_told_in_one_message(week: City) -> None:
    """Given three weeks of downtime over the turn of a month, then two further weeks and the month are made, with one message."""
    person = week.who(week.office, Role.APPROVER)
    person.email = "approver@example.org"
    person.save()
    schedule.make_due(beijing(2026, 11, 23, 6))
    Notice.objects.all().delete()
    assert schedule.make_due(beijing(2026, 12, 10, 6)) == 3
    assert sorted((one.kind, one.first_day.isoformat()) for one in Report.objects.all()) == [
        ("monthly", "2026-11-01"), ("weekly", "2026-11-16"), ("weekly", "2026-11-23"), ("weekly", "2026-11-30"),
    ]  # fmt: skip
    assert Notice.objects.filter(kind="report").count() == 1
    assert schedule.make_due(beijing(2026, 12, 10, 7)) == 0


def test_an_old_report_by_command_starts_no_flood(week: City) -> None:
    """Given a bulletin of 2019 that somebody asked for, when the worker comes by, then it makes the last week's alone."""
    keeping.make("weekly", Period(date(2019, 5, 13), date(2019, 5, 19), imported=True))
    assert schedule.make_due(MONDAY) == 1
    assert [one.first_day.year for one in Report.objects.order_by("first_day")] == [2019, 2026]


def test_nothing_is_reported_of_the_time_before_the_first_petition(week: City) -> None:
    """Given an office whose first petition came in November, then on that Monday no month, quarter or year is made."""
    assert [kind for kind, _period in schedule.due(MONDAY)] == ["weekly"]
    Petition.objects.all().delete()
    assert list(schedule.due(MONDAY)) == []


def test_dying_in_the_middle_makes_neither_two_nor_none(week: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a worker that dies before the row is whole, and one that dies before it tells, then the next turn makes and tells once."""
    person = week.who(week.office, Role.LEADER)
    person.email = "leader@example.org"
    person.save()

    class Killed(BaseException):
        pass

    def told() -> int:
        return Notice.objects.filter(kind="report").count()

    def die(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "note", die)
        with pytest.raises(Killed):
            schedule.make_due(MONDAY)
    assert (Report.objects.count(), Wording.objects.count(), told()) == (0, 0, 0)
    with monkeypatch.context() as patch:
        patch.setattr(telling, "write_to", die)
        with pytest.raises(Killed):
            schedule.make_due(MONDAY)
    assert (Report.objects.count(), Report.objects.filter(told_at=None).count(), told()) == (1, 1, 0)
    assert schedule.make_due(MONDAY) == 0
    assert (Report.objects.count(), Report.objects.filter(told_at=None).count()) == (1, 0)
    assert told() == 1
    schedule.make_due(MONDAY)
    assert told() == 1


def test_of_two_workers_the_second_gets_the_firsts(week: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given two workers that both found nothing made, when the second writes, then it gets the first one's report."""
    real = keeping.kept
    first = keeping.make("weekly", WEEK)
    answers = iter([None])
    monkeypatch.setattr(keeping, "kept", lambda *given: next(answers, real(*given)))
    assert keeping.make("weekly", WEEK).pk == first.pk
    assert Report.objects.count() == 1


def test_settings_are_the_offices_own(week: City) -> None:
    """Given an office that leaves imported history out and asks for 20 cases, then the next report says so, and the log has a line."""
    changes.set_settings(week.who(week.office, Role.SYSTEM_ADMINISTRATOR), minimum=20, imported=False, from_hour=7)
    assert ReportSettings.current().minimum == 20
    Petition.objects.update(historical=True)
    assert schedule.make_due(beijing(2026, 11, 23, 6)) == 0
    schedule.make_due(beijing(2026, 11, 23, 7))
    told = Report.objects.get().read()
    assert (told["minimum"], told["imported"], told["received"]["total"]["now"]) == (20, False, 0)
    assert Record.objects.filter(act="set_reports").count() == 1


def test_who_is_given_the_post_may_sign(week: City, no_drawing: None) -> None:
    """Given somebody without a post at the office, then they sign nothing until a leader's post is theirs."""
    person = week.who(week.housing, Role.APPROVER)
    report = keeping.make("weekly", WEEK)
    with pytest.raises(Refused):
        changes.sign(report.pk, Actor.of_staff(person))
    Post.objects.create(staff=person, agency=week.office, role=Role.LEADER)
    assert changes.sign(report.pk, Actor.of_staff(person, datetime.now(UTC))).is_signed
