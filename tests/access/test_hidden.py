"""What one may not see is answered like what does not exist: byte for byte, header for header, statement for statement."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.access.addresses import Address, Values, all_addresses, filled
from tests.access.looking import look
from tests.given import City

from yiwang.agencies.models import Post, Role, Staff
from yiwang.outbox.models import Notice
from yiwang.papers.models import Paper, Service
from yiwang.petitions.actors import READS_PETITIONS
from yiwang.petitions.attachments import Upload
from yiwang.petitions.models import Petition, StandardAnswer
from yiwang.petitions.numbers import new_number
from yiwang.petitions.papers import owed_by
from yiwang.store.ids import new_id
from yiwang.workdays.counting import office_date

PNG = b"\x89PNG\r\n\x1a\n"
WORDS = {
    "action": ["note", "accept", "hand_over"], "form": ["docx"], "code": ["label"], "kind": ["notice"], "what": ["make"],
}  # fmt: skip
OBJECTS = {"number", "file_id", "paper_id", "service_id", "petition_id", "notice_id", "answer_id"}
"""Arguments that name something of an agency's; staff, units and templates are the administrators' own tables."""


def with_everything(city: City, **given: object) -> dict[str, str]:
    """Return the number and ids of a petition on which everything hangs that an address can name."""
    upload = Upload("灯.png", "image/png", PNG)
    petition = city.bring_to("accepted", uploads=[upload], **given)
    entry = petition.entries.order_by("-id").first()
    assert entry is not None
    (paper,) = owed_by(["notice"], petition, entry)
    paper.save(force_insert=True)
    now = datetime.now(UTC)
    service = Service(paper=Paper.objects.get(pk=paper.pk), how="hand", sent_at=now, recorded_at=now)
    _ = service.key
    service.save(force_insert=True)
    notice = Notice.objects.filter(petition_id=petition.pk).earliest("id")
    answer = StandardAnswer.objects.create(title="路灯", text="已修好。", agency=petition.lead_agency)
    return {
        "number": petition.number, "petition_id": str(petition.pk), "paper_id": str(paper.pk), "service_id": str(service.pk),
        "file_id": str(petition.attachments.get().pk), "notice_id": str(notice.pk), "answer_id": str(answer.pk),
    }  # fmt: skip


def nothing() -> dict[str, str]:
    """Return a number and ids that could be, and are not."""
    return {name: str(new_id()) for name in OBJECTS} | {"number": new_number(office_date(datetime.now(UTC)))}


def named() -> list[Address]:
    """Return the desk's addresses that name an object and open to readers of petitions."""
    return [
        one for one in all_addresses()
        if isinstance(one.rule, frozenset) and one.rule & READS_PETITIONS and OBJECTS & set(one.arguments)
    ]  # fmt: skip


def paths(address: Address, ids: dict[str, str]) -> Iterator[str]:
    return filled(address, Values({name: [value] for name, value in ids.items()} | WORDS))


def compare(client: Client, address: Address, hidden: dict[str, str], absent: dict[str, str]) -> set[int]:
    """Ask for both in both ways, and return the statuses, but for “no such method”."""
    statuses = set()
    for one, other in zip(paths(address, hidden), paths(address, absent), strict=True):
        for method in ("GET", "POST"):
            here, there = (look(client, path, method, {"version": "0", "text": "x"}) for path in (one, other))
            assert here == there, (method, address.route)
            statuses.add(here.status)
    return statuses - {405}


@pytest.mark.parametrize("elsewhere", ["parks", "county_office"])
def test_anothers_is_like_none(city: City, elsewhere: str) -> None:
    """Given a petition of one agency with all that hangs on it, when another asks for each by its id, in every role, then as if it were not."""
    hidden, absent = with_everything(city), nothing()
    person = Staff.objects.create_staff("stranger", "外单位")
    for role in READS_PETITIONS:
        Post.objects.create(staff=person, agency=getattr(city, elsewhere), role=role)
    stranger = Client()
    stranger.force_login(person)
    stranger.get("/desk/")
    statuses = {address.name: compare(stranger, address, hidden, absent) for address in named()}
    assert len(statuses) > 10
    assert set().union(*statuses.values()) == {404}


def test_anothers_object_below_an_own_petition_is_like_none(city: City) -> None:
    """Given two petitions of two agencies, when one asks for the other's file and papers below its own number, then as if they were not."""
    hidden, absent = with_everything(city), nothing()
    own = city.bring_to("accepted", city.parks)
    stranger = Client()
    stranger.force_login(city.who(city.parks, Role.AGENCY_HANDLER))
    stranger.get("/desk/")
    tried = 0
    for address in named():
        if "number" not in address.arguments or len(OBJECTS & set(address.arguments)) < 2:
            continue
        answered = compare(stranger, address, hidden | {"number": own.number}, absent | {"number": own.number})
        assert answered <= {403, 404}, address.route
        tried += 1
    assert tried >= 5


def test_an_accusation_is_like_none_to_whoever_may_not_see_it(city: City) -> None:
    """Given an accusation, when the office without the compartment, and the accused with it, ask for it, then as if it were not."""
    reader = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    assert reader.opened
    hidden, absent = {"number": petition.number}, nothing()
    outside = [
        city.who(city.office, Role.OFFICE_HANDLER), city.who(city.office, Role.LEADER),
        city.who(city.housing, Role.AGENCY_HANDLER, compartment=True), city.who(city.housing, Role.LEADER, compartment=True),
    ]  # fmt: skip
    for person in outside:
        client = Client()
        client.force_login(person)
        client.get("/desk/")
        for address in named():
            if OBJECTS & set(address.arguments) == {"number"}:
                assert compare(client, address, hidden, absent) <= {403, 404}, address.route


def test_a_number_with_a_wrong_code_is_like_none(city: City) -> None:
    """Given an accusation's number and one that is not, when each is looked up with a wrong code, then both are answered alike."""
    petition = city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    numbers = (petition.number, nothing()["number"])
    found = [look(Client(), "/lookup/", "POST", {"number": number, "code": "ABCDEFGH"}) for number in numbers]
    bodies = [seen.body.replace(number.encode(), b"NUMBER") for seen, number in zip(found, numbers, strict=True)]
    assert bodies[0] == bodies[1]
    assert found[0].statements == found[1].statements
    assert found[0].status == found[1].status == 200
