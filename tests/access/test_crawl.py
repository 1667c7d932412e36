"""Every page as every role: no error of ours, no markup that comes back as markup, no petitioner's data for who may not see it.

Links are followed from page to page, and every URL pattern is asked for besides, with what the city holds in place of its arguments.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from tests.access.addresses import Values, all_addresses, filled, says_503
from tests.access.looking import content_of
from tests.access.test_hidden import with_everything
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.models import PublishedAnswer

MARK = '"><script>x</script><img src=x onerror=y>'
AS_MARKUP = (b'"><script>x', b"<img src=x")
EACH = 2
"""Pages of one kind that a role looks at by following links: the third petition's page has nothing that the second has not."""
LINK = re.compile(rb"""(?:href|action|src|hx-get)=["']([^"'#]+)""")
WHO = actions.Identity(
    name="钱某某的全名",
    phone="19900004567",
    email="whole-name@example.org",
    id_number="110101199001011237",
    address="明渠路九十九号",
)
SECRETS = [value.encode() for value in (WHO.name, WHO.phone, WHO.email, WHO.id_number, WHO.address)]
TEXT = "只有办理人能读的一句话"
UNSEALED = re.compile(r"^/desk/tell/\d+/$")
"""Where a clerk is shown whom to ring up; the look is logged."""
LEAVES = ("/desk/logout/", "/admin/logout/")
QUERIES = ("q", "state", "kind", "due", "agency", "category", "region", "after", "before", "next", "number", "subject", "phone", "who",
           "since", "until", "list", "body", "day", "under", "staff", "way", "face", "code", "month", "level")  # fmt: skip


@dataclass
class Walk:
    """What one role saw."""

    client: Client
    seen: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    pages: dict[str, bytes] = field(default_factory=dict)

    def through(self, first: list[str]) -> None:
        waiting = deque(first)
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address)
            if address in self.asked or kind is None or address.partition("?")[0] in LEAVES:
                continue
            if address not in first and self.seen[kind] >= EACH:
                continue
            self.asked.add(address)
            self.seen[kind] += 1
            answer = self.client.get(address)
            assert answer.status_code < 500 or says_503(address), address
            body = content_of(answer)
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            self.pages[address] = body
            waiting.extend(links(address, body))
            if 300 <= answer.status_code < 400:
                waiting.append(urljoin(address, answer.headers["Location"]))


def links(address: str, body: bytes) -> list[str]:
    found = []
    for link in LINK.findall(body):
        target = urlsplit(urljoin(address, unescape(link.decode())))
        if not target.netloc and target.scheme == "" and not target.path.startswith("/static/"):
            found.append(f"{target.path}?{target.query}" if target.query else target.path)
    return found


def kind_of(address: str) -> str | None:
    """Return the route to which an address leads, with the names of its query's parts; None when it leads nowhere."""
    path, _mark, query = address.partition("?")
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    return f"{route}?{','.join(sorted(part.partition('=')[0] for part in query.split('&')))}"


@pytest.fixture
def marked(city: City) -> dict[str, list[str]]:
    """A city whose petitions hold markup in every field that people fill in; returns what to put into addresses."""
    given = {"subject": f"{MARK}灯", "text": f"{TEXT}{MARK}", "place": MARK, "identity": WHO}
    ids = with_everything(city, **given)
    city.file(**given, office=city.office)
    city.bring_review_to("drafted", city.housing)
    published = city.bring_to("answered", city.housing, **given)
    actions.Publish(subject=f"{MARK}路灯", text="路灯", answer_text=MARK).run(city.approver(city.housing), published.pk)
    accusation = city.file(f"{MARK}举报", text=MARK, identity=WHO, purpose="accusation", accused=city.housing)
    values = {name: [value] for name, value in ids.items()}
    values["number"] = [ids["number"], accusation.number]
    return values | {
        "attachment_id": values["file_id"], "staff_id": [str(city.who(city.housing, Role.APPROVER).pk)], "node_id": [str(city.housing.pk)],
        "kind": ["agencies", "regions"], "year": ["2026"], "version": ["0"], "slug": [PublishedAnswer.objects.get().slug],
        "form": ["docx"], "way": ["visit", "letter", "telephone"], "what": ["make"], "code": ["label"],
        "action": list(actions.ACTIONS), "object_id": [str(city.housing.pk)], "content_type_id": ["1"],
    }  # fmt: skip


def first_of(values: dict[str, list[str]]) -> list[str]:
    known = Values(
        values, {name: {"kind": ["notice"]} for name in ("setup_paper_kind", "setup_paper_template", "paper_write")}
    )
    return ["/", "/desk/"] + [
        path for address in all_addresses() if "(" not in address.route and address.route not in LEAVES for path in filled(address, known)
    ]  # fmt: skip


def test_every_page_as_every_role(city: City, marked: dict[str, list[str]]) -> None:
    """Given petitions full of markup, when every role walks the house, then no 5xx, no markup, and nobody's data for who may not see it."""
    people = {role.value: city.who(city.office, role) for role in Role}
    people |= {
        "handler": city.who(city.housing, Role.AGENCY_HANDLER),
        "stranger": city.who(city.parks, Role.AGENCY_HANDLER),
    }
    people["reader"] = city.who(city.office, Role.OFFICE_HANDLER, compartment=True)
    everybody = {"nobody": Client()} | {name: Client() for name in people}
    for name, person in people.items():
        everybody[name].force_login(person)
    for name, client in everybody.items():
        walk = Walk(client)
        every_form = name in {"handler", "reader"}
        walk.through(first_of(marked if every_form else marked | {"action": ["note"], "way": ["visit"]}))
        assert len(walk.asked) > 100, name
        reads = name not in {"nobody", "stranger", "system_administrator", "security_administrator", "auditor"}
        for address, body in walk.pages.items():
            assert not any(markup in body for markup in AS_MARKUP), (name, address)
            told = [secret for secret in SECRETS if secret in body]
            assert not told or (name in {"intake_clerk", "office_handler", "reader"} and UNSEALED.match(address)), (
                name,
                address,
            )
            assert reads or TEXT.encode() not in body, (name, address)
        if reads and name != "agency_handler":
            assert any(TEXT.encode() in body for body in walk.pages.values()), name


def test_no_parameter_comes_back_as_markup(city: City, marked: dict[str, list[str]]) -> None:
    """Given every page without arguments, when each parameter that any page knows holds markup, then it comes back as words or not at all."""
    addresses = [address.route for address in all_addresses() if not address.arguments and "(" not in address.route]
    hostile = "&".join(f"{name}={quote(MARK)}" for name in QUERIES)
    for role in (Role.OFFICE_HANDLER, Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, None):
        client = Client()
        if role:
            client.force_login(city.who(city.office, role))
        for address in addresses:
            if address in LEAVES:
                continue
            for answer in (client.get(f"{address}?{hostile}"), client.post(address, dict.fromkeys(QUERIES, MARK))):
                assert answer.status_code < 500 or says_503(address), (role, address)
                assert not any(markup in content_of(answer) for markup in AS_MARKUP), (role, address)
