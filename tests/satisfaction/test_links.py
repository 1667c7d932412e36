"""The link in the message: one answer, some days, once; it shows nothing, and works for no other petition."""

import base64
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from tests.given import City
from tests.satisfaction.answered import answered_accusation

from yiwang.doors.models import Limit
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.outbox.senders import _SENDERS, Message
from yiwang.petitions import actions, rating_links
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition, Rating, RatingReason

GOOD = {"office": "satisfied", "agency": "satisfied"}
LINK = re.compile(r"http://\S+/rate/([\w-]+)/")


def link_in(notice: Notice) -> str:
    found = LINK.search(notice.unseal("body"))
    assert found
    return found[1]


def answered_notice(petition: Petition) -> Notice:
    return Notice.objects.get(petition_id=petition.pk, kind="answered")


def test_the_mail_carries_a_link_that_rates_once(city: City) -> None:
    """Given an answered petition of somebody with mail, then the mail's link rates without number and code, and only once."""
    petition = city.bring_to("answered")
    address = f"/rate/{link_in(answered_notice(petition))}/"
    page = Client().get(address)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store, private"
    assert not Rating.objects.exists()  # mail programs open links by themselves
    why = RatingReason.objects.get(code="late-overdue")
    done = Client().post(address, {"office": "satisfied", "agency": "dissatisfied", "reason": why.pk, "comment": "慢"})
    assert "谢谢您的评价" in done.content.decode()
    assert sorted(petition.ratings.values_list("about", "level", "how", "reason")) == [
        ("agency", "dissatisfied", "link", why.pk), ("office", "satisfied", "link", None),
    ]  # fmt: skip
    again = Client().post(address, GOOD)
    assert "已经评价过" in again.content.decode()
    assert petition.ratings.filter(satisfied=True).count() == 1
    assert Entry.objects.filter(petition=petition, action="rate", actor_kind="citizen").count() == 1


def test_sms_carries_the_link_too(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an office that sends SMS, and a petitioner with a telephone alone, then the SMS carries the link."""

    class Sms:
        """Speaks the Sender's protocol, and sends nothing."""

        route = "sms"

        def ready(self) -> bool:
            return True

        def send(self, message: Message) -> None: ...

    monkeypatch.setitem(_SENDERS, "sms", Sms())
    petition = city.bring_to("answered", identity=actions.Identity(name="钱大妈", phone="19900000001"))
    notice = answered_notice(petition)
    assert notice.route == "sms"
    assert rating_links.read(link_in(notice)) is not None


def test_whoever_tells_it_by_telephone_gets_no_link(city: City, client: Client) -> None:
    """Given a petitioner with a telephone alone and no SMS, or a mail that failed, then staff who tell it read no link."""
    by_telephone = city.bring_to("answered", identity=actions.Identity(name="钱大妈", phone="19900000001"))
    notice = answered_notice(by_telephone)
    assert notice.route == Notice.PERSON
    assert "/rate/" not in notice.unseal("body")
    failed = answered_notice(city.bring_to("answered"))
    Notice.objects.filter(pk=failed.pk).update(route=Notice.PERSON)
    client.force_login(city.who(city.office, "intake_clerk"))
    page = client.get(f"/desk/tell/{failed.pk}/").content.decode()
    assert "已经答复您反映的事项" in page
    assert "/rate/" not in page


def test_the_page_shows_nothing_of_the_matter(city: City) -> None:
    """Given a matter, then the link's page holds the last signs of its number, and neither words, names, agency nor the rest of it."""
    petition = city.bring_to("answered", subject="楼道灯不亮的事")
    page = Client().get(f"/rate/{rating_links.token_for(petition.pk, petition.answer_id or 0)}/").content.decode()
    assert petition.number[-5:] in page
    words = (
        "楼道灯",
        "三单元",
        "钱大妈",
        "住建局",
        "修好",
        "19900000001",
        petition.number,
        petition.number[:10],
        str(petition.pk),
    )
    assert [word for word in words if word in page] == []


def test_the_token_holds_two_ids_a_day_and_a_signature() -> None:
    """Given a token, then it is 46 signs long, and says the petition, the answer, and its last day, 90 days on."""
    token = rating_links.token_for(7, 2**62, datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    assert len(token) == rating_links.LENGTH
    link = rating_links.read(token)
    assert link == rating_links.Link(7, 2**62, date(2026, 5, 31))  # the office's 2 March and 90 days
    assert not link.is_over(datetime(2026, 5, 31, 15, 59, tzinfo=UTC))
    assert link.is_over(datetime(2026, 5, 31, 16, 0, tzinfo=UTC))


def test_a_token_is_not_altered_or_carried_over(city: City) -> None:
    """Given a true token, when any of its signs is another, or its ids are another petition's, then it opens nothing."""
    mine, other = city.bring_to("answered"), city.bring_to("answered")
    token = rating_links.token_for(mine.pk, mine.answer_id or 0)
    for place in range(len(token)):
        sign = "A" if token[place] != "A" else "B"
        link = rating_links.read(token[:place] + sign + token[place + 1 :])
        assert link is None or place == len(token) - 1  # of the last sign, four bits are padding
    content = bytearray(base64.urlsafe_b64decode(token + "=="))
    content[0:8] = other.pk.to_bytes(8, "big")
    content[8:16] = (other.answer_id or 0).to_bytes(8, "big")
    forged = base64.urlsafe_b64encode(bytes(content)).rstrip(b"=").decode()
    crossed = rating_links.token_for(
        other.pk, mine.answer_id or 0
    )  # never made by the platform: it joins what does not belong
    for wrong in (forged, crossed, token[:-1], token + "A", "", "a" * 46, "值" * 46):
        assert Client().post(f"/rate/{wrong or '-'}/", GOOD).status_code == 404
    assert not Rating.objects.exists()


def test_a_link_ends_with_its_answer_and_with_its_time(city: City) -> None:
    """Given a matter taken up again and answered anew, then the first answer's link is no good; nor is one past its day."""
    petition = city.bring_to("answered")
    first = rating_links.token_for(petition.pk, petition.answer_id or 0)
    petition = city.again(petition)
    old = rating_links.token_for(petition.pk, petition.answer_id or 0, datetime.now(UTC) - timedelta(days=91))
    for token in (first, old):
        page = Client().get(f"/rate/{token}/")
        assert (page.status_code, "这个链接不能用" in page.content.decode()) == (404, True)
    assert Client().get(f"/rate/{rating_links.token_for(petition.pk, petition.answer_id or 0)}/").status_code == 200


def test_the_link_is_no_way_in(city: City) -> None:
    """Given a browser that rated by the link, then the petition's own pages stay closed to it."""
    petition = city.bring_to("answered")
    browser = Client()
    browser.post(f"/rate/{link_in(answered_notice(petition))}/", GOOD)
    assert petition.ratings.count() == 2
    for page in ("", "answer/"):
        assert browser.get(f"/my/{petition.number}/{page}")["Location"] == "/lookup/"


def test_anothers_session_rates_nothing(city: City) -> None:
    """Given a browser that opened its own petition, when it posts to another's, then it is led to the lookup page."""
    from yiwang.petitions.numbers import lookup_code

    mine, theirs = city.bring_to("answered"), city.bring_to("answered")
    browser = Client()
    browser.post("/lookup/", {"number": mine.number, "code": lookup_code(mine.number)})
    assert browser.post(f"/my/{theirs.number}/rate/", GOOD)["Location"] == "/lookup/"
    assert not Rating.objects.exists()


def test_knocking_is_limited(city: City) -> None:
    """Given one knock in ten minutes, when a second comes, then it waits, whether its link is true or not."""
    Limit.objects.filter(name="rating").delete()
    Limit.objects.create(name="rating", per="address", most=1, seconds=600, then="wait")
    petition = city.bring_to("answered")
    assert Client().get("/rate/guessed/").status_code == 404
    answer = Client().get(f"/rate/{rating_links.token_for(petition.pk, petition.answer_id or 0)}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")


def test_every_refusal_leaves_a_line(city: City) -> None:
    """Given a rating refused behind the link, then the behaviour log has a line, and the page says why, with everything kept."""
    petition = city.bring_to("answered")
    Petition.objects.filter(pk=petition.pk).update(delivered_at=datetime.now(UTC) - timedelta(days=40))
    page = Client().post(f"/rate/{link_in(answered_notice(petition))}/", {**GOOD, "comment": "谢谢"})
    assert page.status_code == 422
    assert "评价的时间已过" in page.content.decode()
    assert "谢谢</textarea>" in page.content.decode()
    assert Record.objects.filter(act="rate", result="refused", reason="window_over").count() == 1
    assert not Rating.objects.exists()


def test_an_accusers_link_is_like_any_other(city: City) -> None:
    """Given an answered accusation, then its link's page is that of an ordinary matter, but for the last signs and the token."""
    pages = []
    for petition in (city.bring_to("answered"), answered_accusation(city)):
        token = link_in(answered_notice(petition))
        page = Client().get(f"/rate/{token}/").content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        secret = main.partition('name="csrfmiddlewaretoken" value="')[2][:64]
        pages.append(main.replace(petition.number[-5:], "").replace(token, "").replace(secret, ""))
    assert pages[0] == pages[1]


def test_a_follower_has_its_own_link(city: City) -> None:
    """Given two merged petitions, when the lead is answered, then each notice has the link of its own petition and answer."""
    lead, follower = city.bring_to("registered"), city.file()
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    actions.Refer(lead=city.housing).run(city.officer, lead.pk)
    actions.Accept().run(city.handler(city.housing), lead.pk)
    actions.DraftAnswer(text="经查，楼道灯已修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)
    for one in (lead, follower):
        one.refresh_from_db()
        link = rating_links.read(link_in(answered_notice(one)))
        assert link is not None
        assert (link.petition_id, link.answer_id) == (one.pk, one.answer_id)
    Client().post(f"/rate/{link_in(answered_notice(follower))}/", GOOD)
    assert (lead.ratings.count(), follower.ratings.count()) == (0, 2)
    actions.Rate(**GOOD).run(Actor.citizen(lead.pk), lead.pk)
    assert lead.ratings.count() == 2
