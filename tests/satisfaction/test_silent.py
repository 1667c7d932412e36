"""The silent default: none unless the office chose one; then after the window, once, and apart from what people said."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition, Rating
from yiwang.satisfaction import silent
from yiwang.satisfaction.rules import LevelGiven, enter_rules
from yiwang.satisfaction.silent import rate_silently

TWO = [LevelGiven("满意", True, "", "satisfied"), LevelGiven("不满意", False, "", "dissatisfied")]
CHOSEN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
"""When the office chose a silent default."""


def choose(city: City, at: datetime = CHOSEN, silent: str = "满意", *, counts: bool = False, window: int = 30) -> None:
    enter_rules(
        TWO,
        city.who(city.office, Role.SYSTEM_ADMINISTRATOR),
        window_days=window,
        silent=silent,
        silent_counts=counts,
        now=at,
    )


def delivered(city: City, day: int, month: int = 3) -> Petition:
    """Return an answered petition whose answer was delivered at noon of that day of 2026."""
    petition = city.bring_to("answered")
    Petition.objects.filter(pk=petition.pk).update(delivered_at=datetime(2026, month, day, 4, 0, tzinfo=UTC))
    return petition


def test_without_a_choice_silence_says_nothing(city: City) -> None:
    """Given the built-in rules, then nothing is rated, however long ago."""
    delivered(city, 1)
    assert rate_silently() == 0
    assert not Rating.objects.exists()


def test_after_the_window_and_not_before(city: City) -> None:
    """Given an answer delivered on 12 March and 30 days, then at the end of 11 April it is rated, by the platform, uncounted, once."""
    choose(city)
    petition = delivered(city, 12)
    over = datetime(2026, 4, 11, 16, 0, tzinfo=UTC)  # 12 April, 0:00 at the office
    assert rate_silently(now=over - timedelta(seconds=1)) == 0
    assert [rate_silently(now=over), rate_silently(now=over)] == [1, 0]
    assert sorted(petition.ratings.values_list("about", "level", "how", "counted", "satisfied")) == [
        ("agency", "satisfied", "silent", False, True), ("office", "satisfied", "silent", False, True),
    ]  # fmt: skip
    entry = petition.entries.get(action="rate")
    assert (entry.actor_kind, entry.shown_to_petitioner) == ("system", False)


def test_it_counts_only_where_the_rules_say_so(city: City) -> None:
    """Given rules by which silence counts, then the ratings are counted, and still told apart by how they came."""
    choose(city, counts=True)
    petition = delivered(city, 12)
    rate_silently(now=datetime(2026, 5, 1, tzinfo=UTC))
    assert set(petition.ratings.values_list("how", "counted")) == {("silent", True)}


def test_what_was_silent_before_stays_so(city: City) -> None:
    """Given windows that ended before the choice and on its day, then only the latter is rated; a second version changes nothing of it."""
    before, on_the_day = delivered(city, 7, month=2), delivered(city, 8, month=2)  # windows end after 9 and 10 March
    choose(city)
    choose(city, CHOSEN + timedelta(days=20), counts=True)
    assert rate_silently(now=datetime(2026, 4, 1, tzinfo=UTC)) == 1
    assert (before.ratings.count(), on_the_day.ratings.count()) == (0, 2)


def test_a_break_in_the_choice_is_a_new_beginning(city: City) -> None:
    """Given a silent default that was given up and chosen again, then windows that ended in between stay silent."""
    choose(city)
    choose(city, CHOSEN + timedelta(days=10), silent="")
    choose(city, CHOSEN + timedelta(days=40))
    ended_between, after = (
        delivered(city, 12),
        delivered(city, 25),
    )  # windows end on 11 and 24 April; chosen again on 19 April
    assert rate_silently(now=datetime(2026, 5, 30, tzinfo=UTC)) == 1
    assert (ended_between.ratings.count(), after.ratings.count()) == (0, 2)


def test_what_was_rated_or_is_history_is_left_alone(city: City) -> None:
    """Given a rated answer, one of history, and one taken up again, then none is rated by silence."""
    choose(city)
    rated, history, again = delivered(city, 12), delivered(city, 12), delivered(city, 12)
    actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(rated.pk, imported=True), rated.pk)
    Petition.objects.filter(pk=history.pk).update(historical=True)
    actions.Reopen(reason="又坏了").run(city.officer, again.pk)
    assert rate_silently(now=datetime(2026, 5, 1, tzinfo=UTC)) == 0
    assert set(Rating.objects.values_list("petition", "how")) == {(rated.pk, "portal")}


def test_a_job_that_dies_in_the_middle_goes_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given three answers and a job that dies at the second, then the first stands whole, and the next run does the other two, once."""
    choose(city)
    petitions = [delivered(city, day) for day in (12, 13, 14)]
    real, seen = silent.Rate.run, []

    def run(self: object, actor: Actor, petition_id: int) -> Petition:
        seen.append(petition_id)
        done = real(self, actor, petition_id)  # type: ignore[arg-type]
        if len(seen) == 1:
            return done
        raise KeyboardInterrupt

    monkeypatch.setattr(silent.Rate, "run", run)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with pytest.raises(KeyboardInterrupt):
        rate_silently(now=now)
    monkeypatch.undo()
    left = 3 - Entry.objects.filter(action="rate").count()
    assert rate_silently(now=now) == left
    assert [petition.ratings.count() for petition in petitions] == [2, 2, 2]
    assert Entry.objects.filter(action="rate").count() == 3
