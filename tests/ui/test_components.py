"""Components as a browser gets them."""

import datetime as dt
import re

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from yiwang.ui.templatetags.ui import ForbiddenAttribute
from yiwang.ui.views import catalogue

HOSTILE = '" onfocus="alert(1)" \'><script>alert(1)</script>"'
MISHAPS = ("400", "403", "403_csrf", "404", "500", "503")


def _catalogue(rf: RequestFactory, face: str, settings) -> str:
    settings.ENV = "development"
    return catalogue(rf.get("/ui/catalogue/", {"face": face})).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("face", ["portal", "desk"])
def test_the_catalogue_is_drawn_without_leftovers(rf, settings, face, language):
    with override(language):
        html = _catalogue(rf, face, settings)
    assert "{%" not in html
    assert "{{" not in html
    assert "<c-" not in html
    assert not re.search(r"<[^>]*\sstyle=", html)
    assert "<script>" not in html
    assert f'data-face="{face}"' in html
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in html


def test_every_component_is_shown_in_the_catalogue(room):
    made = {path.stem.replace("_", "-") for path in (room / "templates/cotton/ui").glob("*.html")}
    used = {
        name
        for path in (room / "templates").rglob("*.html")
        if "cotton" not in path.parts or path.stem == "receipt"
        for name in re.findall(r"<c-ui\.([\w-]+)", path.read_text())
    }
    assert made - used == set()


def test_every_component_is_in_the_documentation(room):
    text = (room.parents[2] / "docs/ui.md").read_text()
    made = {path.stem.replace("_", "-") for path in (room / "templates/cotton/ui").glob("*.html")}
    assert {name for name in made if f"`{name}`" not in text} == set()


def test_the_catalogue_is_hidden_where_the_office_is_live(rf, settings):
    from django.http import Http404

    settings.ENV = "production"
    with pytest.raises(Http404):
        catalogue(rf.get("/ui/catalogue/"))


def test_hostile_text_stays_text_wherever_it_is_put(draw):
    html = draw(
        '<c-ui.button :title="bad" :data-x="bad">{{ bad }}</c-ui.button><c-ui.card :title="bad" href="/a">{{ bad }}</c-ui.card>'
        '<c-ui.letter from="{{ bad }}">{{ bad }}</c-ui.letter><c-ui.copy :value="bad" />'
        '<c-ui.facts :items="items" /><c-ui.files :files="files" /><c-ui.bar-chart :rows="rows" :title="bad" />',
        bad=HOSTILE,
        items=[(HOSTILE, HOSTILE)],
        files=[{"name": HOSTILE, "size": 1}],
        rows=[(HOSTILE, 1)],
    )
    assert "<script" not in html
    assert not re.search(r"<[^>\"]*(\"[^\"]*\"[^>\"]*)*\sonfocus=", html)
    assert html.count("&lt;script&gt;") >= 9


def test_a_component_refuses_what_the_policy_forbids(draw):
    with pytest.raises(ForbiddenAttribute):
        draw('<c-ui.button style="color:red">x</c-ui.button>')
    with pytest.raises(ForbiddenAttribute):
        draw('<c-ui.button onclick="x()">x</c-ui.button>')


def test_a_component_does_not_take_the_page_s_variables_for_its_own(draw):
    html = draw("<c-ui.notice>安好</c-ui.notice>", title="别处的标题", kind="late")
    assert "别处的标题" not in html
    assert 'class="notice info' in html


def test_a_due_date_says_its_state_in_words(draw):
    today = dt.date(2026, 11, 23)
    html = draw('<c-ui.due :date="date" :today="today" />', date=dt.date(2026, 11, 20), today=today)
    assert 'class="due late' in html
    assert "已超期 3 天" in html
    assert "#alert" in html
    assert draw('<c-ui.due :date="none" />', none=None) == ""
    assert "已完成" in draw('<c-ui.due :date="today" :met="True" />', today=today)


def test_the_timeline_says_what_was_promised_and_until_when(draw):
    html = draw(
        '<c-ui.timeline><c-ui.timeline-item state="next" :when="day" title="书面答复您" /></c-ui.timeline>',
        day=dt.date(2026, 12, 5),
    )
    assert '<time class="when" datetime="2026-12-05">2026年12月5日前</time>' in html
    assert '<span class="unseen">接下来：</span>书面答复您' in html
    with override("en"):
        assert "By 5 December 2026" in draw(
            '<c-ui.timeline-item state="next" :when="day" title="x" />', day=dt.date(2026, 12, 5)
        )


def test_the_receipt_carries_number_code_and_time(draw):
    html = draw(
        '<c-ui.receipt number="2611-48207" code="K7M29QXD" :received="at"><c-slot name="qr">QR</c-slot></c-ui.receipt>',
        at=timezone.make_aware(dt.datetime(2026, 11, 23, 14, 5)),
    )
    assert '<span class="number">2611-48207</span>' in html
    assert '<span class="secret">K7M2 9QXD</span>' in html
    assert "收到时间：2026年11月23日 14:05" in html
    assert '<div class="qr">QR</div>' in html


def test_links_of_the_pager_keep_the_filters(draw):
    from django.core.paginator import Paginator

    html = draw('<c-ui.pager :page="page" />', query="state=open&page=2", page=Paginator(range(60), 20).get_page(2))
    assert 'href="?state=open&amp;page=1"' in html
    assert 'href="?state=open&amp;page=3"' in html
    assert "第 2 页，共 3 页" in html


def test_query_with_changes_and_drops_keys(draw):
    assert draw("{% query_with page=3 state=None %}", query="state=open&q=公交&page=2") == (
        "?q=%E5%85%AC%E4%BA%A4&amp;page=3"
    )


def test_charts_carry_their_data(draw):
    html = draw('<c-ui.column-chart :rows="rows" title="每天收到" />', rows=[("1日", 4, "/day/1"), ("2日", 1200)])
    assert '<th scope="row">2日</th><td class="num">1,200</td>' in html
    assert 'aria-label="1日: 4"' in html
    bars = draw('<c-ui.bar-chart :rows="rows" title="来源" />', rows=[("网上", 182, "/web")])
    assert '<th scope="row"><a href="/web">网上</a></th>' in bars
    assert '<td class="num">182</td>' in bars


def test_the_law_s_text_opens_beside_its_number(draw):
    html = draw('<c-ui.article number="第二十三条" id="a23">原文</c-ui.article>')
    assert 'popovertarget="a23"' in html
    assert "原文</span>" in html
    assert "<button" not in draw('<c-ui.article number="第二十三条" />')


@pytest.mark.parametrize("code", MISHAPS)
def test_a_page_of_mishap_needs_nothing_and_speaks_both_languages(code):
    html = render_to_string(f"{code}.html")
    assert '<section class="stack tight" lang="en">' in html
    assert "回到首页" in html
    assert "Back to the first page" in html


def test_a_page_of_mishap_is_drawn_even_when_the_list_of_static_files_is_lost(monkeypatch):
    def lost(_path):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("yiwang.ui.templatetags.ui.static", lost)
    assert "ui/css/tokens.css" in get_template("500.html").render()
