"""An office's rules for ratings 满意度评价规则: the levels, the window, the silent default, the office's own networks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.utils import translation

from yiwang.agencies.models import Agency
from yiwang.petitions.models import Answer, Petition, Rating, RatingLevel, RatingRules, Referral
from yiwang.workdays.counting import end_of, office_date

WINDOW_DAYS = 30
SECOND_LOOKS = 1
SILENT = Rating.How.SILENT


@dataclass(frozen=True)
class Level:
    """One level; ``row`` is None for a built-in one."""

    code: str
    label: str
    satisfied: bool
    row: RatingLevel | None = None

    @property
    def names(self) -> tuple[str, str]:
        """Its Chinese and English name, whatever language is active."""
        if self.row:
            return self.row.name, self.row.name_en
        words = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                words.append(str(Rating.Level(self.code).label))
        return words[0], words[1]


@dataclass(frozen=True)
class Rules:
    """One version of the rules; number 0 is built in."""

    number: int
    levels: tuple[Level, ...]
    window_days: int = WINDOW_DAYS
    silent_level: str = ""
    silent_counts: bool = False
    networks: tuple[str, ...] = ()
    second_looks: int = SECOND_LOOKS
    since: datetime | None = None

    def level(self, code: str) -> Level | None:
        """Return the level of that code, or None."""
        return next((one for one in self.levels if one.code == code), None)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Codes and labels, the best level first."""
        return [(one.code, one.label) for one in self.levels]

    def window_ends(self, delivered_at: datetime) -> datetime:
        """Return the instant at which ratings of an answer delivered then are over; the day of delivery does not count."""
        return end_of(office_date(delivered_at) + timedelta(days=self.window_days))

    def is_own(self, address: str) -> bool:
        """Tell whether a network address is one of the office's own; one that cannot be read is not. It is kept nowhere."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in ip_network(network) for network in self.networks)


def built_in() -> Rules:
    """Return the rules of an office that has entered none: three levels, of which the first two count as satisfied."""
    bad = Rating.Level.DISSATISFIED
    return Rules(0, tuple(Level(one.value, str(one.label), one != bad) for one in Rating.Level))


def rules_now() -> Rules:
    """Return the rules in force: one statement while they are built in, else two."""
    row = RatingRules.objects.order_by("-number").first()
    return rules_of(row) if row else built_in()


def rules_of(row: RatingRules) -> Rules:
    """Return a version as the rest of the house reads it; one statement."""
    levels = tuple(Level(one.code, str(one), one.satisfied, one) for one in row.levels.order_by("position"))
    return Rules(
        row.number, levels, row.window_days, row.silent_level, row.silent_counts, tuple(row.networks.split()),
        row.second_looks, row.entered_at,
    )  # fmt: skip


def handled_by(petition: Petition) -> Agency:
    """Return the agency whose answer it is: the one that had the lead; the office where it answered itself."""
    return petition.lead_agency or petition.office


def co_agencies(petition: Petition) -> list[Agency]:
    """Return the co-agencies that reported for the present answer, in the order in which they were asked; two statements at most.

    What was reported for an answer before this one is not rated again.
    """
    earlier = petition.answers.filter(state=Answer.State.APPROVED).exclude(pk=petition.answer_id or 0)
    last = earlier.order_by("-decided_at").values_list("decided_at", flat=True).first() if petition.reopened else None
    rows = petition.referrals.filter(lead=False, state=Referral.State.REPORTED).exclude(kind=Referral.Kind.REVIEW)
    if last:
        rows = rows.filter(ended_at__gt=last)
    found = {row.agency_id: row.agency for row in rows.select_related("agency").order_by("id")}
    found.pop(handled_by(petition).pk, None)
    return list(found.values())
