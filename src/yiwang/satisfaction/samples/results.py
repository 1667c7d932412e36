"""What a check sample found: how many were reached, what they said of each agency, and where it differs from what was rated before.

The interval tells what the sample says of all answers of its frame, not of those called alone (`rates.wilson`).
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, QuerySet

from yiwang.agencies.models import Agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.callbacks.figures import differences
from yiwang.satisfaction.models import Checked, Sample, SampleItem
from yiwang.satisfaction.rates import Rate


@dataclass
class Line:
    """What was said of one agency, or of the office: of so many drawn."""

    agency: Agency
    drawn: int = 0
    satisfied: int = 0
    said: int = 0
    compared: int = 0
    differ: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(self.satisfied, self.said)


@dataclass
class Results:
    """A sample's results; ``ended`` counts its calls by how they ended, "" those that are open."""

    drawn: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    office: Line | None = None
    agencies: list[Line] = field(default_factory=list)


def items_seen(sample: Sample, actor: Actor) -> QuerySet[SampleItem]:
    """Return what was drawn, as far as an actor sees it; what has become an accusation since is left out of all counting."""
    seen = visible_to(actor).exclude(purpose=Petition.Purpose.ACCUSATION)
    return sample.items.filter(Exists(seen.filter(pk=OuterRef("petition_id"))))


def results_of(sample: Sample, actor: Actor) -> Results:
    """Return a sample's results; a constant number of statements."""
    items = items_seen(sample, actor)
    found = Results()
    drawn = Counter[int]()
    rows = items.values_list("agency", "callback__ended_as").annotate(number=Count("pk")).order_by()
    for agency, end, number in rows:
        found.drawn += number
        found.ended[end] += number
        if agency:
            drawn[agency] += number
    checked = Checked.objects.filter(callback__in=items.values("callback"))
    lines = {pk: Line(agency, drawn[pk]) for pk, agency in Agency.objects.in_bulk(list(drawn)).items()}
    office = Line(sample.office, found.drawn)
    said = checked.values_list("about", "agency", "satisfied").annotate(number=Count("pk")).order_by()
    helped = {agency for about, agency, _satisfied, _number in said if about == Rating.About.AGENCY} - lines.keys()
    lines |= {pk: Line(agency) for pk, agency in Agency.objects.in_bulk(list(helped)).items()}
    for about, agency, satisfied, number in said:
        line = office if about == Rating.About.OFFICE else lines[agency]
        line.said += number
        line.satisfied += number if satisfied else 0
    for agency, compared, differ in differences(checked):
        lines[agency].compared, lines[agency].differ = compared, differ
    found.office = office
    found.agencies = sorted(lines.values(), key=lambda line: line.agency.path)
    return found
