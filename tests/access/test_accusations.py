"""Accusations 检举控告 against each unit of a small city, and then looking everywhere as that unit (arts. 30, 46).

Every GET address of the house, the searches and hints too, is asked for before and after: the answers are the same, byte for byte, and so
are the statements that made them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from tests.access.addresses import Address, Values, all_addresses, filled
from tests.access.looking import Seen, look
from tests.clock import Clock
from tests.given import City

from yiwang.agencies.models import ADMINISTRATORS, Agency, Post, Role, Staff
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.models import AccusedPerson, Petition
from yiwang.petitions.visibility import visible_lines, visible_to

NOW = datetime.now(UTC) + timedelta(minutes=5)
A_WHILE = timedelta(seconds=1)
"""Between two looks: lines of the behaviour log then stand in the order in which they were written."""
PHONE, WORDS = "19900000077", "科长收钱不办事"
ACCUSER = actions.Identity(name="赵举报", phone=PHONE, email="accuser@example.org", address="临河里77号")
IDS = ("file_id", "paper_id", "service_id", "attachment_id", "notice_id", "answer_id", "content_type_id")
LEFT_OUT = {"/desk/logout/", "/admin/logout/", "/ui/catalogue/"}
"""Those that end the session, and the samples of the developers, which tell the time."""
ASKED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", f"/desk/petitions/?q={quote(WORDS)}", {}),
    ("GET", "/desk/petitions/?state=filed", {}),
    ("GET", "/desk/petitions/?due=week", {}),
    ("GET", "/desk/?due=today", {}),
    ("POST", "/desk/intake/earlier/", {"phone": PHONE}),
    ("GET", f"/answers/?q={quote(WORDS)}", {}),
    ("GET", f"/ask/similar/?subject={quote(WORDS)}", {}),
    ("GET", "/desk/audit/?kind=citizen", {}),
    ("GET", "/desk/audit/?act=file", {}),
    ("POST", "/desk/petitions/by-person/", {"who": PHONE, "reason": "contact"}),
    ("POST", "/desk/petitions/by-person/", {"who": quote(ACCUSER.name), "reason": "contact"}),
)
"""Searches and hints, by the accusation's own words and its petitioner's own number."""


@pytest.fixture
def lived(city: City) -> City:
    """A city in which ordinary petitions are on their way, with readers of accusations at the office and at discipline inspection."""
    for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER):
        city.who(city.office, role, compartment=True)
    for role in (Role.AGENCY_HANDLER, Role.APPROVER):
        city.who(city.discipline, role, compartment=True)
    city.bring_to("filed")
    city.bring_to("accepted", city.housing)
    city.bring_to("drafted", city.county_housing)
    actions.Publish(subject="路灯", text="路灯不亮", answer_text="已修好").run(
        city.approver(city.parks), city.bring_to("answered", city.parks).pk
    )
    return city


def units(city: City) -> list[Agency]:
    return list(Agency.objects.order_by("depth", "id"))


def accuse(city: City, unit: Agency, *people: Staff) -> Petition:
    """Bring an accusation against a unit as far as it goes: to an answer of discipline inspection; one against that stays at the office."""
    reader = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = city.file(f"{unit.name}{WORDS}", text=WORDS, identity=ACCUSER, purpose="accusation")
    actions.Register().run(reader, petition.pk)
    if unit == city.discipline:
        return actions.Correct(accused=unit, accused_people=people).run(reader, petition.pk)
    actions.Refer(lead=city.discipline).run(reader, petition.pk)
    actions.Correct(accused=unit, accused_people=people).run(reader, petition.pk)
    handler = city.actor(city.discipline, Role.AGENCY_HANDLER, compartment=True)
    actions.Accept().run(handler, petition.pk)
    actions.DraftAnswer(text="经查，所反映的情况不属实，理由如下。", outcome="explain").run(handler, petition.pk)
    return actions.Approve().run(city.actor(city.discipline, Role.APPROVER, compartment=True), petition.pk)


def joined(agency: Agency, *, compartment: bool) -> Staff:
    """Return somebody who holds every post of an agency that reads petitions."""
    person = Staff.objects.create_staff(f"all-{agency.code}-{compartment}", "全岗")
    for role in sorted(READS_PETITIONS):
        Post.objects.create(staff=person, agency=agency, role=role, compartment=compartment)
    return person


class Looker:
    """Somebody who looks: a member of staff, or anybody at all."""

    def __init__(self, person: Staff | None = None) -> None:
        self.client = Client()
        self.roles = frozenset(person.posts.values_list("role", flat=True)) if person else frozenset()
        if person:
            self.client.force_login(person)

    def opens(self, address: Address) -> bool:
        """Tell whether the address answers this looker with more than its own “no”: staff look at what their roles open."""
        if not self.roles:
            return True
        if address.route.startswith("/admin/"):
            return Role.SYSTEM_ADMINISTRATOR in self.roles
        return isinstance(address.rule, frozenset) and (not address.rule or bool(address.rule & self.roles))


def everywhere(city: City, looker: Looker) -> dict[str, Seen]:
    """Look at every GET address and ask every search, and leave no trace of it."""
    petition = Petition.objects.filter(lead_agency=city.housing).order_by("id").first()
    assert petition is not None
    known = {
        "number": [petition.number], "petition_id": [str(petition.pk)], "kind": ["agencies"], "year": ["2026"], "version": ["0"],
        "staff_id": [str(Staff.objects.earliest("id").pk)], "node_id": [str(city.housing.pk)], "slug": ["x"], "form": ["pdf"],
        "action": ["note"], "way": ["visit"], "what": ["make"], "code": ["label"], "object_id": [str(city.housing.pk)],
    }  # fmt: skip
    values = Values(
        known | {name: ["1"] for name in IDS},
        {
            "setup_paper_kind": {"kind": ["notice"]}, "setup_paper_template": {"kind": ["notice"]}, "paper_write": {"kind": ["notice"]},
            "setup_numbering": {"code": ["letter"]},
        },
    )  # fmt: skip
    seen: dict[str, Seen] = {}
    addresses = all_addresses()  # loads the pages' modules, which the clock then reaches
    ContentType.objects.clear_cache()  # the admin fills it, once a process
    clock = Clock(NOW)
    with clock.wound(), transaction.atomic():
        for address in addresses:
            if address.route in LEFT_OUT or "(" in address.route or not looker.opens(address):
                continue
            for path in filled(address, values):
                clock.at = NOW + len(seen) * A_WHILE
                seen[path] = look(looker.client, path)
        for method, path, data in ASKED:
            clock.at = NOW + len(seen) * A_WHILE
            seen[f"{method} {path} {data}"] = look(looker.client, path, method, data)
        transaction.set_rollback(True)
    return seen


def compare(before: dict[str, Seen], after: dict[str, Seen]) -> None:
    assert len(before) > 10
    assert before.keys() == after.keys()
    for path, seen in before.items():
        assert seen.status < 500 or path.startswith("/health/"), path  # which says that no worker runs
        assert seen.statements == after[path].statements, path
        assert difference(seen.body, after[path].body) == (b"", b""), path
        assert seen == after[path], path


def difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """Return both from a little before where they part."""
    if one == other:
        return b"", b""
    place = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    begin = max(place - 60, 0)
    return one[begin : begin + 200], other[begin : begin + 200]


def test_whoever_has_no_compartment_finds_no_accusation_anywhere(lived: City) -> None:
    """Given lookers of every role and kind of unit without the compartment, when every unit is accused, then nothing that they see changes."""
    kinds = (lived.office, lived.housing, lived.discipline, lived.county_office, lived.township)
    people = [joined(unit, compartment=False) for unit in kinds]
    people += [lived.who(lived.office, role) for role in sorted(ADMINISTRATORS)]
    leader = lived.who(lived.office, Role.LEADER)
    lookers = [Looker(), *(Looker(person) for person in people)]
    before = [everywhere(lived, looker) for looker in lookers]
    assert set().union(*before) >= {
        "/desk/petitions/",
        "/desk/monitoring/",
        "/desk/audit/",
        "/desk/setup/outbox/",
        "/figures/",
    }
    accusations = [accuse(lived, unit, leader) for unit in units(lived)]
    for looker, seen in zip(lookers, before, strict=True):
        after = everywhere(lived, looker)
        compare(seen, after)
        pages = b"".join(one.body for one in after.values())
        assert not any(petition.number.encode() in pages for petition in accusations)
    assert Notice.objects.filter(petition_id__in=[petition.pk for petition in accusations]).exists()


@pytest.mark.slow_once
def test_the_accused_unit_finds_nothing_even_with_the_compartment(lived: City) -> None:
    """Given readers of accusations in every unit, when their own unit is accused, then nothing that they see changes."""
    for unit in units(lived):
        looker = Looker(joined(unit, compartment=True))
        before = everywhere(lived, looker)
        with transaction.atomic():
            accuse(lived, unit)
            compare(before, everywhere(lived, looker))
            transaction.set_rollback(True)


def test_the_accused_person_finds_nothing_even_at_the_office(lived: City) -> None:
    """Given a leader of the office who reads accusations, when one names them, then nothing that they see changes; a colleague sees it."""
    leader = joined(lived.office, compartment=True)
    colleague = lived.actor(lived.office, Role.OFFICE_HANDLER, compartment=True)
    looker = Looker(leader)
    before = everywhere(lived, looker)
    petition = accuse(lived, lived.housing, leader)
    compare(before, everywhere(lived, looker))
    assert visible_to(colleague).filter(pk=petition.pk).exists()


def sees(person: Staff | Actor, petition: Petition) -> bool:
    actor = person if isinstance(person, Actor) else Actor.of_staff(person)
    return visible_to(actor).filter(pk=petition.pk).exists()


def test_an_accusation_of_nobody_yet_is_seen_by_readers_alone(lived: City) -> None:
    """Given an accusation that names neither unit nor person (NULL), then readers of the office see it, and nobody else."""
    petition = lived.file("举报", purpose="accusation")
    assert petition.accused_id is None
    reading = {lived.who(lived.office, role, compartment=True) for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)}
    everybody = [joined(unit, compartment=False) for unit in units(lived)] + [*lived.people.values()]
    assert {person for person in everybody if sees(person, petition)} == reading


def test_the_compartment_goes_as_far_as_its_post(lived: City) -> None:
    """Given a reader of accusations in discipline inspection who also leads at the office, then from there they see no accusation."""
    person = lived.who(lived.discipline, Role.AGENCY_HANDLER, compartment=True)
    Post.objects.create(staff=person, agency=lived.office, role=Role.OFFICE_HANDLER)
    ordinary, apart = lived.file(), lived.file("举报", purpose="accusation")
    referred = accuse(lived, lived.housing)
    assert [sees(person, petition) for petition in (ordinary, apart, referred)] == [True, False, True]
    with pytest.raises(actions.Refused) as refused:
        actions.MarkUrgent(reason="急").run(Actor.of_staff(person), referred.pk)
    assert refused.value.code in {"not_entitled", "wrong_state"}


def test_standing_in_does_not_hand_the_compartment_on(lived: City) -> None:
    """Given somebody who stands in for a reader of accusations, then they see none, until it is opened to them too."""
    from yiwang.agencies.models import Absence

    today = datetime.now(UTC).date()
    reader = lived.who(lived.office, Role.OFFICE_HANDLER, compartment=True)
    stand_in = lived.who(lived.office, Role.SUPERVISOR)
    Absence.objects.create(
        staff=reader, stand_in=stand_in, first_day=today - timedelta(days=1), last_day=today + timedelta(days=1)
    )
    petition = lived.file("举报", purpose="accusation")
    assert not sees(stand_in, petition)
    Post.objects.filter(staff=stand_in).update(compartment=True)
    assert sees(stand_in, petition)


def test_words_that_name_a_reader_hide_it_from_them(lived: City) -> None:
    """Given a reader's full name in the words of an accusation, when it is filed, then they do not see it, and their colleagues do."""
    named = lived.who(lived.office, Role.OFFICE_HANDLER, compartment=True)
    Staff.objects.filter(pk=named.pk).update(name="顾长风")
    petition = lived.file("举报", text="信访局的顾长风收钱。", purpose="accusation")
    assert list(AccusedPerson.objects.values_list("petition", "staff")) == [(petition.pk, named.pk)]
    assert not sees(named, petition)
    assert sees(lived.who(lived.office, Role.INTAKE_CLERK, compartment=True), petition)


def test_naming_everybody_hides_it_from_nobody(lived: City) -> None:
    """Given the names of all readers in the words, when it is filed, then it is not lost: all of them see it."""
    people = [lived.who(lived.office, role, compartment=True) for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)]
    petition = lived.file("举报", text="、".join(person.name for person in people), purpose="accusation")
    assert all(sees(person, petition) for person in people)


@pytest.mark.parametrize(
    "accusing",
    [
        lambda city: {"accused": city.office},
        lambda city: {"accused_people": [person for person in city.people.values() if person.posts.get().compartment]},
    ],
)
def test_the_last_reader_is_not_named(lived: City, accusing: Callable[[City], dict[str, Iterable[Staff]]]) -> None:
    """Given an accusation at the office, when nobody would be left who reads it, then naming is refused, and nothing changed."""
    reader = lived.actor(lived.office, Role.OFFICE_HANDLER, compartment=True)
    petition = lived.file("举报", purpose="accusation")
    with pytest.raises(actions.Refused) as refused:
        actions.Correct(**accusing(lived)).run(reader, petition.pk)
    assert refused.value.code == "no_reader"
    petition.refresh_from_db()
    assert (petition.accused_id, petition.accused_people.count(), petition.version) == (None, 0, 0)


def test_an_auditor_reads_of_accusations_only_with_the_compartment(lived: City) -> None:
    """Given lines about an accusation against an agency and one against the office, then which lines an auditor reads hangs on the post."""
    of_housing, of_office = accuse(lived, lived.housing), accuse(lived, lived.office)
    plain, opened = (lived.actor(lived.office, Role.AUDITOR, compartment=given) for given in (False, True))
    about = Record.objects.filter(subject_kind="petition", subject_id__in=[of_housing.pk, of_office.pk])
    assert about.count() > 8
    assert not visible_lines(plain, about).exists()
    assert set(visible_lines(opened, about).values_list("subject_id", flat=True)) == {of_housing.pk}
    others = Record.objects.exclude(pk__in=about)
    assert visible_lines(plain, others).count() == others.count()


def test_its_keys_lie_in_the_compartment(lived: City) -> None:
    """Given an accusation, and a petition that becomes one, then the keys of all that hangs on them are wrapped by the compartment's."""
    filed = lived.file("举报", identity=ACCUSER, purpose="accusation")
    ordinary = lived.file()
    before = [bytes(row.data_key)[0] & 0x80 for row in (ordinary, ordinary.petitioner)]
    became = actions.Correct(purpose="accusation").run(lived.officer, ordinary.pk)
    for petition in (filed, became):
        fresh = Petition.objects.select_related("petitioner").get(pk=petition.pk)
        rows = [fresh, fresh.petitioner, *Notice.objects.filter(petition_id=petition.pk)]
        assert len(rows) >= 3
        assert all(bytes(row.data_key)[0] & 0x80 for row in rows)
        assert fresh.words()[0]
        assert fresh.petitioner.unseal("name")
    assert before == [0, 0]
