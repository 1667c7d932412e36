"""What tests of the assessment share: a scheme, a month that was lived by hand, a run over it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.clock import Clock
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.performance.assessment import running, schemes
from yiwang.performance.models import Assessment, Dispute, Figure, FrozenList, Result, Scheme, Version
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import Refused

ON_TIME = {"kind": "ratio", "numerator": "notice_in_time", "denominator": "notice_due"}
LINEAR = {"form": "linear", "floor": "60", "target": "95"}
REOPENED = {"kind": "count", "measure": "reopened"}
EACH = {"form": "deduct", "operator": "<=", "target": "0", "per": "1", "points": "10", "partial": "whole"}
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def supervisor(city: City) -> Actor:
    return city.actor(city.office, Role.SUPERVISOR)


def leader(city: City) -> Actor:
    return city.actor(city.office, Role.LEADER)


def head(city: City, agency: Any = None) -> Actor:
    return city.actor(agency or city.housing, Role.LEADER)


def scheme_of(city: City, fewest: int = 1, **given: Any) -> Scheme:
    """A published scheme: 80 for notices in time, 20 for nothing reopened."""
    made = schemes.add_scheme(supervisor(city), 2026, "agencies", "2026年市级单位考核")
    schemes.change_scheme(
        supervisor(city),
        made.pk,
        title=made.title,
        basis="信考〔2026〕1号",
        fewest=fewest,
        least_weight=50,
        dispute_days=15,
    )
    schemes.put_indicator(
        supervisor(city), made.pk, "受理及时率", Decimal(80), given.get("formula", ON_TIME), given.get("rule", LINEAR)
    )
    schemes.put_indicator(supervisor(city), made.pk, "重新办理", Decimal(20), REOPENED, EACH)
    return schemes.publish_scheme(leader(city), made.pk)


class March(City):
    """A city in which five notices were due in March.

    Housing told three in time and one late, parks one in time; one of housing's was reopened.
    """

    told: list[Petition]
    late: Petition

    def live(self, clock: Clock) -> None:
        """Let the month pass; it is 2 April then."""
        self.told, self.late = [self.bring_to("referred") for _ in range(3)], self.bring_to("referred")
        parks = self.bring_to("referred", self.parks)
        for petition in self.told:
            actions.Accept().run(self.handler(self.housing), petition.pk)
        actions.Accept().run(self.handler(self.parks), parks.pk)
        clock.set(2026, 3, 20, 9, 0)
        actions.Accept().run(self.handler(self.housing), self.late.pk)
        actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
            self.handler(self.housing), self.told[0].pk
        )
        actions.Approve().run(self.approver(self.housing), self.told[0].pk)
        actions.Reopen(reason="又坏了").run(self.officer, self.told[0].pk)
        clock.set(2026, 4, 2, 9, 0)


def run(city: City, scheme: Scheme | None = None) -> Assessment:
    made = running.ask(supervisor(city), (scheme or scheme_of(city)).pk, FIRST, LAST)
    assert running.go_on() == 1
    made.refresh_from_db()
    return made


def result(assessment: Assessment, agency: Any) -> Result:
    version = assessment.versions.order_by("-number")[0]
    return version.results.get(agency=agency)


def figure(assessment: Assessment, agency: Any, position: int) -> Figure:
    return result(assessment, agency).figures.get(indicator__position=position)


def kept() -> list[int]:
    return [
        model._default_manager.count() for model in (Scheme, Assessment, FrozenList, Version, Result, Figure, Dispute)
    ]


def refused(code: str, act: Any, *args: Any, **given: Any) -> None:
    """Do it, and find it refused with this code, and nothing changed."""
    before = kept(), Record.objects.count()
    with pytest.raises(Refused) as told:
        act(*args, **given)
    assert told.value.code == code
    assert (kept(), Record.objects.count()) == before
