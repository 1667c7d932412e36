"""Urging along the ladder: whom, when, once; and one digest a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.clock import Clock, beijing

from yiwang.agencies.models import Absence, Role
from yiwang.outbox import senders
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.models import Deadline, Entry, Petition
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.supervision import changes, digests, turn, urging
from yiwang.supervision.by_hand import UrgeByHand
from yiwang.supervision.ladder import seed_ladder
from yiwang.supervision.models import Finding, Pause, Step, Urged, Urging
from yiwang.supervision.recipients import People
from yiwang.workdays.models import Day

if TYPE_CHECKING:
    from tests.given import City


class Mailing:
    """A way out that takes whatever it is given; it speaks no protocol, since nothing is sent here."""

    route = "mail"

    def ready(self) -> bool:
        return True

    def send(self, message: senders.Message) -> None:
        raise AssertionError("nothing is sent by this test")


@pytest.fixture(autouse=True)
def _ladder(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seed_ladder()
    monkeypatch.setitem(senders._SENDERS, "mail", Mailing())


@pytest.fixture
def clock() -> Iterator[Clock]:
    with Clock(beijing(2026, 9, 1, 10)).wound() as wound:
        yield wound


def _with_mail(city: "City", *posts: tuple[Any, Role]) -> None:
    for agency, role in posts:
        person = city.who(agency, role)
        person.email = f"{agency.code}-{role}@example.org"
        person.save()


@pytest.fixture
def petition(city: "City", clock: Clock) -> Petition:
    """Accepted on Tuesday 1 September 2026: 60 days, the last is Saturday 31 October. Everybody of the ladder is there."""
    found = city.bring_to("accepted")
    _with_mail(
        city, (city.housing, Role.AGENCY_HANDLER), (city.housing, Role.APPROVER), (city.office, Role.LEADER),
        (city.office, Role.SUPERVISOR),
    )  # fmt: skip
    return found


def _steps() -> list[tuple[int | None, str]]:
    return list(Urging.objects.order_by("pk").values_list("step", "to"))


def _mails() -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind="urging").order_by("created_at", "pk")
    return [(notice.unseal("address"), notice.unseal("body")) for notice in found]


def test_each_step_comes_on_its_day_to_its_person(petition: Petition, clock: Clock) -> None:
    """Given the ladder of 80 %, 100 %, 3 and 7 days over, then it is climbed on the working mornings worked by hand."""
    seen = []
    for day in range(71):  # from 1 September to 10 November, at 8:59 and 9:01
        for minute in (-1, 1):
            clock.at = beijing(2026, 9, 1, 9) + timedelta(days=day, minutes=minute)
            before = len(_steps())
            turn.go_on()
            seen += [(clock.at + timedelta(hours=8)).strftime("%m-%d %H:%M") for _new in _steps()[before:]]
    # The 48th day is 19 October: Tuesday the 20th. 31 October ends on a Sunday: Monday 2 November. Three days over end
    # with 3 November: Wednesday the 4th. Seven with Saturday the 7th: Monday the 9th.
    assert seen == ["10-20 09:01", "11-02 09:01", "11-04 09:01", "11-09 09:01"]
    assert _steps() == [(1, "handler"), (2, "head"), (3, "superior"), (4, "office")]
    assert [address for address, _body in _mails()] == [
        "housing-agency_handler@example.org", "housing-approver@example.org", f"{petition.office.code}-leader@example.org",
        f"{petition.office.code}-supervisor@example.org",
    ]  # fmt: skip
    entries = Entry.objects.filter(petition=petition, action="urge").order_by("pk")
    assert [(entry.data["step"], entry.data["rule"], entry.actor_kind) for entry in entries] == [
        (number, "handling", "system") for number in (1, 2, 3, 4)
    ]
    assert not any(entry.shown_to_petitioner for entry in entries)


def test_a_digest_says_number_limit_and_days_and_no_word_of_the_matter(petition: Petition, clock: Clock) -> None:
    """Given a limit three days over, when told on 4 November, then the line is the one worked by hand, without the title."""
    clock.set(2026, 11, 4, 9, 30)
    turn.go_on()
    [(_address, body)] = _mails()
    assert f"{petition.number}　办理答复，期限2026年10月31日，已超期 4 天" in body
    assert petition.subject not in body


def test_after_a_week_of_downtime_there_is_one_digest_with_the_highest_step(
    petition: Petition, city: "City", clock: Clock
) -> None:
    """Given three petitions and nobody at work from 19 October on, when the worker is back on 9 November, then one mail has all three."""
    more = []
    clock.set(2026, 9, 1, 11)
    for _each in range(2):
        more.append(city.bring_to("accepted"))
    clock.set(2026, 10, 19, 12)
    turn.go_on()
    assert _steps() == []
    clock.set(2026, 11, 9, 9, 5)
    turn.go_on()
    turn.go_on()
    assert _steps() == [(4, "office")] * 3
    [(address, body)] = _mails()
    assert address == f"{petition.office.code}-supervisor@example.org"
    assert all(one.number in body for one in (petition, *more))
    assert body.count("已超期 9 天") == 3


def test_nobody_is_urged_out_of_hours_or_on_days_off(petition: Petition, clock: Clock) -> None:
    """Given a step due, then nothing happens at night, on Saturday, on a holiday; on an adjusted working Saturday it does."""
    Day.objects.create(date=date(2026, 10, 20), working=False, name="放假")
    for when in ((2026, 10, 20, 10), (2026, 10, 21, 8, 59), (2026, 10, 21, 17), (2026, 10, 24, 10)):
        clock.set(*when)
        turn.go_on()
        assert _steps() == []
    Day.objects.create(date=date(2026, 10, 24), working=True, name="调休上班")
    clock.set(2026, 10, 24, 16, 59)
    turn.go_on()
    assert _steps() == [(1, "handler")]


def test_a_digest_comes_once_a_day_and_what_comes_later_waits(petition: Petition, city: "City", clock: Clock) -> None:
    """Given a digest at nine, when a supervisor urges at ten, then the words stand on the petition at once, the mail comes tomorrow."""
    clock.set(2026, 10, 20, 9, 5)
    turn.go_on()
    assert len(_mails()) == 1
    clock.set(2026, 10, 20, 10)
    supervisor = city.actor(city.office, Role.SUPERVISOR)
    UrgeByHand(words="请本周内办结。").run(supervisor, petition.pk)
    turn.go_on()
    assert len(_mails()) == 1
    assert _steps() == [(1, "handler"), (None, "handler")]
    clock.set(2026, 10, 21, 9, 5)
    turn.go_on()
    assert len(_mails()) == 2
    assert "请本周内办结" not in _mails()[1][1]
    entry = Entry.objects.filter(petition=petition, action="urge").latest("pk")
    assert (entry.actor_id, entry.data) == (
        supervisor.staff_id, {"rule": "handling", "agency": str(city.housing.pk)},
    )  # fmt: skip


def test_what_was_done_meanwhile_is_not_told(
    petition: Petition, city: "City", clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a step taken but not told yet, when the answer leaves first, then no mail is sent about it."""
    clock.set(2026, 10, 20, 9, 5)
    with monkeypatch.context() as patch:
        patch.setattr(digests, "tell", lambda *given: 0)
        turn.go_on()
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )
    actions.Approve().run(city.approver(city.housing), petition.pk)
    turn.go_on()
    assert _mails() == []
    assert not Urged.objects.filter(told_at=None).exists()


def test_dying_between_the_step_and_the_mail_tells_once(
    petition: Petition, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a worker that dies after the step, then after the mail was written but not committed, then in the end there is one mail."""
    clock.set(2026, 10, 20, 9, 5)

    def dies(*given: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(digests, "tell", dies)
        with pytest.raises(KeyboardInterrupt):
            turn.go_on()
    assert (_steps(), _mails()) == ([(1, "handler")], [])
    real = digests.write_to

    def writes_and_dies(*given: Any) -> None:
        real(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(digests, "write_to", writes_and_dies)
        with pytest.raises(KeyboardInterrupt):
            turn.go_on()
    assert _mails() == []
    turn.go_on()
    turn.go_on()
    assert (_steps(), len(_mails())) == ([(1, "handler")], 1)


def test_dying_within_a_step_leaves_nothing_by_half(
    petition: Petition, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a worker that dies after the entry and before the row, when it is back, then there is one entry and one row."""
    clock.set(2026, 10, 20, 9, 5)

    def dies(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(urging, "note", dies)
        with pytest.raises(KeyboardInterrupt):
            turn.go_on()
    assert not Entry.objects.filter(action="urge").exists()
    assert Finding.objects.filter(kind="soon", urge_at__isnull=False).exists()
    turn.go_on()
    assert Entry.objects.filter(action="urge").count() == Urging.objects.count() == 1


def test_a_pause_holds_urging_back_to_its_end(petition: Petition, city: "City", clock: Clock) -> None:
    """Given a pause until 22 October, then nobody is urged on the 20th to 22nd, and the handler on Friday the 23rd."""
    supervisor = city.actor(city.office, Role.SUPERVISOR)
    clock.set(2026, 10, 19, 15)
    changes.pause(supervisor, date(2026, 10, 22), "等鉴定结论", petition=petition)
    for day in (20, 21, 22):
        clock.set(2026, 10, day, 10)
        turn.go_on()
    assert _steps() == []
    clock.set(2026, 10, 23, 9, 1)
    turn.go_on()
    assert _steps() == [(1, "handler")]


def test_an_agency_s_pause_ends_early_when_somebody_ends_it(petition: Petition, city: "City", clock: Clock) -> None:
    """Given a pause of an agency, when it is ended on its second day, then the step is taken at the next turn."""
    supervisor = city.actor(city.office, Role.SUPERVISOR)
    clock.set(2026, 10, 19, 15)
    row = changes.pause(supervisor, date(2026, 11, 30), "机构改革", agency=city.housing)
    clock.set(2026, 10, 20, 10)
    turn.go_on()
    assert _steps() == []
    clock.set(2026, 10, 21, 10)
    changes.end_pause(row.pk, supervisor)
    turn.go_on()
    assert _steps() == [(1, "handler")]


@pytest.mark.parametrize(
    ("role", "until", "reason", "code"),
    [
        (Role.SUPERVISOR, date(2026, 9, 30), "等鉴定", "in_the_past"),
        (Role.SUPERVISOR, date(2027, 3, 1), "等鉴定", "too_long"),
        (Role.SUPERVISOR, date(2026, 10, 22), " ", "no_reason"),
        (Role.INTAKE_CLERK, date(2026, 10, 22), "等鉴定", "not_entitled"),
    ],
)
def test_a_pause_is_refused(
    petition: Petition, city: "City", clock: Clock, role: Role, until: date, reason: str, code: str
) -> None:
    """Given a day past or too far, no reason, or another post, then the pause is refused and there is none."""
    clock.set(2026, 10, 1, 10)
    with pytest.raises(Refused) as refused:
        changes.pause(city.actor(city.office, role), until, reason, petition=petition)
    assert refused.value.code == code
    assert not Pause.objects.exists()


def test_who_stands_in_is_urged_for_who_is_away(petition: Petition, city: "City", clock: Clock) -> None:
    """Given the handler is away and somebody stands in, when the step comes, then the stand-in is urged."""
    from tests.given import staff

    other = staff("代班人", (city.housing, Role.AGENCY_HANDLER))
    Absence.objects.create(
        staff=city.who(city.housing, Role.AGENCY_HANDLER), stand_in=other, first_day=date(2026, 10, 19),
        last_day=date(2026, 10, 25),
    )  # fmt: skip
    clock.set(2026, 10, 20, 10)
    turn.go_on()
    assert list(Urged.objects.values_list("staff", flat=True)) == [other.pk]


def test_where_nobody_is_there_it_goes_one_step_further_up(city: "City", clock: Clock) -> None:
    """Given an agency without anybody who signs off, when its head is meant, then those above it are urged."""
    petition = city.bring_to("accepted", city.parks)
    leader = city.who(city.office, Role.LEADER)
    limit = Deadline.objects.select_related("owed_by").get(petition=petition, rule="handling")
    people = People.on(date(2026, 9, 1), [city.parks, city.office])
    assert people.for_step("head", petition, limit) == ("superior", [leader])


def test_an_accusation_urges_only_who_may_read_it(city: "City", clock: Clock) -> None:
    """Given an accusation that nobody registers, then of the office's people those alone are urged to whom the compartment is open."""
    petition = city.file("局长收钱", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    reader = city.who(city.office, Role.INTAKE_CLERK, compartment=True)
    for role in (Role.INTAKE_CLERK, Role.APPROVER, Role.LEADER, Role.SUPERVISOR):
        _with_mail(city, (city.office, role))
    # 15 days from 1 September: the 12th ends with the 13th, a Sunday; the last is the 16th; then three and seven over.
    for when in ((9, 14), (9, 17), (9, 21), (9, 24)):
        clock.set(2026, *when, 10)
        turn.go_on()
    assert Finding.objects.filter(petition=petition, kind="late", ended_at=None).exists()
    assert set(Urged.objects.values_list("staff", flat=True)) == {reader.pk}
    assert _steps() == [(1, "handler")]
    assert _mails() == []


def test_a_rule_with_steps_of_its_own_has_no_others(petition: Petition, city: "City", clock: Clock) -> None:
    """Given a ladder for answers alone, from 90 % on to the head, then 20 October is quiet and the 54th day ends with the 25th."""
    supervisor = city.actor(city.office, Role.SUPERVISOR)
    changes.set_step(supervisor, Step(), rule="handling", number=1, measure="percent", at=90, to="head")
    clock.set(2026, 10, 20, 10)
    turn.go_on()
    assert _steps() == []
    clock.set(2026, 10, 26, 10)
    turn.go_on()
    assert _steps() == [(1, "head")]


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICE_HANDLER, Role.SYSTEM_ADMINISTRATOR])
def test_only_the_office_s_supervisors_set_the_ladder(city: "City", role: Role) -> None:
    """Given another post, or a county's supervisor, when a step is set or removed, then it is refused and the ladder stays."""
    before = list(Step.objects.values_list())
    for actor in (city.actor(city.office, role), city.actor(city.county_office, Role.SUPERVISOR)):
        with pytest.raises(Refused):
            changes.set_step(actor, Step(), rule="", number=9, measure="percent", at=90, to="head")
        with pytest.raises(Refused):
            changes.remove_step(actor, Step.objects.all()[0])
        with pytest.raises(Refused):
            changes.set_settings(actor, soon_percent=10, look_back_days=10, urge_from=time(8), urge_until=time(18))
    assert list(Step.objects.values_list()) == before


def test_a_supervisor_s_words_are_needed_and_so_is_something_owed(city: "City") -> None:
    """Given no words, or a petition that is answered, when urged by hand, then it is refused and no entry is left."""
    petition, answered = city.bring_to("accepted"), city.bring_to("answered")
    supervisor = city.actor(city.office, Role.SUPERVISOR)
    for found, words, code in ((petition, " ", "no_words"), (answered, "请办", "nothing_owed")):
        with pytest.raises(Refused) as refused:
            UrgeByHand(words=words).run(supervisor, found.pk)
        assert refused.value.code == code
    assert not Entry.objects.filter(action="urge").exists()
    assert not Urging.objects.exists()


def test_a_pause_of_what_one_may_not_see_does_not_exist(city: "City") -> None:
    """Given an accusation, when a supervisor without the compartment pauses it, then it is as if there were none."""
    petition = city.file("局长收钱", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    with pytest.raises(NotFound):
        changes.pause(city.actor(city.office, Role.SUPERVISOR), tomorrow, "等结论", petition=petition)
    assert not Pause.objects.exists()


def test_digests_wait_until_all_are_urged(
    petition: Petition, city: "City", clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given three limits and turns too short for all, then nobody is told in between, and in the end there is one mail with three lines."""
    clock.set(2026, 9, 1, 11)
    for _each in range(2):
        city.bring_to("accepted")
    clock.set(2026, 10, 20, 9, 5)
    real = urging.urge_due
    with monkeypatch.context() as patch:
        patch.setattr(urging, "urge_due", lambda lease, now: real(lease, now, seconds=-1))
        turn.go_on()
    assert (_steps(), _mails()) == ([], [])
    turn.go_on()
    assert _steps() == [(1, "handler")] * 3
    [(_address, body)] = _mails()
    assert body.count("还有 11 天") == 3


def test_a_long_digest_says_how_many_more_there_are(
    petition: Petition, city: "City", clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given three limits and two lines a mail, then it has two lines and says that one more is on the platform."""
    monkeypatch.setattr(digests, "MOST", 2)
    clock.set(2026, 9, 1, 11)
    for _each in range(2):
        city.bring_to("accepted")
    clock.set(2026, 10, 20, 9, 5)
    turn.go_on()
    [(_address, body)] = _mails()
    assert body.count("还有 11 天") == 2
    assert "另有 1 件" in body
