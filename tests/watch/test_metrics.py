"""/metrics: exact values, for who may read them alone, and no label with anything of anybody."""

import re
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from yiwang.cli.metrics import LABELS
from yiwang.outbox import tally
from yiwang.outbox.models import Notice
from yiwang.petitions.models import Petition
from yiwang.watch import timings
from yiwang.watch.heartbeats import Pulse
from yiwang.watch.models import Heartbeat

if TYPE_CHECKING:
    from tests.given import City

TOKEN = "t" * 32
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _watched(settings: LazySettings) -> None:
    settings.METRICS_TOKEN = TOKEN
    timings.recorder.take()


def scrape() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample as Prometheus' own parser reads it."""
    answer = Client().get("/metrics", headers=BEARER)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "addresses", "headers", "status"),
    [
        ("", (), {}, 404), ("", (), {"authorization": "Bearer "}, 404), (TOKEN, (), {}, 404), (TOKEN, (), BEARER, 200),
        (TOKEN, (), {"authorization": "Bearer wrong"}, 404), (TOKEN, (), {"authorization": f"Basic {TOKEN}"}, 404),
        ("", (ip_network("127.0.0.0/8"),), {}, 200), ("", (ip_network("10.0.0.0/8"),), {}, 404),
        ("", (ip_network("10.0.0.0/8"),), {"x-forwarded-for": "10.0.0.1"}, 404),
    ],
)  # fmt: skip
def test_who_may_read_it(
    settings: LazySettings, token: str, addresses: Any, headers: dict[str, str], status: int
) -> None:
    """Given token and addresses, then the right bearer and a named address read it; for anybody else there is no such page."""
    settings.METRICS_TOKEN, settings.MONITOR_ADDRESSES = token, addresses
    assert Client().get("/metrics", headers=headers).status_code == status


def test_exact_values(city: "City", tmp_path: Path) -> None:
    """Given an office with a bit of everything, then each metric has exactly what there is, accusations left out."""
    city.bring_to("referred")
    city.file(channel=Petition.Channel.VISIT, actor=city.clerk, read_back=True)
    city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    tally.count("mail", "", lasting=False, now=datetime.now(UTC))
    tally.count("mail", "smtp-550", lasting=True, now=datetime.now(UTC))
    Pulse(tmp_path, host="house-1").beat({"deliver messages": {"ok": False}, "make papers": {"ok": True}})
    Heartbeat.objects.update(disk_free_mb=2048, clock_off_ms=-1500)
    for seconds in (0.007, 0.15, 60.0):
        timings.recorder.add("desk:petition", 200, seconds)
    timings.recorder.add("desk:petition", 404, 0.007)
    timings.flush()

    found = scrape()

    def of(name: str, **labels: str) -> float:
        return found[name, tuple(sorted(labels.items()))]

    assert (
        of("yiwang_petitions_received_today", channel="portal"),
        of("yiwang_petitions_received_today", channel="visit"),
    ) == (1, 1)
    assert (of("yiwang_petitions_open", state="filed"), of("yiwang_petitions_open", state="referred")) == (1, 1)
    assert of("yiwang_petitions_late") == 0
    ordinary = Notice.objects.exclude(petition_id__in=Petition.objects.filter(purpose="accusation").values("pk"))
    assert of("yiwang_queue_size", queue="mail") == ordinary.filter(state="pending").count()
    tried = [of("yiwang_deliveries_total", way="mail", result=result) for result in ("delivered", "smtp-550")]
    assert tried == [1, 1]
    assert (of("yiwang_way_out_ready", way="mail"), of("yiwang_way_out_failing", way="mail")) == (0, 0)
    assert (of("yiwang_disk_free_bytes", host="house-1"), of("yiwang_clock_offset_seconds", host="house-1")) == (
        2_048_000_000,
        -1.5,
    )
    assert (of("yiwang_job_failing", job="deliver_messages"), of("yiwang_job_failing", job="make_papers")) == (1, 0)
    given = [of("yiwang_requests_total", page="desk:petition", status=status) for status in ("200", "404")]
    assert given == [3, 1]
    buckets = {
        le: of("yiwang_request_seconds_bucket", page="desk:petition", le=le)
        for le in ("0.005", "0.01", "0.2", "10.0", "+Inf")
    }
    assert buckets == {"0.005": 0, "0.01": 2, "0.2": 3, "10.0": 3, "+Inf": 4}
    assert of("yiwang_request_seconds_sum", page="desk:petition") == pytest.approx(60.164, abs=0.0001)


def test_counters_never_fall(city: "City") -> None:
    """Given counts of an hour, when they are folded, then Prometheus sees the same totals."""
    from datetime import timedelta

    from yiwang.watch.models import Timing

    for _each in range(3):
        timings.recorder.add("portal:home", 200, 0.007)
        timings.flush(datetime.now(UTC) - timedelta(hours=1))
    name = ("yiwang_requests_total", (("page", "portal:home"), ("status", "200")))
    assert scrape()[name] == 3
    timings.fold()
    assert (scrape()[name], Timing.objects.count()) == (3, 1)


def test_no_label_names_a_petition_or_anybody(city: "City", tmp_path: Path) -> None:
    """Given a busy office in which every page was opened, then each label is one of ours, short, and holds nothing that a person gave."""
    from yiwang.petitions import actions

    who = actions.Identity(
        name="钱某某的全名", phone="19900004567", email="whole-name@example.org", id_number="110101199001011237"
    )
    petition = city.bring_to("accepted", identity=who)
    clients = [Client(), Client(), Client()]
    clients[1].force_login(city.who(city.office, "office_handler"))
    clients[2].force_login(city.who(city.housing, "agency_handler"))
    for client in clients:
        for path in (
            "/", "/ask/", "/lookup/", "/desk/", f"/desk/petitions/{petition.number}/", f"/desk/petitions/?q={who.phone}",
            f"/my/{petition.number}/", "/钱某某的全名/", "/desk/duty/", f"/desk/petitions/{petition.pk}/",
        ):  # fmt: skip
            client.get(path)
        client.generic("钱某某", "/")
    timings.flush()
    Pulse(tmp_path, host="house-1").beat({"deliver messages": {"ok": True}})
    tally.count("mail", "smtp-550", lasting=True, now=datetime.now(UTC))
    found = scrape()
    assert len(found) > 100
    pages = {dict(labels)["page"] for _name, labels in found if "page" in dict(labels)}
    assert {"desk:petition", "desk:petitions", "none"} <= pages
    given = [
        who.name,
        who.phone,
        who.email,
        who.id_number,
        petition.number,
        str(petition.pk),
        "钱大妈",
        *petition.number.split("-")[:3],
    ]
    for _name, labels in found:
        for label, value in labels:
            assert label in LABELS
            assert re.fullmatch(r"[\w.:+-]{1,60}", value, re.ASCII), (label, value)
            assert label == "le" or not re.search(r"\d{4}", value), (label, value)
            assert not any(secret in value for secret in given), (label, value)


def test_a_scrape_is_a_fixed_number_of_statements(city: "City", django_assert_num_queries: Any) -> None:
    """Given one petition, then several, then a scrape runs as many statements."""
    for number in (1, 4):
        for _each in range(number):
            city.bring_to("referred")
        with django_assert_num_queries(15):
            scrape()


def test_findings_by_kind(city: "City") -> None:
    """Given an open finding, one that ended, a flag and one at an accusation, then the first alone is counted."""
    from yiwang.supervision.kinds import KINDS
    from yiwang.supervision.models import Finding

    now = datetime.now(UTC)
    flag = next(code for code, kind in KINDS.items() if kind.flag)
    accusation = city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    for petition, kind, ended in (
        (city.bring_to("referred"), "late", None),
        (city.bring_to("referred"), "late", now),
        (city.bring_to("referred"), flag, None),
        (accusation, "late", None),
    ):
        Finding.objects.create(
            petition=petition, kind=kind, about_id=petition.pk, since=now, found_at=now, ended_at=ended
        )
    found = {labels: value for (name, labels), value in scrape().items() if name == "yiwang_findings_open"}
    assert found == {(("kind", "late"),): 1}
