"""What everybody may read: published answers, open figures, the guide and the law."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.insight.public import Counts, counts, figures, median
from yiwang.petitions import actions
from yiwang.petitions.models import Category, Petition, PublishedAnswer
from yiwang.portal.pages import in_figures, regulations


def publish(city: City, subject: str, **given: object) -> PublishedAnswer:
    """Bring a matter to its answer and release that."""
    petition = city.bring_to("answered", subject=subject, **given)
    actions.Publish(subject=subject, text="来信全文。", answer_text="答复全文。").run(
        city.approver(city.housing), petition.pk
    )
    return PublishedAnswer.objects.get(petition=petition)


def test_first_page_is_light_and_asks_nothing_of_the_database(client: Client, db: None) -> None:
    """Given the first page, then three doors, the telephone, both switches; no statement, no cookie; small."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/")
    page = response.content.decode()
    assert len(captured) == 0
    assert not response.cookies
    assert page.count('class="door') == 4  # the list and three doors
    for part in ("12343", "长者版", "English", 'href="/ask/"', 'href="/lookup/"', 'href="/answers/"'):
        assert part in page
    assert len(response.content) < 20_000


def test_elder_mode_is_remembered_without_script(client: Client, db: None) -> None:
    """Given the switch, then the next page is in large type."""
    assert client.post("/ui/reading/", {"mode": "elder", "next": "/"})["Location"] == "/"
    assert 'data-mode="elder"' in client.get("/").content.decode()


def test_published_answers_are_browsed_searched_and_filtered(client: Client, city: City) -> None:
    """Given three answers, then search and filters find exactly theirs, with a constant number of statements."""
    light = Category.objects.create(code="light", name="照明")
    lamp = Category.objects.create(code="lamp", name="路灯", parent=light)
    publish(city, "路灯不亮", category=lamp)
    publish(city, "停车费上涨", region=city.county_office.region)
    publish(city, "末班车太早")

    def found(**query: object) -> list[str]:
        page = client.get("/answers/", query).content.decode()
        return [subject for subject in ("末班车太早", "停车费上涨", "路灯不亮") if f">{subject}</a>" in page]

    assert found() == ["末班车太早", "停车费上涨", "路灯不亮"]
    assert found(q="路灯") == ["路灯不亮"]
    assert found(q="来信全文") == ["末班车太早", "停车费上涨", "路灯不亮"]
    assert found(category=light.pk) == ["路灯不亮"]
    assert found(region=city.county_office.region.pk) == ["停车费上涨"]  # type: ignore[union-attr]
    assert found(agency=city.housing.pk, q="太早") == ["末班车太早"]
    assert found(agency="' OR 1=1", before="x") == ["末班车太早", "停车费上涨", "路灯不亮"]
    assert "请至少输入连在一起的两个字" in client.get("/answers/?q=灯").content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get("/answers/?q=来信全文")
    publish(city, "又一件")
    with CaptureQueriesContext(connection) as more:
        client.get("/answers/?q=来信全文")
    assert [query["sql"][:90] for query in few] == [query["sql"][:90] for query in more]
    assert len(more) <= 7


def test_answers_are_paged(client: Client, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given more answers than a page holds, then the link leads to the earlier ones."""
    monkeypatch.setattr("yiwang.portal.reading.SHOWN", 1)
    publish(city, "第一件")
    newest = publish(city, "第二件")
    page = client.get("/answers/").content.decode()
    assert "第二件" in page
    assert "第一件" not in page
    assert f"?before={newest.pk}" in page
    assert "第一件" in client.get(f"/answers/?before={newest.pk}").content.decode()


def test_published_answer_has_an_address_until_it_is_recalled(client: Client, city: City) -> None:
    """Given a published answer, then its page shows letter and answer; once recalled it is gone from page, list and search."""
    row = publish(city, "路灯不亮")
    page = client.get(f"/answers/{row.slug}/").content.decode()
    assert "来信全文。" in page
    assert "答复全文。" in page
    assert "钱大妈" not in page
    assert row.petition.number not in page
    actions.Recall(reason="有误").run(city.approver(city.housing), row.petition_id)
    assert client.get(f"/answers/{row.slug}/").status_code == 404
    assert "路灯不亮" not in client.get("/answers/").content.decode()
    assert ">路灯不亮<" not in client.get("/answers/?q=路灯").content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, Counts([], [])),
        ({"a": 9, "b": 5}, Counts([("a", 9), ("b", 5)], [])),
        ({"a": 9, "b": 5, "c": 4}, Counts([("a", 9)], ["b", "c"])),
        ({"a": 9, "b": 2, "c": 4, "d": 0}, Counts([("a", 9)], ["c", "b"])),
        ({"a": 1}, Counts([], ["a"])),
    ],
)
def test_small_counts_are_not_told(given: dict[str, int], told: Counts) -> None:
    """Given counts below five, then they are not told, and none can be found by subtracting the others from the sum."""
    assert counts(given) == told


@pytest.mark.parametrize(
    ("days", "middle"), [({3: 1}, 3), ({1: 1, 4: 1}, 2.5), ({0: 3, 10: 2}, 0), ({2: 2, 9: 2, 30: 1}, 9)]
)
def test_median_of_counted_days(days: dict[int, int], middle: float) -> None:
    """Given days with their counts, then the median is exact."""
    assert median(days) == middle


def test_open_figures_count_what_came_and_how_fast(city: City) -> None:
    """Given six answers of housing in ten days and one of parks, then housing's median is told and parks' is not; five statements."""
    light = Category.objects.create(code="light", name="照明")
    for number in range(6):
        city.bring_to("answered", subject=f"灯{number}坏了", category=light)
    Petition.objects.update(days_to_answer=10)
    city.bring_to("answered", agency=city.parks)
    with CaptureQueriesContext(connection) as captured:
        found = figures()
    assert len(captured) == 5
    assert (found.total, found.months[-1][1], found.months[0][1]) == (7, 7, 0)
    assert found.channels == Counts([("网站", 7)], [])
    assert found.categories == Counts([("照明", 6)], [])
    assert [(speed.agency, speed.answered, speed.median_days) for speed in found.speeds] == [
        ("住建局", 6, 10.0),
        ("园林局", None, None),
    ]
    assert (found.overall.answered, found.overall.median_days) == (7, 10.0)


def test_accusations_are_counted_nowhere(city: City) -> None:
    """Given answered accusations, then no figure holds them: no difference between two days tells whoever is accused."""
    for number in range(6):
        petition = city.file(subject=f"检举{number}", purpose="accusation")
        Petition.objects.filter(pk=petition.pk).update(
            lead_agency=city.housing, answered_on=petition.received_on, days_to_answer=1
        )
    found = figures()
    assert found.speeds == []
    assert (found.total, set(found.months), found.channels.told) == (0, {(month, 0) for month, _ in found.months}, [])


def test_figures_reach_back_twelve_months(city: City) -> None:
    """Given a petition of thirteen months ago, then it is not counted any more."""
    petition = city.file()
    Petition.objects.filter(pk=petition.pk).update(received_on=petition.received_on - timedelta(days=400))
    found = figures(datetime.now(UTC))
    assert found.total == 0
    assert len(found.months) == 12


def test_figures_page_draws_and_tells(client: Client, city: City) -> None:
    """Given few matters, then the page says “少于 5” in place of the number; given many, it draws them."""
    city.bring_to("answered")
    page = client.get("/figures/").content.decode()
    assert "少于 5" in page
    for number in range(5):
        city.file(subject=f"灯{number}")
    assert 'class="plot"' in client.get("/figures/").content.decode()


@pytest.mark.article("18.1")
def test_guide_says_what_article_18_asks_for(client: Client, city: City) -> None:
    """Given the office's row, then channels, address, telephone, hours, procedure and limits with their articles are there."""
    city.office.address, city.office.reception = "明渠路 88 号", "工作日 8:30–17:30"
    city.office.save()
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/about/").content.decode()
    assert len(captured) == 1
    for part in ("明渠路 88 号", "工作日 8:30–17:30", "12343", "东河县信访局", "5 个工作日", "60 天", "/law/#a34"):
        assert part in page


@pytest.mark.article("18.1")
def test_law_has_an_address_for_each_article(client: Client, db: None) -> None:
    """Given the Regulations, then all fifty articles in six chapters are there, each with its anchor."""
    chapters = regulations().chapters
    assert [len(chapter.articles) for chapter in chapters] == [6, 10, 10, 11, 10, 3]
    assert [article.number for chapter in chapters for article in chapter.articles] == list(range(1, 51))
    page = client.get("/law/").content.decode()
    assert 'id="a22"' in page
    assert "转送" in page


@pytest.mark.parametrize(("numeral", "number"), [("九", 9), ("十", 10), ("十一", 11), ("二十", 20), ("四十六", 46)])
def test_numerals(numeral: str, number: int) -> None:
    """Given a Chinese numeral, then its number."""
    assert in_figures(numeral) == number


def test_still_pages(client: Client, db: None) -> None:
    """Given the other pages, then they come without a statement."""
    with CaptureQueriesContext(connection) as captured:
        for address in ("/privacy/", "/accessibility/", "/robots.txt", "/.well-known/security.txt", "/favicon.ico"):
            assert client.get(address).status_code in (200, 301), address
    assert len(captured) == 0
    assert "Disallow: /my/" in client.get("/robots.txt").content.decode()
    assert "Expires: " in client.get("/.well-known/security.txt").content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/ask/", "/lookup/", "/answers/", "/figures/", "/about/", "/law/", "/privacy/", "/accessibility/"]
)
def test_every_page_has_english(client: Client, city: City, address: str) -> None:
    """Given an English reader, then title and heading are English, and the page says so to browsers."""
    client.cookies["django_language"] = "en"
    page = client.get(address).content.decode()
    assert '<html lang="en"' in page
    heading = page.partition("<h1>")[2].partition("</h1>")[0]
    assert heading
    assert heading.isascii()
