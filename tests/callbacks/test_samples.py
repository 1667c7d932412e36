"""The check sample: announced before it is drawn, drawn again by anybody, its verdicts kept beside the ratings."""

from datetime import date, datetime
from hashlib import sha256

import pytest
from tests.badluck.test_at_once import at_once
from tests.callbacks.given import ANSWERED, CALLING, answered, at, due_callback, operators
from tests.callbacks.test_calls import refused
from tests.clock import beijing
from tests.given import City, staff

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating
from yiwang.petitions.refusals import NotFound
from yiwang.satisfaction.callbacks import calls, figures, making, script, wishes
from yiwang.satisfaction.callbacks.calls import Reply, Told
from yiwang.satisfaction.models import Callback, Checked, Sample, SampleItem
from yiwang.satisfaction.samples import changes, drawing
from yiwang.satisfaction.samples.results import results_of

NOW = beijing(*CALLING)
DAYS = {"first_day": date(2026, 11, 16), "last_day": date(2026, 11, 22)}


@pytest.fixture
def supervisor(city: City) -> Actor:
    return Actor.of_staff(staff("督查员", (city.office, Role.SUPERVISOR)))


def announced(supervisor: Actor, **given: object) -> Sample:
    return changes.announce(supervisor, changes.Plan(**{**DAYS, "size": 3, **given}))  # type: ignore[arg-type]


def test_the_seed_is_sealed_until_it_is_drawn_and_both_stand_in_the_log(city: City, supervisor: Actor) -> None:
    """Given a sample announced, then its seed is sealed and its fingerprint in the log; drawn, seed and frame lie open and agree with it."""
    petitions = [answered(city, phone=f"1990000005{number}") for number in range(6)]
    sample = announced(supervisor)
    assert (sample.seed, sample.frame_hash, sample.drawn_at) == ("", "", None)
    seed = sample.unseal("seed")
    assert sample.commitment == sha256(seed.encode()).hexdigest()
    [line] = Record.objects.filter(subject_kind="sample")
    assert (line.act, line.subject_id, line.reason) == ("announce_sample", sample.pk, sample.commitment[:60])
    assert seed not in line.reason

    sample = changes.draw(supervisor, sample.pk, NOW)
    ids = sorted(petition.pk for petition in petitions)
    frame = "".join(f"{pk} {city.housing.pk}\n" for pk in ids)
    assert (sample.seed, bytes(sample.sealed_seed), sample.frame_size, sample.frame) == (seed, b"", 6, frame)
    assert sample.frame_hash == sha256(frame.encode()).hexdigest()
    by_hand = sorted(ids, key=lambda pk: sha256(f"{seed}:{pk}".encode()).hexdigest())[:3]
    assert list(sample.items.values_list("petition", flat=True)) == by_hand
    said = dict(Record.objects.filter(subject_kind="sample").values_list("act", "reason"))
    assert said == {
        "announce_sample": sample.commitment[:60], "draw_sample": sample.frame_hash[:60], "reveal_seed": seed,
    }  # fmt: skip
    assert changes.verify(Sample.objects.get()) == []


def test_drawn_again_it_gives_the_same_after_everything_has_gone_on(city: City, supervisor: Actor) -> None:
    """Given a drawn sample, when petitions go on and others are answered, then drawing again from seed and frame gives the same ids."""
    for number in range(5):
        answered(city, phone=f"1990000005{number}")
    sample = changes.draw(supervisor, announced(supervisor).pk, NOW)
    drawn = list(sample.items.values_list("petition", flat=True))
    answered(city)
    with at(*CALLING):
        actions.Reopen(reason="又坏了").run(city.officer, drawn[0])
    kept = Sample.objects.get()
    assert drawing.draw(kept.seed, drawing.frame_of(kept.frame), changes.plan_of(kept)) == drawn
    assert changes.verify(kept) == []


def test_a_sample_that_was_altered_is_found_out(city: City, supervisor: Actor) -> None:
    """Given a drawn sample, when an item is exchanged or the seed rewritten with its fingerprint, then verifying says what is wrong."""
    petitions = [answered(city, phone=f"1990000005{number}") for number in range(5)]
    sample = changes.draw(supervisor, announced(supervisor, size=1).pk, NOW)
    item = SampleItem.objects.get()
    other = next(one for one in petitions if one.pk != item.petition_id)
    SampleItem.objects.update(petition=other)
    assert changes.verify(Sample.objects.get()) == ["drawn"]
    SampleItem.objects.update(petition=item.petition_id)
    Sample.objects.update(seed="0" * 32, commitment=drawing.commitment_to("0" * 32))
    assert "log" in changes.verify(Sample.objects.get())
    assert sample.seed != "0" * 32


def test_what_is_in_the_frame(city: City, supervisor: Actor) -> None:
    """Given answers of the period and others, then the frame has those whom one may call, and no accusation."""
    asked, suggestion = answered(city), answered(city)
    Petition.objects.filter(pk=suggestion.pk).update(purpose=Petition.Purpose.SUGGESTION)
    quiet, _mail = answered(city), answered(city, identity=actions.Identity(name="无号码", email="no@example.org"))
    wishes.want_no_calls(quiet.pk, Actor.citizen(quiet.pk))
    parks = answered(city, agency=city.parks)
    with at(2026, 11, 15, 23, 59):
        city.bring_to("answered")
    Petition.objects.filter(pk=answered(city).pk).update(purpose=Petition.Purpose.ACCUSATION)
    cases = {
        "all": ({}, {asked.pk, suggestion.pk, parks.pk}),
        "agency": ({"within": city.parks}, {parks.pk}),
        "purpose": ({"purpose": "suggestion"}, {suggestion.pk}),
        "channel": ({"channel": "visit"}, set()),
    }
    for given, expected in cases.values():
        frame = changes.frame_of(announced(supervisor, **given), supervisor)  # type: ignore[arg-type]
        assert set(frame.values_list("pk", flat=True)) == expected


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"last_day": date(2026, 11, 15)}, "days"),
        ({"size": None}, "how_many"),
        ({"share": 5}, "how_many"),
        ({"size": 0}, "how_many"),
        ({"size": 2001}, "how_many"),
        ({"size": None, "share": 101}, "how_many"),
    ],
)
def test_what_cannot_be_announced(supervisor: Actor, given: dict[str, object], code: str) -> None:
    """Given days or numbers that cannot be, when a sample is announced, then it is refused and none is there."""
    with refused(code):
        announced(supervisor, **given)
    assert (Sample.objects.count(), Record.objects.filter(act="announce_sample").count()) == (0, 0)


def test_who_may_announce_and_draw(city: City, supervisor: Actor) -> None:
    """Given anybody but the office's supervisors, when they announce or draw, then it is refused; another office's sample is not there."""
    answered(city)
    sample = announced(supervisor)
    for agency, role in (
        (city.office, Role.OFFICE_HANDLER),
        (city.office, Role.LEADER),
        (city.housing, Role.SUPERVISOR),
    ):
        with refused("not_entitled"):
            announced(Actor.of_staff(staff("某", (agency, role))))
    with refused("not_entitled"):
        changes.draw(Actor.of_staff(staff("领导", (city.office, Role.LEADER))), sample.pk, NOW)
    for agency in (city.county_office, city.housing):
        with pytest.raises(NotFound):
            changes.draw(Actor.of_staff(staff("县", (agency, Role.SUPERVISOR))), sample.pk, NOW)
    assert Sample.objects.get().drawn_at is None


def test_nothing_is_drawn_before_the_period_is_over_or_twice(city: City, supervisor: Actor) -> None:
    """Given a sample of a week, when it is drawn on its last day, from nothing, or a second time, then it is refused."""
    sample = announced(supervisor)
    with refused("period_open"):
        changes.draw(supervisor, sample.pk, beijing(2026, 11, 22, 23, 59))
    with refused("empty"):
        changes.draw(supervisor, sample.pk, NOW)
    answered(city)
    changes.draw(supervisor, sample.pk, NOW)
    with refused("drawn"):
        changes.draw(supervisor, sample.pk, NOW)
    assert (SampleItem.objects.count(), Callback.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_drawn_by_two_at_once_it_is_drawn_once(city: City, supervisor: Actor) -> None:
    """Given an announced sample, when two draw it at once, then it is drawn once."""
    answered(city)
    sample = announced(supervisor)
    results = at_once(
        lambda: changes.draw(supervisor, sample.pk, NOW), lambda: changes.draw(supervisor, sample.pk, NOW)
    )
    assert sum(isinstance(one, Sample) for one in results) == 1
    assert (SampleItem.objects.count(), Record.objects.filter(act="draw_sample").count()) == (1, 1)


def test_killed_in_the_draw_nothing_is_drawn(city: City, supervisor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a draw, when the process dies after the items were made, then nothing is drawn, the seed is still sealed, and it can be drawn."""
    answered(city)
    sample = announced(supervisor)

    def dying(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(changes, "_line", dying)
        with pytest.raises(KeyboardInterrupt):
            changes.draw(supervisor, sample.pk, NOW)
    left = Sample.objects.get()
    assert (left.seed, left.drawn_at, SampleItem.objects.count(), Callback.objects.count()) == ("", None, 0, 0)
    assert changes.draw(supervisor, sample.pk, NOW).seed == sample.unseal("seed")


def test_the_check_stands_in_for_the_call_about_a_rating(city: City, supervisor: Actor) -> None:
    """Given somebody about to be called, when they are drawn, then they are called once, by the check, which also gives the rating they owe."""
    row = due_callback(city)
    changes.draw(supervisor, announced(supervisor).pk, NOW)
    row.refresh_from_db()
    check = Callback.objects.get(kind="check")
    assert (row.ended_as, check.petition_id, check.ended_as) == (Callback.End.COVERED, row.petition_id, "")
    making.go_on(NOW)
    assert Callback.objects.count() == 2
    check_by(city, check, "satisfied", "basically")
    assert list(Rating.objects.order_by("-about").values_list("level", "how")) == [
        ("satisfied", "callback"),
        ("basically", "callback"),
    ]
    assert set(Checked.objects.values_list("about", "level", "rated")) == {
        ("office", "satisfied", ""), ("agency", "basically", ""),
    }  # fmt: skip


def check_by(city: City, check: Callback, office: str, agency: str, now: datetime = NOW) -> None:
    actor, _other = operators(city)
    with at(*CALLING):
        calls.take(actor, check.pk, now)
        calls.record(actor, check.pk, Told(outcome="rated", office=office, agency=agency), script.current())


def test_an_earlier_rating_stays_and_differences_are_counted_by_agency(city: City, supervisor: Actor) -> None:
    """Given four checked, of whom three had rated and one says something else now, then the ratings stay and the agency has 1 of 3 differing."""
    petitions = [answered(city, phone=f"1990000006{number}") for number in range(4)]
    with at(*ANSWERED):
        for petition in petitions[:3]:
            actions.Rate(office="satisfied", agency="satisfied").run(Actor.citizen(petition.pk), petition.pk)
    sample = changes.draw(supervisor, announced(supervisor, size=None, share=100).pk, NOW)
    said = ["satisfied", "dissatisfied", "satisfied", "basically"]
    for petition, level in zip(petitions, said, strict=True):
        check_by(city, Callback.objects.get(petition=petition), "satisfied", level)
    results = results_of(sample, supervisor)
    [line] = results.agencies
    assert (results.drawn, results.ended) == (4, {"rated": 4})
    assert (line.agency, line.drawn, line.said, line.satisfied) == (city.housing, 4, 4, 3)
    assert (line.compared, line.differ) == (3, 1)
    # Wilson's interval of 3 of 4 by hand: (0.75 + 0.4802 ± 1.96·√((0.1875 + 0.2401)/4)) / (1 + 0.9604) = 0.301, 0.954.
    assert (round(line.rate.interval.low, 3), round(line.rate.interval.high, 3)) == (0.301, 0.954)
    assert results.office is not None
    assert (results.office.satisfied, results.office.said) == (4, 4)
    checked = petitions[1].ratings.filter(about="agency").get()
    assert (checked.level, checked.how) == ("satisfied", "portal")
    [row] = figures.by_agency(supervisor, date(2026, 11, 23), date(2026, 11, 23))
    assert (row.agency, row.made, row.rated, row.compared, row.differ) == (city.housing, 4, 4, 3, 1)
    assert figures.outcomes(supervisor, date(2026, 11, 23), date(2026, 11, 23)) == {"rated": 4}


def test_what_was_said_is_counted_by_agency(city: City, supervisor: Actor) -> None:
    """Given three asked, of whom one said that nobody was in touch and two that it is not solved, then the agency has 1 of 3 and 2 of 2."""
    petitions = [answered(city, phone=f"1990000006{number}") for number in range(3)]
    making.go_on(NOW)
    lines = {line.code: line.pk for line in script.current().lines.all()}
    actor, _other = operators(city)
    for petition, contacted, solved in zip(petitions, ("no", "yes", "unclear"), ("no", "no", ""), strict=True):
        replies = {lines["contacted"]: Reply(contacted), lines["solved"]: Reply(solved)}
        row = Callback.objects.get(petition=petition)
        calls.take(actor, row.pk, NOW)
        calls.record(actor, row.pk, Told(outcome="declined", replies=replies), script.current(), NOW)
    [row] = figures.by_agency(supervisor, date(2026, 11, 23), date(2026, 11, 23))
    assert (row.contacted, row.solved, row.declined) == ((1, 3), (2, 2), 3)


def test_accusations_are_counted_nowhere(city: City, supervisor: Actor) -> None:
    """Given a call-back whose petition has become an accusation since, then no figure has it, even for who may read it."""
    row = due_callback(city)
    Petition.objects.filter(pk=row.petition_id).update(purpose=Petition.Purpose.ACCUSATION)
    reader = Actor.of_staff(staff("可阅", (city.office, Role.SUPERVISOR), compartment=True))
    for actor in (supervisor, reader):
        assert figures.by_agency(actor, date(2026, 11, 1), date(2026, 11, 30)) == []


def test_an_answer_drawn_twice_is_called_about_once(city: City, supervisor: Actor) -> None:
    """Given two samples that draw the same petition, then one call serves both."""
    answered(city)
    for _number in range(2):
        changes.draw(supervisor, announced(supervisor).pk, NOW)
    assert (SampleItem.objects.count(), Callback.objects.count()) == (2, 1)
