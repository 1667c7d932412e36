"""The trees: added to, renamed, moved, switched off; each change is a line of the behaviour log."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from yiwang.agencies.models import Agency, Region, body_above
from yiwang.journal.models import Record
from yiwang.petitions.models import Category

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def client(city: "City") -> Client:
    """The administrator."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "system_administrator"))
    return logged_in


def _acts() -> list[str]:
    return list(Record.objects.order_by("id").values_list("act", flat=True))


def test_an_agency_is_added_below_another(client: Client, city: "City") -> None:
    given = {
        "code": "lamps",
        "name": "路灯所",
        "name_en": "Street lights",
        "kind": "agency",
        "level": "city",
        "region": "",
    }
    answer = client.post(f"/desk/setup/agencies/add/?under={city.housing.pk}", given)
    made = Agency.objects.get(code="lamps")
    assert answer["Location"] == f"/desk/setup/agencies/{made.pk}/"
    assert (made.parent, made.path, made.name_en) == (city.housing, f"{city.housing.path}{made.pk}.", "Street lights")
    record = Record.objects.get(act="add_agency")
    assert (record.subject_id, record.actor_id) == (made.pk, city.who(city.office, "system_administrator").pk)
    page = client.get("/desk/setup/agencies/").content.decode()
    assert page.index("住建局") < page.rindex("路灯所")


def test_a_code_that_is_taken_is_refused_and_what_was_typed_kept(client: Client, city: "City") -> None:
    given = {"code": "parks", "name": "新园林局", "kind": "agency", "level": "city"}
    answer = client.post("/desk/setup/agencies/add/", given)
    assert answer.status_code == 422
    assert 'value="新园林局"' in answer.content.decode()
    assert not Agency.objects.filter(name="新园林局").exists()
    assert _acts() == []


def test_an_agency_is_renamed_in_both_languages(client: Client, city: "City") -> None:
    given = {"do": "change", "name": "住房城乡建设局", "name_en": "Housing", "kind": "agency", "level": "city"}
    client.post(f"/desk/setup/agencies/{city.housing.pk}/", given)
    city.housing.refresh_from_db()
    assert (city.housing.name, city.housing.name_en) == ("住房城乡建设局", "Housing")
    assert _acts() == ["change_agency"]


def test_a_branch_is_moved_whole(client: Client, city: "City") -> None:
    client.post(f"/desk/setup/agencies/{city.county_housing.pk}/", {"do": "move", "parent": city.housing.pk})
    city.township.refresh_from_db()
    assert city.township.lies_within(city.housing)
    assert _acts() == ["move_agency"]


def test_a_circle_is_refused(client: Client, city: "City") -> None:
    from yiwang.agencies.changes import ChangeRefused, move_node

    # the page does not offer it
    answer = client.post(f"/desk/setup/agencies/{city.county_housing.pk}/", {"do": "move", "parent": city.township.pk})
    assert answer.status_code == 422
    # and the change refuses it
    with pytest.raises(ChangeRefused) as refused:
        move_node(city.county_housing, city.township, city.who(city.office, "system_administrator"))
    assert refused.value.code == "cycle"
    city.county_housing.refresh_from_db()
    assert city.county_housing.parent == city.county_office
    assert _acts() == []


def test_an_agency_with_open_petitions_is_not_switched_off(client: Client, city: "City") -> None:
    # given two with housing, one that it helps with, and one that is over
    from yiwang.petitions import actions

    city.bring_to("referred")
    city.bring_to("accepted")
    helped = city.bring_to("registered")
    actions.Refer(lead=city.parks, co=[city.housing]).run(city.officer, helped.pk)
    city.bring_to("closed")
    # when
    page = client.post(f"/desk/setup/agencies/{city.housing.pk}/", {"do": "deactivate"}, follow=True).content.decode()
    # then
    assert "还有3件没有办完的信访" in page
    city.housing.refresh_from_db()
    assert city.housing.active is True
    assert "deactivate_agency" not in _acts()


def test_an_agency_without_is_switched_off_and_on(client: Client, city: "City") -> None:
    for doing, active in (("deactivate", False), ("activate", True)):
        client.post(f"/desk/setup/agencies/{city.parks.pk}/", {"do": doing})
        city.parks.refresh_from_db()
        assert city.parks.active is active
    assert _acts() == ["deactivate_agency", "activate_agency"]


def test_neither_the_root_nor_what_has_others_below_is_switched_off(client: Client, city: "City") -> None:
    for agency, said in ((city.office, "最上级的信访部门不能停用"), (city.county_office, "下面还有2个在用")):
        page = client.post(f"/desk/setup/agencies/{agency.pk}/", {"do": "deactivate"}, follow=True).content.decode()
        assert said in page
    assert not Agency.objects.filter(active=False).exists()


def test_a_category_has_a_usual_agency_and_three_levels(client: Client, city: "City") -> None:
    parent = None
    for level in range(3):
        under = f"?under={parent.pk}" if parent else ""
        given = {"code": f"c{level}", "name": f"第{level}级", "default_agency": city.parks.pk}
        client.post(f"/desk/setup/categories/add/{under}", given)
        parent = Category.objects.get(code=f"c{level}")
        assert (parent.depth, parent.default_agency) == (level, city.parks)
    answer = client.post(
        f"/desk/setup/categories/add/?under={parent.pk}", {"code": "c3", "name": "第四级"}, follow=True
    )
    assert "“内容分类”最多3级" in answer.content.decode()
    assert not Category.objects.filter(code="c3").exists()


def test_a_category_in_use_is_not_switched_off(client: Client, city: "City") -> None:
    lamp = Category.objects.create(code="lamp", name="路灯")
    city.file(category=lamp)
    page = client.post(f"/desk/setup/categories/{lamp.pk}/", {"do": "deactivate"}, follow=True).content.decode()
    assert "还有1件没有办完的信访" in page
    assert Category.objects.get().active is True


def test_regions_are_kept_too(client: Client) -> None:
    client.post("/desk/setup/regions/add/", {"code": "west", "name": "西山县", "level": "county"})
    assert Region.objects.get(code="west").level == "county"
    assert "西山县" in client.get("/desk/setup/regions/").content.decode()


@pytest.mark.parametrize("role", ["intake_clerk", "leader", "auditor", "approver"])
@pytest.mark.parametrize(
    "path", ["", "agencies/", "categories/add/", "staff/", "staff/add/", "calendar/2026/", "outbox/"]
)
def test_administrators_alone_may_set(city: "City", role: str, path: str) -> None:
    logged_in = Client()
    logged_in.force_login(city.who(city.office, role))
    assert logged_in.get(f"/desk/setup/{path}").status_code == 403


def test_there_is_no_fourth_tree(client: Client) -> None:
    assert client.get("/desk/setup/petitions/").status_code == 404


def test_who_reviews_an_agency_is_set(client: Client, city: "City") -> None:
    """Given an agency, when its reviewing body is chosen or named, then reviews go there; it is never its own."""
    address = f"/desk/setup/agencies/{city.parks.pk}/"
    offered = [value for value, _label in client.get(address).context["form"].fields["reviewed_by"].choices]
    assert str(city.parks.pk) not in offered
    given = {"do": "change", "name": "园林局", "kind": "agency", "level": "city"}
    assert client.post(address, {**given, "reviewed_by": str(city.government.pk)}).status_code == 303
    city.parks.refresh_from_db()
    assert body_above(city.parks) == (city.government, "")
    client.post(address, {**given, "reviewed_outside": "省林草局"})
    city.parks.refresh_from_db()
    assert (city.parks.reviewed_by, body_above(city.parks)) == (None, (None, "省林草局"))
    assert client.post(address, {**given, "reviewed_by": str(city.parks.pk)}).status_code == 422
