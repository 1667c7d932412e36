"""What is kept of a person, and what they may ask: a copy, a correction, a deletion, each answered within its days."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people.models import found_by
from yiwang.petitions import actions, numbers, retention
from yiwang.petitions.actions import Refused
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import DataRequest, Entry, Petition
from yiwang.petitions.personal import OF_STAFF, REGISTER, copy_of
from yiwang.workdays.counting import office_date


def asked(petition: Petition, kind: str, **given: str) -> DataRequest:
    actions.AskForData(kind=kind, **given).run(Actor.citizen(petition.pk), petition.pk)
    return DataRequest.objects.latest("id")


def decided(city: City, request: DataRequest, *, grant: bool = True) -> DataRequest:
    actions.DecideOnData(request_id=request.pk, grant=grant, reason="已核对").run(city.officer, request.petition_id)
    request.refresh_from_db()
    return request


def test_every_sealed_column_is_in_the_register() -> None:
    """Given all models, then each sealed column stands in the register with purpose, basis, readers and time, or is no petitioner's."""
    sealed = {
        f"{model._meta.db_table}.{column.name}"
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.name.startswith("sealed_") and model._meta.app_label not in {"sealed_tests"}
    }
    registered = [column for kept in REGISTER for column in kept.columns]
    assert len(registered) == len(set(registered))
    assert sealed == set(registered) | set(OF_STAFF)
    for kept in REGISTER:
        assert all(map(str, (kept.label, kept.purpose, kept.basis, kept.seen_by, kept.how_long)))


def test_a_request_has_its_thirty_days(city: City, settings: LazySettings) -> None:
    """Given a request, then it is due after the office's days, and has an entry and a line of the behaviour log."""
    request = asked(city.file(), "copy")
    assert request.due_on == office_date(datetime.now(UTC)) + timedelta(days=30)
    assert Entry.objects.filter(action="ask_data", data__kind="copy").count() == 1
    assert Record.objects.filter(act="ask_data", actor_kind="citizen", subject_id=request.petition_id).count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "everything"}, "no_kind"),
        ({"kind": "correction", "words": "x"}, "no_kind"),
        ({"kind": "deletion", "words": " "}, "no_words"),
        ({"kind": "deletion", "words": "x" * 501}, "too_long"),
    ],
)  # fmt: skip
def test_a_request_that_says_nothing_is_refused(city: City, given: dict[str, str], code: str) -> None:
    """Given a request without a kind, its column or its reason, then it is refused and none is there."""
    petition = city.file()
    with pytest.raises(Refused) as refused:
        asked(petition, **given)  # type: ignore[arg-type]
    assert (refused.value.code, DataRequest.objects.count()) == (code, 0)


def test_one_of_each_kind_at_a_time(city: City) -> None:
    """Given an open request, when the same is asked again, then it is refused; after the answer it may be."""
    petition = city.file()
    request = asked(petition, "copy")
    with pytest.raises(Refused, match="asked"):
        asked(petition, "copy")
    decided(city, request)
    assert asked(petition, "copy").state == "asked"


def test_nobody_else_asks_or_decides(city: City) -> None:
    """Given a petition, then another citizen cannot ask, and neither its petitioner nor an agency decides."""
    petition = city.bring_to("accepted")
    with pytest.raises(Refused):
        actions.AskForData(kind="copy").run(Actor.citizen(petition.pk + 1), petition.pk)
    request = asked(petition, "copy")
    for actor in (Actor.citizen(petition.pk), city.handler(city.housing), city.clerk):
        with pytest.raises(Refused):
            actions.DecideOnData(request_id=request.pk, grant=True, reason="x").run(actor, petition.pk)
    assert DataRequest.objects.get().state == "asked"


def test_a_granted_correction_is_written(city: City) -> None:
    """Given a correction of the telephone, when it is granted, then the person is found by the new number and no more by the old."""
    petition = city.file()
    decided(city, asked(petition, "correction", what="phone", words="19900000099"))
    person = Petition.objects.get(pk=petition.pk).petitioner
    assert person.unseal("phone") == "19900000099"
    by = type(person).objects.filter
    assert (by(found_by("phone", "19900000099")).count(), by(found_by("phone", "19900000001")).count()) == (1, 0)


def test_a_refused_correction_changes_nothing(city: City) -> None:
    """Given a correction, when it is refused with its reason, then the number is as it was, and the reason is kept sealed."""
    petition = city.file()
    request = decided(city, asked(petition, "correction", what="phone", words="19900000099"), grant=False)
    assert Petition.objects.get(pk=petition.pk).petitioner.unseal("phone") == "19900000001"
    assert request.state == "refused"
    assert petition.key.open(request.sealed_reason, "petitions_datarequest", "sealed_reason", request.pk) == "已核对"


def test_a_granted_deletion_takes_the_person_away_and_leaves_the_matter(city: City) -> None:
    """Given a closed petition, when a deletion is granted, then nobody is named or found any more, and the matter's record stays."""
    petition = city.bring_to("closed")
    decided(city, asked(petition, "deletion", words="不想留电话"))
    after = Petition.objects.get(pk=petition.pk)
    assert (after.petitioner.unseal("name"), after.petitioner.can_be_told, bytes(after.petitioner.data_key)) == (
        "",
        False,
        b"",
    )
    assert not type(after.petitioner).objects.filter(found_by("name", "钱大妈")).exists()
    assert not Notice.objects.filter(petition_id=petition.pk).exists()
    assert after.words()[0] == "楼道灯不亮"


@pytest.mark.parametrize("held", [False, True])
def test_a_deletion_waits_for_the_matter_and_for_a_hold(city: City, held: bool) -> None:
    """Given an open petition, or one on hold, when a deletion is granted, then that is refused and nothing is deleted."""
    petition = city.bring_to("closed" if held else "accepted")
    if held:
        actions.Freeze(reason="法院调卷").run(city.officer, petition.pk)
    request = asked(petition, "deletion", words="不想留电话")
    with pytest.raises(Refused, match="frozen" if held else "not_over"):
        decided(city, request)
    assert Petition.objects.get(pk=petition.pk).petitioner.unseal("name") == "钱大妈"
    assert decided(city, request, grant=False).state == "refused"


def test_a_decision_without_a_reason_is_refused(city: City) -> None:
    """Given a request, when it is decided without a reason, or a second time, then that is refused."""
    request = asked(city.file(), "copy")
    with pytest.raises(Refused, match="no_reason"):
        actions.DecideOnData(request_id=request.pk, grant=True, reason=" ").run(city.officer, request.petition_id)
    decided(city, request)
    with pytest.raises(Refused, match="decided"):
        decided(city, request, grant=False)


def test_while_something_is_asked_nothing_is_disposed_of(city: City) -> None:
    """Given a due petition about whose data something is asked, then it is not due until that is answered."""
    petition = city.bring_to("closed")
    Petition.objects.filter(pk=petition.pk).update(closed_at=datetime.now(UTC) - timedelta(days=31 * 366))
    request = asked(petition, "copy")
    assert not retention.due(Petition.objects.all()).exists()
    decided(city, request)
    assert retention.due(Petition.objects.all()).exists()


def test_the_copy_holds_what_they_gave_and_what_they_were_told(city: City) -> None:
    """Given an answered and rated petition with a colleague's note, then the copy holds identity, words, answer and rating, and not the note."""
    petition = city.bring_to("answered")
    actions.Note(text="此人常来").run(city.officer, petition.pk)
    actions.Rate(office="satisfied", agency="satisfied", comment="谢谢").run(Actor.citizen(petition.pk), petition.pk)
    found = copy_of(Petition.objects.get(pk=petition.pk))
    assert found["identity"] == {"name": "钱大妈", "phone": "19900000001", "email": "qian@example.org"}
    assert (found["subject"], found["answers"][0]["text"]) == ("楼道灯不亮", "经查，楼道灯已于今日修好。")
    assert sorted(rating["comment"] for rating in found["ratings"]) == ["", "谢谢"]
    assert "此人常来" not in json.dumps(found, ensure_ascii=False)


def opened(client: Client, petition: Petition) -> None:
    code = numbers.lookup_code(petition.number)
    assert client.post(reverse("portal:lookup"), {"number": petition.number, "code": code}).status_code == 303


def test_from_the_portal_to_the_desk_and_back(city: City, client: Client) -> None:
    """Given number and code, when a copy is asked for, granted on the desk and taken, then page and file hold it; before, there is none."""
    petition = city.file()
    opened(client, petition)
    page, copy = (
        reverse("portal:own_data", args=[petition.number]),
        reverse("portal:own_copy", args=[petition.number, "json"]),
    )
    assert client.get(copy).status_code == 404
    assert "请写明正确的内容" in client.post(page, {"kind": "deletion"}).content.decode()
    assert client.post(page, {"kind": "copy"}).status_code == 303
    assert "最晚" in client.get(page).content.decode()

    desk = Client()
    desk.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    request = DataRequest.objects.get()
    assert petition.number in desk.get(reverse("desk:data_requests")).content.decode()
    one = reverse("desk:data_request", args=[request.pk])
    assert desk.post(one, {"grant": "yes"}).status_code == 422
    assert desk.get(one).status_code == 200
    assert desk.post(one, {"grant": "yes", "reason": "可以"}).status_code == 303
    assert desk.get(one).status_code == 404
    assert Record.objects.filter(act="look_data_request").exists()

    answer = client.get(copy)
    assert (answer.headers["Content-Disposition"], answer.json()["identity"]["name"]) == (
        f'attachment; filename="{petition.number}.json"', "钱大妈",
    )  # fmt: skip
    assert "no-store" in answer.headers["Cache-Control"]
    assert "钱大妈" in client.get(reverse("portal:own_copy", args=[petition.number, "page"])).content.decode()
    assert "可以" in client.get(page).content.decode()


def test_a_handler_sees_no_request_about_what_is_not_theirs(city: City, client: Client) -> None:
    """Given a request about an accusation, when a handler outside the compartment looks, then neither list nor page knows it."""
    request = asked(city.file(purpose="accusation"), "copy")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert "没有待答复的请求" in client.get(reverse("desk:data_requests")).content.decode()
    assert client.get(reverse("desk:data_request", args=[request.pk])).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "证件号码"), ("en", "Identity number")])
def test_the_privacy_page_shows_the_register(client: Client, db: None, language: str, words: str) -> None:
    """Given the page on personal information, then each thing kept stands there, in the reader's language."""
    assert words in client.get(reverse("portal:privacy"), headers={"Accept-Language": language}).content.decode()
