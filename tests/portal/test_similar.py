"""Published answers offered while a matter is written."""

import pytest
from django.test import Client
from tests.given import City

from yiwang.petitions import actions
from yiwang.petitions.models import Petition
from yiwang.portal.similar import like


@pytest.fixture
def published(city: City) -> None:
    for subject in ("楼道路灯坏了两个月", "停车费一下子涨了一倍", "公交末班车太早"):
        petition = city.bring_to("answered", subject=subject)
        actions.Publish(subject=subject, text="来信。", answer_text="答复。").run(
            city.approver(city.housing), petition.pk
        )


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("我家楼下路灯又坏了没人管", ["楼道路灯坏了两个月"]),
        ("小区停车涨价", ["停车费一下子涨了一倍"]),
        ("末班车", ["公交末班车太早"]),
        ("噪声扰民", []),
        ("灯", []),
        ("", []),
        ("\0%' OR 1=1 --", []),
    ],
)
def test_answers_to_like_matters_are_offered(published: None, typed: str, offered: list[str]) -> None:
    """Given a subject in other words, then the answer about the same thing is offered, and no other."""
    assert [row.subject for row in like(typed)] == offered


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
