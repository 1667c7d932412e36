"""Chapter 4, articles 35 and 36: review and re-review, the days of a hearing, and what is final."""

from datetime import date

import pytest
from tests.clock import Clock
from tests.given import City
from tests.petitions.law.refusing import refused

from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Petition, Review


def delivered(city: City) -> Petition:
    """Return a petition answered and delivered now."""
    petition = city.bring_to("answered")
    return actions.Deliver(how="lookup").run(Actor.citizen(petition.pk), petition.pk)


def ask(petition: Petition) -> Petition:
    return actions.AskReview(grounds="没有到现场看过。").run(Actor.citizen(petition.pk), petition.pk)


def ask_again(petition: Petition) -> Petition:
    return actions.AskReReview(grounds="还是没有到现场。").run(Actor.citizen(petition.pk), petition.pk)


def newest(petition: Petition, rule: str) -> Deadline:
    found = Deadline.objects.filter(petition=petition, rule=rule).order_by("id").last()
    assert found is not None
    return found


@pytest.mark.article("35")
@pytest.mark.parametrize(
    ("minute", "in_time"), [((2026, 4, 1, 23, 59), True), ((2026, 4, 2, 0, 1), False)], ids=["day 30", "day 31"]
)
def test_review_is_asked_for_within_thirty_days_of_delivery(
    city: City, clock: Clock, calendar: None, minute: tuple[int, ...], in_time: bool
) -> None:
    """Given an answer delivered on 2 March, when review is asked for on 1 April, it is taken; a day late, refused with date and way."""
    petition = delivered(city)
    clock.set(*minute)
    if in_time:
        assert ask(petition).review_state == "asked"
        return
    with refused("too_late") as said:
        ask(petition)
    assert "2026年4月1日" in said.value.message
    assert "如果有新的事实或理由，可以再提出信访" in said.value.message


@pytest.mark.article("35")
def test_the_thirty_days_begin_at_delivery_and_not_at_the_answer(city: City, clock: Clock) -> None:
    """Given an answer of 2 March that was delivered by post on 12 March, then review may be asked for until 11 April."""
    petition = city.bring_to("answered")
    clock.set(2026, 3, 15, 9, 0)
    actions.Deliver(how="post", on=date(2026, 3, 12)).run(city.clerk, petition.pk)
    assert newest(petition, "review-request").started_at.date() == date(2026, 3, 11)  # midnight at the office, in UTC
    assert newest(petition, "review-request").due_on >= date(2026, 4, 11)


@pytest.mark.article("35")
@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 17)], ids=["before the answer", "in the future"])
def test_a_day_of_delivery_that_cannot_be_is_refused(city: City, clock: Clock, on: date) -> None:
    """Given an answer of 2 March, when on 15 March a delivery before the answer or in the future is entered, then it is refused."""
    petition = city.bring_to("answered")
    clock.set(2026, 3, 15, 9, 0)
    with refused("wrong_day"):
        actions.Deliver(how="post", on=on).run(city.clerk, petition.pk)


@pytest.mark.article("35")
@pytest.mark.parametrize(
    ("minute", "in_time"),
    [((2026, 10, 8, 23, 59), True), ((2026, 10, 9, 0, 1), False)],
    ids=["after the holiday", "late"],
)
def test_an_end_in_the_holidays_rolls_over(
    city: City, clock: Clock, calendar: None, minute: tuple[int, ...], in_time: bool
) -> None:
    """Given an answer delivered on 2 September, whose 30th day lies in the October holidays, then 8 October is still in time."""
    clock.set(2026, 9, 2, 9, 0)
    petition = delivered(city)
    assert newest(petition, "review-request").due_on == date(2026, 10, 8)
    clock.set(*minute)
    if in_time:
        assert ask(petition).review_state == "asked"
        return
    with refused("too_late") as said:
        ask(petition)
    assert "2026年10月8日" in said.value.message


@pytest.mark.article("35")
def test_the_clock_lets_the_right_to_review_lapse(city: City, clock: Clock, calendar: None) -> None:
    """Given an answer delivered on 2 March, when 2 April comes, then the right lapses, nobody is late, and asking is refused with the date."""
    petition = delivered(city)
    clock.set(2026, 4, 2, 8, 0)
    actions.warn_due()
    assert newest(petition, "review-request").cancelled_because == Deadline.LAPSED
    with refused("too_late") as said:
        ask(petition)
    assert "2026年4月1日" in said.value.message


@pytest.mark.article("35")
def test_a_right_that_was_used_before_delivery_does_not_begin_again(city: City, clock: Clock) -> None:
    """Given a review asked for before the answer was delivered, when it is delivered, then no second right to review begins."""
    petition = ask(city.bring_to("answered"))
    actions.Deliver(how="lookup").run(Actor.citizen(petition.pk), petition.pk)
    assert not Deadline.objects.filter(petition=petition, rule="review-request").exists()


@pytest.mark.article("35")
def test_what_was_not_delivered_has_not_begun(city: City, clock: Clock) -> None:
    """Given an answer that reached nobody, when review is asked for after a hundred days, then it is taken."""
    petition = city.bring_to("answered")
    clock.go(days=100)
    assert ask(petition).review_state == "asked"


@pytest.mark.article("35")
def test_the_next_higher_body_decides_within_thirty_days(city: City, clock: Clock, calendar: None) -> None:
    """Given a review asked for on 10 March, then the body above owes its opinion by 9 April, deciding meets it, and the petitioner is told."""
    petition = delivered(city)
    clock.set(2026, 3, 10, 9, 0)
    ask(petition)
    owed = newest(petition, "review")
    assert (owed.due_on, owed.owed_by) == (date(2026, 4, 9), city.government)
    city._lead_review(Petition.objects.get(pk=petition.pk), "decided")
    owed.refresh_from_db()
    assert owed.met_at is not None
    assert "市政府复查办已作出复查意见" in Notice.objects.get(petition_id=petition.pk, kind="review_decided").unseal(
        "body"
    )


@pytest.mark.article("35")
def test_the_agency_that_answered_does_not_review_itself(city: City, clock: Clock) -> None:
    """Given a request for review, when the agency that answered takes it up, then it is refused."""
    petition = ask(delivered(city))
    with refused("not_entitled"):
        actions.TakeReview().run(city.handler(city.housing), petition.pk)


@pytest.mark.article("35")
def test_nobody_signs_the_opinion_that_they_drafted(city: City, clock: Clock) -> None:
    """Given the reviewing body's approver who is also its handler, when they sign their own draft, then it is refused."""
    from tests.given import staff

    from yiwang.agencies.models import Role

    both = Actor.of_staff(staff("两岗", (city.government, Role.AGENCY_HANDLER), (city.government, Role.APPROVER)))
    petition = city.bring_review_to("taken")
    actions.DraftReview(outcome="upheld", text="予以维持。").run(both, petition.pk)
    with refused("own_draft"):
        actions.DecideReview().run(both, petition.pk)


@pytest.mark.article("35")
@pytest.mark.parametrize("purpose", ["suggestion"])
def test_an_answer_that_is_no_opinion_is_not_reviewed(city: City, clock: Clock, purpose: str) -> None:
    """Given an answer to a suggestion, when review is asked for, then it is refused: arts. 35 and 36 speak of Opinions."""
    petition = city.bring_to("accepted", purpose=purpose)
    actions.DraftAnswer(text="经研究，采纳您的建议。", outcome="adopted").run(city.handler(city.housing), petition.pk)
    actions.Approve().run(city.approver(city.housing), petition.pk)
    with refused("not_reviewable"):
        ask(petition)


@pytest.mark.article("35")
def test_a_revoked_answer_begins_the_sixty_days_again(city: City, clock: Clock) -> None:
    """Given a review that revokes on 1 April, then the agency has the matter again, and its 60 days count from that day."""
    petition = city.bring_review_to("taken")
    clock.set(2026, 4, 1, 9, 0)
    actions.DraftReview(outcome="revoked", text="撤销，重新办理。").run(city.handler(city.government), petition.pk)
    after = actions.Remand().run(city.approver(city.government), petition.pk)
    assert (after.state, after.lead_agency, after.review_state) == ("accepted", city.housing, "decided")
    again = newest(petition, "handling")
    assert (again.due_on, again.owed_by, again.is_open) == (date(2026, 5, 31), city.housing, True)


@pytest.mark.article("36.1")
@pytest.mark.parametrize("minute", [(2026, 4, 1, 23, 59), (2026, 4, 2, 0, 1)], ids=["day 30", "day 31"])
def test_re_review_is_asked_for_within_thirty_days(
    city: City, clock: Clock, calendar: None, minute: tuple[int, ...]
) -> None:
    """Given a review delivered on 2 March, when re-review is asked for on 1 April, it is taken; a day late, refused with the date."""
    petition = city.bring_review_to("decided")
    actions.DeliverReview(how="lookup").run(Actor.citizen(petition.pk), petition.pk)
    clock.set(*minute)
    if minute[2] == 1:
        after = ask_again(petition)
        assert after.review is not None
        assert (after.review.stage, after.review_state) == ("re-review", "asked")
        return
    with refused("too_late") as said:
        ask_again(petition)
    assert "2026年4月1日" in said.value.message


@pytest.mark.article("36.1")
def test_a_body_outside_has_its_decision_recorded_by_hand(city: City, clock: Clock) -> None:
    """Given a re-review by the province's body outside the platform, when the office enters its opinion, then it stands and is final."""
    petition = city.bring_review_to("asked", again=True)
    review = petition.review
    assert review is not None
    assert (review.agency, review.body, newest(petition, "re-review").owed_by) == (None, "省政府复查办", city.office)
    recorded = actions.RecordDecision(outcome="upheld", text="冀复核字〔2026〕1号，维持。", decided_on=date(2026, 3, 2))
    after = recorded.run(city.officer, petition.pk)
    assert (after.review_state, after.final_at is not None) == ("decided", True)
    assert newest(petition, "re-review").met_at is not None


@pytest.mark.article("36.1")
@pytest.mark.parametrize(("day", "code"), [(date(2026, 3, 3), "in_the_future"), (date(2026, 3, 1), "too_early")])
def test_a_recorded_decision_lies_between_request_and_today(city: City, clock: Clock, day: date, code: str) -> None:
    """Given a re-review asked for on 2 March, when an opinion of the day before or of tomorrow is entered, then it is refused."""
    petition = city.bring_review_to("asked", again=True)
    with refused(code):
        actions.RecordDecision(outcome="upheld", text="维持。", decided_on=day).run(city.officer, petition.pk)


@pytest.mark.article("36.1")
def test_a_body_on_the_platform_decides_for_itself(city: City, clock: Clock) -> None:
    """Given a review by a body on the platform, when the office would record its opinion by hand, then it is refused."""
    petition = city.bring_review_to("asked")
    with refused("inside"):
        actions.RecordDecision(outcome="upheld", text="维持。", decided_on=date(2026, 3, 2)).run(
            city.officer, petition.pk
        )


@pytest.mark.article("36.2")
def test_the_days_of_a_hearing_do_not_count(city: City, clock: Clock) -> None:
    """Given a re-review due on 1 April, when a hearing is held on 9 and 10 March, both days included, then it is due on 3 April."""
    petition = city.bring_review_to("taken", again=True)
    assert newest(petition, "re-review").due_on == date(2026, 4, 1)
    hearing = actions.HoldReviewHearing(first_day=date(2026, 3, 9), last_day=date(2026, 3, 10), place="听证室")
    hearing.run(city.officer, petition.pk)
    assert newest(petition, "re-review").due_on == date(2026, 4, 3)


@pytest.mark.article("36.2")
def test_a_hearing_in_a_review_stops_nothing(city: City, clock: Clock) -> None:
    """Given a review due on 1 April, when a hearing is held, then it is due on 1 April: art. 36 speaks of the re-review alone."""
    petition = city.bring_review_to("taken")
    hearing = actions.HoldReviewHearing(first_day=date(2026, 3, 9), last_day=date(2026, 3, 10), place="听证室")
    hearing.run(city.handler(city.government), petition.pk)
    assert newest(petition, "review").due_on == date(2026, 4, 1)


def finally_decided(city: City) -> Petition:
    petition = city.bring_review_to("asked", again=True)
    recorded = actions.RecordDecision(outcome="upheld", text="维持。", decided_on=date(2026, 3, 2))
    return recorded.run(city.officer, petition.pk)


@pytest.mark.article("36.3")
def test_after_the_re_review_the_same_facts_are_not_taken_again(city: City, clock: Clock) -> None:
    """Given a re-review's opinion, when the same facts and reasons are brought again, then they are not taken, and why is told."""
    final = finally_decided(city)
    again = city.file("楼道灯不亮，还是那件事")
    after = actions.NotTakeAgain(earlier=final).run(city.officer, again.pk)
    assert (after.state, after.repeats) == ("not_taken", final)
    assert "2026年3月2日作出复核意见" in Notice.objects.get(petition_id=again.pk, kind="not_taken_again").unseal("body")


@pytest.mark.article("36.3")
def test_before_the_re_review_nothing_is_final(city: City, clock: Clock) -> None:
    """Given a petition that was answered and reviewed, but not re-reviewed, when it is brought again, then it cannot be refused as final."""
    reviewed = city.bring_review_to("decided")
    again = city.file()
    with refused("not_final"):
        actions.NotTakeAgain(earlier=reviewed).run(city.officer, again.pk)


@pytest.mark.article("36.3")
def test_there_is_no_third_look(city: City, clock: Clock) -> None:
    """Given a re-review's opinion, when the petitioner asks once more, then it is refused: it is final."""
    final = finally_decided(city)
    with refused("final"):
        ask_again(final)
    assert Review.objects.filter(petition=final).count() == 2
