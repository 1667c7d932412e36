"""The petition page: everything in few statements, nothing that was sent in as markup, identities behind a reason."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests.desk.test_mine import statements
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import check_upload
from yiwang.petitions.models import Deadline, Petition
from yiwang.petitions.numbers import new_number

HOSTILE = "<script>alert('1')</script>{{ 7|add:7 }}"


def page_of(petition: Petition) -> str:
    return f"/desk/petitions/{petition.number}/"


STATEMENTS = {"filed": 12, "registered": 11, "referred": 11, "accepted": 10, "drafted": 11, "answered": 12}


@pytest.mark.parametrize("notes", [1, 30])
@pytest.mark.parametrize("state", STATEMENTS)
def test_statements_do_not_grow(city: City, client: Client, state: str, notes: int) -> None:
    """Given a petition with 1 or 30 notes, when its page is opened by whose turn it is, then at most 15 statements run."""
    petition = city.bring_to(state)
    for number in range(notes):
        actions.Note(text=f"第{number}次联系").run(city.officer, petition.pk)
    reader = {
        "referred": city.who(city.housing, Role.AGENCY_HANDLER),
        "accepted": city.who(city.housing, Role.AGENCY_HANDLER),
        "drafted": city.who(city.housing, Role.APPROVER),
    }.get(state, city.who(city.office, Role.OFFICE_HANDLER))
    client.force_login(reader)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page_of(petition))
    assert answer.status_code == 200
    assert len(answer.context["dossier"].happenings) >= notes + 1
    assert len(statements(queries)) == STATEMENTS[state] <= 15


def test_limits_open_ones_first_and_void_ones_folded(city: City, client: Client) -> None:
    """Given limits in every state, then those that run stand first, by their end, then the met ones; the void ones are folded."""
    petition = city.bring_to("accepted")
    now, office, housing = datetime.now(UTC), city.office, city.housing
    petition.deadlines.all().delete()
    for rule, days, state in (
        ("objection", -9, {"cancelled_at": now}),
        ("refer", -8, {"met_at": now - timedelta(days=9)}),
        ("notice", -7, {"met_at": now}),
        ("handling", 20, {}),
        ("report", 3, {}),
    ):
        due = now + timedelta(days=days)
        Deadline.objects.create(
            petition=petition, rule=rule, owed_by=office if rule == "refer" else housing, started_at=petition.received_at,
            due_at=due, due_on=due.date(), **state,
        )  # fmt: skip
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    answer = client.get(page_of(petition))
    dossier = answer.context["dossier"]
    assert [limit.state for limit in dossier.standing_limits] == ["open", "open", "met", "met_late"]
    assert [limit.label for limit in dossier.standing_limits] == ["反馈结果", "办理答复", "登记转办", "告知受理"]
    assert [limit.label for limit in dossier.cancelled_limits] == ["提出异议"]
    before, _folded, after = answer.content.decode().partition("不再计算的 1 项")
    assert "提出异议" not in before.rpartition('class="limits"')[2]
    assert after.partition("</details>")[0].count("提出异议") == 1


def test_ratings_stand_in_a_block_of_their_own(city: City, client: Client) -> None:
    """Given an answer that was rated, then one list says whom the petitioner found how."""
    petition = city.bring_to("answered")
    actions.Deliver(how="lookup").run(Actor.citizen(petition.pk), petition.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(petition.pk), petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    block = client.get(page_of(petition)).content.decode().partition('<section class="ratings">')[2]
    block = block.partition("</section>")[0]
    assert "信访人评价" in block
    assert sorted(re.findall(r"<li>(.*?)</li>", block)) == sorted(
        [f"{city.office} <b>满意</b>", f"{city.housing} <b>不满意</b>"]
    )


def test_a_look_is_logged(city: City, client: Client) -> None:
    """Given a petition, when its page is opened, then one line “look” says who and what, and nothing else."""
    petition = city.file()
    staff = city.who(city.office, Role.LEADER)
    client.force_login(staff)
    client.get(page_of(petition))
    line = Record.objects.get(act="look")
    assert (line.actor_id, line.subject_kind, line.subject_id, line.reason) == (staff.pk, "petition", petition.pk, "")


def test_hidden_is_like_absent(city: City, client: Client) -> None:
    """Given a petition of another agency, when an agency asks for it, then the answer is that for a number that is not there."""
    other = city.bring_to("referred", city.parks)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    absent = new_number(other.received_on)
    for end in ("", "do/note/", "identity/", "files/1/"):
        hidden, missing = (client.get(f"/desk/petitions/{number}/{end}") for number in (other.number, absent))
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.content.replace(other.number.encode(), b"") == missing.content.replace(absent.encode(), b"")
    assert client.get("/desk/petitions/not-a-number/").status_code == 404
    assert Record.objects.filter(act="look").count() == 0


def test_words_are_material_never_markup(city: City, client: Client) -> None:
    """Given markup in every text that a person can write, when the page is shown, then it stands there escaped."""
    petition = city.bring_to("accepted", subject=HOSTILE, text=HOSTILE, place=HOSTILE)
    actions.Note(text=HOSTILE).run(city.officer, petition.pk)
    actions.DraftAnswer(text=HOSTILE, outcome="explain").run(city.handler(city.housing), petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    for address in (page_of(petition), f"{page_of(petition)}do/note/", "/desk/petitions/", "/desk/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
    page = client.get(page_of(petition)).content.decode()
    assert page.count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;{{ 7|add:7 }}") >= 3


def test_identity_is_masked_until_a_reason_is_given(city: City, client: Client) -> None:
    """Given a petitioner, when the page is opened, then masked; when unsealed with a reason, then whole, and logged."""
    identity = actions.Identity(name="钱大妈", phone="19900000001", address="柳溪镇一组")
    petition = city.file(identity=identity)
    staff = city.who(city.office, Role.INTAKE_CLERK)
    client.force_login(staff)
    page = client.get(page_of(petition)).content.decode()
    assert "钱**" in page
    assert "199******01" in page
    assert "钱大妈" not in page
    assert "19900000001" not in page

    refused = client.post(f"{page_of(petition)}identity/", {})
    assert refused.status_code == 422
    assert "钱大妈" not in refused.content.decode()
    assert Record.objects.filter(act="unseal").count() == 0

    shown = client.post(f"{page_of(petition)}identity/", {"reason": "contact"})
    assert all(word in shown.content.decode() for word in ("钱大妈", "19900000001", "柳溪镇一组"))
    assert shown.headers["Cache-Control"] == "no-store"
    line = Record.objects.get(act="unseal")
    assert (line.actor_id, line.subject_id, line.reason) == (staff.pk, petition.pk, "contact")


def test_accusation_is_whole_only_inside_the_compartment(city: City, client: Client) -> None:
    """Given an accusation, when somebody with the compartment opens it, then words and accused are shown; without, 404."""
    petition = city.file("科长收了钱", purpose="accusation", accused=city.housing)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER, compartment=True))
    page = client.get(page_of(petition)).content.decode()
    assert "科长收了钱" in page
    assert "被检举控告的单位" in page
    assert "data-draft=" not in page  # nothing of it is kept on the device
    for agency, role in ((city.office, Role.OFFICE_HANDLER), (city.housing, Role.AGENCY_HANDLER)):
        client.force_login(city.who(agency, role))
        assert client.get(page_of(petition)).status_code == 404


def test_an_accusation_is_not_betrayed_by_what_repeats_it(city: City, client: Client) -> None:
    """Given an ordinary petition that repeats an accusation, when it is opened, then the accusation's number is not told."""
    accusation = city.file("科长收了钱", purpose="accusation")
    earlier, petition = city.file("路灯不亮"), city.file("还是路灯")
    insider = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    actions.Register(repeats=accusation).run(insider, earlier.pk)
    actions.Register(repeats=earlier).run(insider, petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert accusation.number not in client.get(page_of(earlier)).content.decode()
    assert earlier.number in client.get(page_of(petition)).content.decode()


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return drawn.getvalue()


def test_attachments_are_given_out_caged_and_logged(city: City, client: Client) -> None:
    """Given an attachment, when opened, then it comes whole, under a policy that lets it do nothing, and a line is left."""
    petition = city.file(uploads=[check_upload("现场 照片.png", picture())])
    row = petition.attachments.get()
    client.force_login(city.who(city.office, Role.INTAKE_CLERK))
    assert "现场 照片.png" in client.get(page_of(petition)).content.decode()
    answer = client.get(f"{page_of(petition)}files/{row.pk}/")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    name = "%E7%8E%B0%E5%9C%BA%20%E7%85%A7%E7%89%87.png"
    assert answer.headers["Content-Disposition"] == f"inline; filename*=utf-8''{name}"
    saved = client.get(f"{page_of(petition)}files/{row.pk}/?download")
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert Record.objects.filter(act="open_attachment", subject_id=petition.pk).count() == 2
    other = city.file()
    assert client.get(f"{page_of(other)}files/{row.pk}/").status_code == 404
