"""Where a limit is not started, each with its article: one row for each exception that the Regulations make."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency
from yiwang.petitions.models import Petition, Referral

BY_RULES_OF_THEIR_OWN = frozenset({Agency.Kind.DISCIPLINE, Agency.Kind.POLITICAL_LEGAL})


@dataclass(frozen=True)
class Exemption:
    """``rule`` is not started where ``applies`` (petition, agency, kind of referral) says so."""

    rule: str
    article: str
    label: str | Promise
    applies: Callable[[Petition, Agency, str], bool]


def _own_rules(petition: Petition, agency: Agency, kind: str) -> bool:
    return agency.kind in BY_RULES_OF_THEIR_OWN


def _nobody_to_tell(petition: Petition, agency: Agency, kind: str) -> bool:
    known = petition.petitioner
    return kind == Referral.Kind.DIRECT and (known.anonymous or not known.sealed_name or not known.can_be_told)


EXEMPTIONS: tuple[Exemption, ...] = (
    Exemption("notice", "23", _("政法机关、纪检监察机关的告知按有关规定执行"), _own_rules),
    Exemption("notice", "23", _("直接收到、姓名或住址不清的，不必告知"), _nobody_to_tell),
)


def exempts(rule: str, petition: Petition, agency: Agency, kind: str) -> bool:
    """Tell whether an exception keeps a limit from starting."""
    return any(row.applies(petition, agency, kind) for row in EXEMPTIONS if row.rule == rule)


HANDLING_RULES = frozenset({"handling", "simple-handling", "reply"})
"""The limits of which an acceptance starts one."""


def handling_rule(petition: Petition) -> str:
    """Return the limit that an acceptance starts: art. 34 binds appeals of the sixth route alone; else the office's own."""
    ordinary = petition.purpose == Petition.Purpose.APPEAL and petition.route == Petition.Route.ORDINARY
    if not ordinary:
        return "reply"
    return "simple-handling" if petition.simple else "handling"
