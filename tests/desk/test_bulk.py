"""Bulk referral: nothing before the check page, each in a transaction of its own, refused ones keep their reason."""

from django.test import Client
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.models import Petition

ADDRESS = "/desk/petitions/refer/"


def test_checked_first_then_done_one_by_one(city: City, client: Client) -> None:
    """Given three ticked, of which one was referred and one changed meanwhile, then the check says so and only the rest goes."""
    fine, referred, changed = city.bring_to("registered"), city.bring_to("referred"), city.bring_to("registered")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    picked = {"pick": [fine.pk, referred.pk, changed.pk]}

    asked = client.post(ADDRESS, picked)
    assert {fate.petition.pk for fate in asked.context["fates"] if fate.hindrance} == {referred.pk}

    chosen = {**picked, "lead": city.parks.pk, "kind": "transfer", "reason": "请依职责办理"}
    check = client.post(ADDRESS, chosen)
    assert "请核对" in check.content.decode()
    assert Petition.objects.filter(state="registered").count() == 2  # nothing is done yet

    versions = {f"version-{one.pk}": one.version for one in check.context["picked"]}
    actions.Note(text="别人写了一条").run(city.clerk, changed.pk)
    done = client.post(ADDRESS, {**chosen, **versions, "confirmed": "1"})

    fates = {fate.petition.pk: fate.hindrance for fate in done.context["fates"]}
    assert fates[fine.pk] == ""
    assert "待受理" in fates[referred.pk]
    assert "刚才有别人处理了这件信访" in fates[changed.pk]
    assert done.context["done"] == 1
    assert Petition.objects.get(pk=fine.pk).lead_agency == city.parks
    assert Petition.objects.get(pk=referred.pk).lead_agency == city.housing
    assert Petition.objects.get(pk=changed.pk).state == "registered"
    refused = Record.objects.filter(act="refer", result="refused").values_list("subject_id", "reason")
    assert set(refused) == {(referred.pk, "wrong_state"), (changed.pk, "changed_meanwhile")}


def test_accusations_never_go_along(city: City, client: Client) -> None:
    """Given an accusation among the ticked, when an ordinary agency is chosen, then the check says why it stays."""
    petition = city.file("科长收了钱", purpose="accusation")
    officer = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    actions.Register().run(officer, petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER, compartment=True))
    data = {"pick": [petition.pk], "lead": city.housing.pk, "kind": "transfer"}
    check = client.post(ADDRESS, data)
    assert "只能转送纪检监察机关" in check.context["fates"][0].hindrance
    assert "科长" not in check.content.decode()
    client.post(ADDRESS, {**data, "confirmed": "1"})
    assert Petition.objects.get(pk=petition.pk).state == "registered"


def test_only_what_is_visible_is_picked(city: City, client: Client) -> None:
    """Given ids of what one may not see, or of nothing, when posted, then they are as if they were not there."""
    hidden = city.file("科长收了钱", purpose="accusation")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    answer = client.post(ADDRESS, {"pick": [hidden.pk, "x", "1"]})
    assert answer.headers["Location"] == "/desk/petitions/?state=registered"


def test_a_wrong_form_keeps_the_ticks(city: City, client: Client) -> None:
    """Given no agency chosen, when sent, then 422 with the ticks still there."""
    petition = city.bring_to("registered")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    answer = client.post(ADDRESS, {"pick": [petition.pk], "lead": "", "kind": "transfer"})
    assert answer.status_code == 422
    assert f'name="pick" value="{petition.pk}"' in answer.content.decode()
