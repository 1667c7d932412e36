"""Answered petitions and operators, at a time of day in which calls are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.clock import Clock, beijing
from tests.given import City, staff

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.satisfaction.callbacks import making
from yiwang.satisfaction.models import Callback

ANSWERED = (2026, 11, 16, 9, 30)
"""A Monday; on the Monday after, the seven days are over."""
CALLING = (2026, 11, 23, 10, 0)


_wound: list[Clock] = []


@contextmanager
def at(*parts: int) -> Iterator[Clock]:
    """Let the product's clock stand at an instant of the office's own time; within another such span, it goes back to that one's after."""
    then = beijing(*(parts or CALLING))
    if _wound:
        clock, before = _wound[-1], _wound[-1].at
        clock.at = then
        yield clock
        clock.at = before
        return
    with Clock(then).wound() as clock:
        _wound.append(clock)
        try:
            yield clock
        finally:
            _wound.pop()


def answered(city: City, phone: str = "19900000001", **given: Any) -> Petition:
    """Return a petition that was answered on that Monday, by a petitioner with this number."""
    agency = given.pop("agency", None)
    with at(*ANSWERED):
        identity = given.pop("identity", actions.Identity(name="钱大妈", phone=phone))
        return city.bring_to("answered", agency, identity=identity, **given)


def due_callback(city: City, **given: Any) -> Callback:
    """Return the call-back about a petition that was answered a week ago."""
    petition = answered(city, **given)
    making.go_on(beijing(*CALLING))
    return Callback.objects.get(petition=petition)


def operators(city: City) -> tuple[Actor, Actor]:
    """Return two who may call."""
    first = Actor.of_staff(staff("回访员甲", (city.office, Role.INTAKE_CLERK)))
    return first, Actor.of_staff(staff("回访员乙", (city.office, Role.INTAKE_CLERK)))


def now() -> datetime:
    """The instant at which the tests' calls are made."""
    return beijing(*CALLING).astimezone(UTC)
