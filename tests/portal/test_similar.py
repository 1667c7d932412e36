"""Published answers offered while a matter is written."""

from typing import Any

import pytest
from django.test import Client
from tests.given import City

from yiwang.petitions import actions
from yiwang.petitions.models import Petition
from yiwang.portal.similar import like


@pytest.fixture
def published(city: City) -> None:
    for subject in (
        "楼道路灯坏了两个月",
        "停车费一下子涨了一倍",
        "公交末班车太早",
        "小区大门坏了三个月没人修",
        "17 路公交改线后路灯下等车不安全",
    ):
        petition = city.bring_to("answered", subject=subject)
        actions.Publish(subject=subject, text="来信。", answer_text="答复。").run(
            city.approver(city.housing), petition.pk
        )


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("我家楼下路灯又坏了没人管", ["17 路公交改线后路灯下等车不安全", "楼道路灯坏了两个月"]),
        ("楼道灯不亮", ["楼道路灯坏了两个月"]),  # one of the three pairs 楼道, 道灯, 不亮
        ("楼道电灯夜里不亮", []),  # one of six is too little
        ("楼道路灯夜里不亮", ["楼道路灯坏了两个月"]),  # three of six; the bus line has one, 路灯
        ("电梯坏了三个月没人修", []),  # what it shares with the gate says nothing
        ("大门坏了三个月没人修", ["小区大门坏了三个月没人修"]),
        ("小区停车涨价", ["停车费一下子涨了一倍"]),
        ("末班车", ["公交末班车太早"]),
        ("噪声扰民", []),
        ("灯", []),
        ("", []),
        ("\0%' OR 1=1 --", []),
        ("坏了两个月没人修，怎么办", []),
    ],
)
def test_answers_to_like_matters_are_offered(published: None, typed: str, offered: list[str]) -> None:
    """Given a subject in other words, then the answer about the same thing is offered, and no other."""
    assert [row.subject for row in like(typed)] == offered


def test_most_overlap_stands_first(city: City, published: None) -> None:
    """Given two that are close enough, then the one that shares more pairs stands first, whichever is newer."""
    assert [row.subject for row in like("公交改线")] == ["17 路公交改线后路灯下等车不安全", "公交末班车太早"]
    assert [row.subject for row in like("公交末班车")] == ["公交末班车太早"]


def test_words_of_the_text_count_when_the_subject_is_about_it(city: City) -> None:
    """Given one answer whose text names street lamps beside its bus line, then its text alone does not make it close."""
    for subject in ("公交末班车太早", "路边的灯"):
        petition = city.bring_to("answered", subject=subject)
        actions.Publish(subject=subject, text="路灯也不亮。", answer_text="答复。").run(
            city.approver(city.housing), petition.pk
        )
    assert like("路灯不亮") == []
    assert [row.subject for row in like("路边路灯不亮")] == ["路边的灯"]


def test_two_statements_however_long_the_subject(published: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        like("楼道路灯停车公交末班大门改线安全" * 6)


def test_recalled_answer_is_not_offered(city: City, published: None) -> None:
    """Given an answer that was taken off, then it is offered no more."""
    petition = Petition.objects.get(subject="公交末班车太早")
    actions.Recall(reason="有误").run(city.approver(city.housing), petition.pk)
    assert like("公交末班车") == []


def test_offered_with_and_without_script(client: Client, published: None) -> None:
    """Given the piece for htmx and the button for those without script, then both show the answer, and nothing is filed."""
    assert "楼道路灯坏了两个月" in client.get("/ask/similar/", {"subject": "路灯坏了"}).content.decode()
    count = Petition.objects.count()
    page = client.post(
        "/ask/", {"similar": "1", "subject": "路灯坏了", "text": "还没写完", "name": "钱大妈"}
    ).content.decode()
    assert "楼道路灯坏了两个月" in page
    assert "还没写完" in page
    assert 'class="errors"' not in page
    assert Petition.objects.count() == count
