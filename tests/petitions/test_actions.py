"""What actions do beyond the table: dates, receipts, refusals, two at once, stand-ins."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.agencies.models import Absence, Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES, due
from yiwang.petitions.models import Deadline, Entry, Petition, Referral
from yiwang.workdays.seed import seed_calendar


def beijing(*parts: int) -> datetime:
    """Return an instant given in the office's own time (UTC+8)."""
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("rule", "start", "on", "provisional"),
    [
        ("refer", beijing(2026, 3, 1, 23, 59), date(2026, 3, 16), False),
        ("refer", beijing(2026, 3, 2, 0, 1), date(2026, 3, 17), False),
        ("handling", beijing(2024, 1, 1, 12, 0), date(2024, 3, 1), False),
        (
            "objection",
            beijing(2026, 9, 24, 12, 0),
            date(2026, 10, 9),
            False,
        ),  # the holidays of October, and a working Sunday
        ("objection", beijing(2026, 11, 20, 12, 0), date(2026, 11, 27), False),
        ("objection", beijing(2040, 1, 2, 12, 0), date(2040, 1, 9), True),
    ],
)
def test_limits_end_on_the_day_of_the_law(db: None, rule: str, start: datetime, on: date, provisional: bool) -> None:
    """Given an instant, then the limit ends on the day counted by hand, at the office's next midnight."""
    seed_calendar()
    end = due(RULES[rule], start)
    assert (end.on, end.provisional) == (on, provisional)
    assert end.at == beijing(on.year, on.month, on.day) + timedelta(days=1)


def test_filing_takes_eight_statements(city: City, django_assert_num_queries: "type[CaptureQueriesContext]") -> None:
    """Given a filing without attachment, then the core writes it in eight statements, one of them for the log, transaction aside."""
    from django.db import connection

    with CaptureQueriesContext(connection) as caught:
        city.file()
    counted = [q for q in caught if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(counted) == 8


def test_repeated_attempt_gives_the_same_petition(city: City) -> None:
    """Given a filing with a key, when it is posted again, then there is one petition, one entry, one notice."""
    first = city.file(intake_key="k1")
    second = city.file(intake_key="k1")
    assert first.pk == second.pk
    assert (Petition.objects.count(), Entry.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_limit_runs_from_receipt_not_from_typing(city: City) -> None:
    """Given a letter that arrived five days ago, when it is entered, then its limit counts from its arrival."""
    arrived = datetime.now(UTC) - timedelta(days=5)
    petition = city.file(channel="letter", received_at=arrived, actor=city.clerk)
    deadline = Deadline.objects.get(petition=petition)
    assert deadline.due_on == petition.received_on + timedelta(days=15)
    assert Entry.objects.get(petition=petition).happened_at > arrived + timedelta(days=4)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"subject": "  "}, "no_subject"),
        ({"text": ""}, "no_text"),
        ({"subject": "灯" * 101}, "too_long"),
        ({"text": "灯" * 20_001}, "too_long"),
        ({"received_at": datetime.now(UTC) + timedelta(days=1)}, "in_the_future"),
        ({"representatives": [actions.Identity(name="代表")] * 6}, "too_many_representatives"),
    ],
)
def test_bad_filing_is_refused_and_leaves_nothing(city: City, given: dict[str, object], code: str) -> None:
    """Given a filing that lacks something, then it is refused by name and no row is left."""
    with pytest.raises(actions.Refused) as refused:
        city.file(**given)
    assert refused.value.code == code
    assert (Petition.objects.count(), Notice.objects.count(), Record.objects.count()) == (0, 0, 0)


def test_oral_petition_is_read_back(city: City) -> None:
    """Given a telephone petition, when it was not read back, then it is refused; when it was, it is filed (art. 19)."""
    with pytest.raises(actions.Refused) as refused:
        city.file(channel="hotline", actor=city.clerk)
    assert refused.value.code == "not_read_back"
    assert city.file(channel="hotline", actor=city.clerk, read_back=True).read_back


def test_nul_and_broken_characters_are_taken_out(city: City) -> None:
    """Given text with NUL and half a character, then it is stored without them."""
    petition = city.file(subject="灯\0坏了", text="坏\ud800了三个月")
    petition.refresh_from_db()
    assert (petition.subject, petition.text) == ("灯坏了", "坏?了三个月")


@pytest.mark.article("28.1")
def test_second_of_two_clerks_is_refused(city: City) -> None:
    """Given a page that two clerks have open, when both act, then the second is told, and nothing is done twice."""
    petition = city.file()
    seen = petition.version
    actions.Register().run(city.clerk, petition.pk, version=seen)
    with pytest.raises(actions.Refused) as refused:
        actions.MarkUrgent(reason="老人").run(city.officer, petition.pk, version=seen)
    assert refused.value.code == "changed_meanwhile"
    assert Entry.objects.filter(petition=petition).count() == 2


def test_stand_in_acts_for_the_absent(city: City) -> None:
    """Given an absent handler, when the stand-in accepts, then the entry names both."""
    absent, stand_in = city.who(city.housing, Role.AGENCY_HANDLER), city.who(city.parks, Role.AGENCY_HANDLER)
    petition = city.bring_to("referred")
    today = date.today()
    Absence.objects.create(staff=absent, stand_in=stand_in, first_day=today, last_day=today + timedelta(days=1))
    actions.Accept().run(Actor.of_staff(stand_in), petition.pk)
    entry = Entry.objects.filter(petition=petition, action="accept").get()
    assert (entry.actor, entry.stood_in_for, entry.agency) == (stand_in, absent, city.housing)


@pytest.mark.article("32.1")
def test_nobody_approves_their_own_draft(city: City) -> None:
    """Given one person who drafts and approves in an agency, when they approve their own draft, then it is refused."""
    from tests.given import staff

    both = staff("both", (city.housing, Role.AGENCY_HANDLER), (city.housing, Role.APPROVER))
    petition = city.bring_to("accepted")
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(Actor.of_staff(both), petition.pk)
    with pytest.raises(actions.Refused) as refused:
        actions.Approve().run(Actor.of_staff(both), petition.pk)
    assert refused.value.code == "own_draft"


def test_objection_after_five_working_days_is_refused_with_the_date(city: City) -> None:
    """Given a referral of a month ago, when the agency objects, then it is refused, and the last day is named."""
    seed_calendar()
    petition = city.bring_to("registered")
    long_ago = datetime.now(UTC) - timedelta(days=30)
    actions.Refer(lead=city.housing).run(Actor.system(), petition.pk, happened_at=long_ago, quiet=True)
    with pytest.raises(actions.Refused) as refused:
        actions.Object(reason="不属我局").run(city.handler(city.housing), petition.pk)
    assert refused.value.code == "too_late"
    last = Deadline.objects.get(petition=petition, rule="objection").due_on
    assert f"{last.month}月{last.day}日" in refused.value.message


def test_nobody_is_late_with_a_right(city: City) -> None:
    """Given a referral of ten days ago, then its objection has lapsed, and what is owed next is the notice of the 15th day."""
    petition = city.bring_to("registered")
    ten_days_ago = datetime.now(UTC) - timedelta(days=10)
    actions.Refer(lead=city.housing).run(Actor.system(), petition.pk, happened_at=ten_days_ago, quiet=True)
    petition.refresh_from_db()
    notice = Deadline.objects.get(petition=petition, rule="notice")
    assert Deadline.objects.get(petition=petition, rule="objection").is_open
    assert (petition.next_due_rule, petition.next_due_at) == ("notice", notice.due_at)


@pytest.mark.article("23.3")
def test_upheld_objection_gives_the_office_a_new_limit(city: City) -> None:
    """Given an objection, when it is upheld, then the referral is returned and the office owes a new referral within 15 days."""
    petition = actions.UpholdObjection(reason="同意").run(city.officer, city.bring_to("objected").pk)
    assert petition.referrals.get().state == Referral.State.RETURNED
    assert (petition.next_due_rule, petition.lead_agency, petition.turn_agency) == ("refer", None, city.office)


def test_passed_on_down_the_tree(city: City) -> None:
    """Given a county agency with the lead, when it passes on to its township, then the lead and the limits go with it."""
    petition = city.bring_to("referred", city.county_housing)
    petition = actions.PassOn(to=city.township).run(city.handler(city.county_housing), petition.pk)
    assert petition.lead_agency == city.township
    states = dict(petition.referrals.values_list("agency__code", "state"))
    assert states == {"county-housing": "passed_on", "township": "sent"}
    owing = Deadline.objects.filter(petition=petition, rule="notice", met_at=None, cancelled_at=None).get()
    assert owing.owed_by == city.township


def test_assigned_with_a_report_by_a_day(city: City) -> None:
    """Given an assignment 交办, then its report is a deadline, met when the answer is released."""
    petition = city.bring_to("registered")
    day = date.today() + timedelta(days=20)
    with pytest.raises(actions.Refused) as refused:
        actions.Refer(lead=city.housing, kind="assign").run(city.officer, petition.pk)
    assert refused.value.code == "no_report_day"
    actions.Refer(lead=city.housing, kind="assign", report_due=day).run(city.officer, petition.pk)
    assert Deadline.objects.get(petition=petition, rule="report").due_on == day


def test_reopened_once_by_a_dissatisfied_petitioner(city: City) -> None:
    """Given an answered petition, then it is reopened only after “dissatisfied”, and by the petitioner only once."""
    petition = city.bring_to("closed")
    me = Actor.citizen(petition.pk)
    with pytest.raises(actions.Refused) as refused:
        actions.Reopen(reason="没修").run(me, petition.pk)
    assert refused.value.code == "not_dissatisfied"
    actions.Rate(office="satisfied", agency="dissatisfied").run(me, petition.pk)
    assert actions.Reopen(reason="没修").run(me, petition.pk).reopened == 1
    actions.Refer(lead=city.housing).run(city.officer, petition.pk)
    actions.Accept().run(city.handler(city.housing), petition.pk)
    actions.DraftAnswer(text="这次真的修好了，已拍照。", outcome="support").run(city.handler(city.housing), petition.pk)
    actions.Approve().run(city.approver(city.housing), petition.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(me, petition.pk)
    with pytest.raises(actions.Refused) as again:
        actions.Reopen(reason="又坏").run(me, petition.pk)
    assert again.value.code == "reopened_before"


def test_rated_once_for_each_answer(city: City) -> None:
    """Given a rated answer, when it is rated again, then it is refused."""
    petition = city.bring_to("answered")
    me = Actor.citizen(petition.pk)
    actions.Rate(office="satisfied", agency="satisfied").run(me, petition.pk)
    with pytest.raises(actions.Refused) as refused:
        actions.Rate(office="dissatisfied", agency="satisfied").run(me, petition.pk)
    assert refused.value.code == "rated"


def test_history_owes_nothing(city: City) -> None:
    """Given a petition imported with its answer, then its dates are its own, no notice is owed and no limit is open."""
    filed_at, answered_at = beijing(2019, 4, 25, 9, 32), beijing(2019, 5, 10, 14, 56)
    importer = Actor.system()
    filing = actions.File(
        channel="history",
        office=city.office,
        subject="物业",
        text="物业不管。",
        received_at=filed_at,
        source="board",
        source_number="2549",
    )
    petition = filing.run(importer, historical=True)
    steps: list[actions.Action] = [
        actions.Register(),
        actions.Refer(lead=city.office),
        actions.Accept(),
        actions.DraftAnswer(text="已处理。", outcome="support"),
        actions.Approve(),
        actions.Close(),
    ]
    for step in steps:
        petition = step.run(importer, petition.pk, happened_at=answered_at, historical=True)
    assert (petition.state, petition.days_to_answer, petition.answered_at) == ("closed", 15, answered_at)
    assert Notice.objects.count() == 0
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()
    again = filing.run(importer, historical=True)
    assert again.pk == petition.pk


def test_only_an_import_writes_history(city: City) -> None:
    """Given a member of staff, when they act “in the past”, then the program is wrong, and says so."""
    petition = city.file()
    with pytest.raises(ValueError, match="only an import"):
        actions.Register().run(city.clerk, petition.pk, happened_at=datetime.now(UTC) - timedelta(days=1))


def test_answer_reaches_the_list_of_the_nearest_approver(city: City) -> None:
    """Given a township where nobody signs off, when it drafts, then the draft waits at the nearest agency above that can."""
    city.approver(city.county_housing)
    petition = city.bring_to("accepted", city.township)
    petition = actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(
        city.handler(city.township), petition.pk
    )
    assert (petition.turn_agency, petition.turn_role) == (city.county_housing, "approver")
    assert actions.Approve().run(city.approver(city.county_housing), petition.pk).state == "answered"


def test_every_action_leaves_one_line_in_the_behaviour_log(city: City) -> None:
    """Given a petition led to its close, then the behaviour log holds one line for each entry, each with its right MAC."""
    from yiwang.journal.log import mac_of

    petition = city.bring_to("closed")
    lines = list(Record.objects.filter(subject_id=petition.pk).order_by("at"))
    assert [line.act for line in lines] == ["file", "register", "refer", "accept", "draft_answer", "approve", "close"]
    assert all(bytes(line.mac) == mac_of(line) for line in lines)
