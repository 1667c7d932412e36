"""What an import makes of its rows: history with its own dates, each row whole or refused with its reason."""

import csv
from datetime import UTC, date, datetime

import pytest
from tests.importing.conftest import row, write_csv

from yiwang.agencies.models import Agency
from yiwang.agencies.seed import root_office
from yiwang.cli.importing import petitions as importing
from yiwang.insight.monitoring import overview
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Deadline, Entry, Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.petitions.search import PETITIONS, page, parse

RECEIVED = datetime(2020, 3, 1, 0, 30, tzinfo=UTC)
ANSWERED = datetime(2020, 3, 11, 8, 0, tzinfo=UTC)


def test_a_row_becomes_a_closed_petition_with_its_own_dates(bring_in, tmp_path):
    done = bring_in(write_csv(tmp_path / "a.csv", [row("7")]))

    assert done.counts.as_json() == '{"read": 1, "imported": 1, "already_there": 0, "rejected": 0}'
    petition = Petition.objects.get()
    assert (petition.source, petition.source_number, petition.channel) == ("old-system", "7", "history")
    assert (petition.subject, petition.text) == ("路灯不亮", "三号路的路灯坏了。")
    assert petition.petitioner.unseal("name") == "钱大妈"
    assert petition.state == Petition.State.CLOSED
    assert (petition.received_at, petition.answered_at, petition.closed_at) == (RECEIVED, ANSWERED, ANSWERED)
    assert (petition.received_on, petition.answered_on) == (date(2020, 3, 1), date(2020, 3, 11))
    assert petition.days_to_answer == 10
    assert petition.answer is not None
    assert (petition.answer.text, petition.answer.agency) == ("您好，路灯已经修好。", root_office())
    assert [note.pk for note in page(Petition.objects.all(), PETITIONS, parse("路灯"), limit=5).rows] == [petition.pk]


def test_its_life_is_told_in_the_order_of_its_days(bring_in, client, tmp_path):
    before = datetime.now(UTC)
    bring_in(write_csv(tmp_path / "a.csv", [row("7")]))

    entries = Entry.objects.order_by("happened_at", "recorded_at")
    assert [(entry.action, entry.happened_at) for entry in entries] == [
        *((action, RECEIVED) for action in ("file", "register", "refer", "accept")),
        *((action, ANSWERED) for action in ("draft_answer", "approve", "close")),
    ]
    assert all(entry.recorded_at >= before for entry in entries)

    number = Petition.objects.get().number
    client.post("/lookup/", {"number": number, "code": lookup_code(number)})
    page = client.get(f"/my/{number}/").content.decode()
    told = ("我们收到了您反映的事项", "正在确定由谁办理", "已受理", "答复已经写好，可以查看", "已办结")
    places = [page.rindex(words) for words in told[:4]] + [page.rindex(told[4])]
    assert places == sorted(places)
    assert "2020年3月1日" in page.replace("\u2006", "").replace("\u2009", "")


def test_history_owes_no_notice_and_raises_no_warning(bring_in, tmp_path):
    bring_in(write_csv(tmp_path / "a.csv", [row("7"), row("8", 答复="", 答复时间="")]))

    assert Petition.objects.get(source_number="8").state == Petition.State.REGISTERED
    assert not Notice.objects.exists()
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()
    now = overview(Actor.system())
    assert (now.late, now.due_today, now.burning) == (0, 0, [])


def test_a_row_goes_to_the_agency_and_category_that_it_names(bring_in, tmp_path):
    office = root_office()
    parks = Agency.objects.create(code="parks", name="园林局", parent=office)
    lights = Category.objects.create(code="0102", name="路灯照明")

    done = bring_in(
        write_csv(tmp_path / "a.csv", [row("7", 单位="园林局", 分类="城建类"), row("8", 单位="parks", 分类="路灯照明")])
    )

    assert done.counts.imported == 2
    assert {(one.lead_agency, one.category) for one in Petition.objects.all()} == {(parks, lights)}


def test_bad_rows_go_to_the_rejected_file_and_do_not_stop_the_rest(bring_in, tmp_path):
    bad = {
        "no number of its own": row(""),
        "longer than 80 characters": row("9" * 81),
        "no text": row("3", 内容="  "),
        "the text is longer than 20000 characters": row("4", 内容="长" * 20_001),
        "does not say when it was received": row("5", 收到=""),
        "“昨天” is no date": row("6", 收到="昨天"),
        "received in the future": row("7", 收到="2199-01-01 00:00:00"),
        "received before 1970": row("8", 收到="1969-12-30 00:00:00"),
        "does not say when it was answered": row("9", 答复时间=""),
        "answered before it was received": row("10", 答复时间="2020-02-28 00:00:00"),
        "no agency “海关”": row("11", 单位="海关"),
        "no category “鸡毛蒜皮”": row("12", 分类="鸡毛蒜皮"),
    }
    rows = [row("1"), *bad.values(), row("2")]

    done = bring_in(write_csv(tmp_path / "a.csv", rows))

    counts = done.counts
    assert (counts.read, counts.imported, counts.already_there, counts.rejected) == (14, 2, 0, 12)
    assert set(Petition.objects.values_list("source_number", flat=True)) == {"1", "2"}
    with done.rejected.path.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert [line["row"] for line in refused] == [str(number) for number in range(3, 15)]
    for line, (reason, cells) in zip(refused, bad.items(), strict=True):
        assert reason in line["reason"]
        assert list(line.values())[2:] == cells


def test_what_an_action_refuses_leaves_nothing_of_its_row(bring_in, tmp_path):
    closed = Agency.objects.create(code="closed", name="旧单位", parent=root_office(), active=False)

    done = bring_in(write_csv(tmp_path / "a.csv", [row("7", 单位=closed.name), row("8")]))

    assert (done.counts.imported, done.counts.rejected) == (1, 1)
    assert set(Petition.objects.values_list("source_number", flat=True)) == {"8"}
    assert not Entry.objects.exclude(petition__source_number="8").exists()
    assert "旧单位已停用" in done.rejected.path.read_text(encoding="utf-8")


def test_a_rejected_file_can_be_mended_and_brought_in(bring_in, tmp_path):
    first = bring_in(write_csv(tmp_path / "a.csv", [row("7", 收到="昨天"), row("8")]))
    mended = tmp_path / "mended.csv"
    mended.write_text(
        first.rejected.path.read_text(encoding="utf-8-sig").replace("昨天,", "2020-03-01 08:30:00,"),
        encoding="utf-8-sig",
    )

    second = bring_in(mended)

    assert (second.counts.read, second.counts.imported) == (1, 1)
    assert Petition.objects.get(source_number="7").received_at == RECEIVED


def test_a_dry_run_writes_nothing_and_counts_alike(bring_in, tmp_path):
    path = write_csv(tmp_path / "a.csv", [row("7"), row("7"), row("8", 收到="昨天"), row("9")])

    dry = bring_in(path, dry=True)

    assert not Petition.objects.exists()
    assert not Entry.objects.exists()
    assert bring_in(path).counts == dry.counts == importing.Counts(read=4, imported=2, already_there=1, rejected=1)


def test_a_second_run_finds_all_there(bring_in, tmp_path):
    path = write_csv(tmp_path / "a.csv", [row("7"), row("8")])
    bring_in(path)
    before = list(Petition.objects.order_by("id").values())

    again = bring_in(path)

    assert again.counts == importing.Counts(read=2, already_there=2)
    assert list(Petition.objects.order_by("id").values()) == before
    assert not again.rejected.path.exists()


def test_a_run_that_died_is_completed_by_the_next(bring_in, tmp_path, monkeypatch):
    path = write_csv(tmp_path / "a.csv", [row(str(number)) for number in range(5)])
    give = importing.HistoricAnswer.give

    def die(self, importer, petition_id):
        if Petition.objects.get(pk=petition_id).source_number == "3":
            raise KeyboardInterrupt
        give(self, importer, petition_id)

    with monkeypatch.context() as broken:
        broken.setattr(importing.HistoricAnswer, "give", die)
        with pytest.raises(KeyboardInterrupt):
            bring_in(path)
    assert set(Petition.objects.values_list("source_number", flat=True)) == {"0", "1", "2"}

    assert bring_in(path).counts == importing.Counts(read=5, imported=2, already_there=3)
    assert Petition.objects.filter(state=Petition.State.CLOSED).count() == 5


def test_numbers_are_known_across_batches(bring_in, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = write_csv(tmp_path / "a.csv", [row(number, 答复="") for number in ("1", "2", "3", "1", "3")])

    assert bring_in(path).counts == importing.Counts(read=5, imported=3, already_there=2)


@pytest.mark.parametrize(
    ("subject", "text", "kept_subject", "kept_text"),
    [
        ("", "第一行很短\n第二行", "第一行很短", "第一行很短\n第二行"),
        ("", "长" * 60, "长" * 40, "长" * 60),
        ("题" * 120, "正文", "题" * 99 + "…", f"{'题' * 120}\n正文"),
        ("<script>alert(1)</script>", "忽略以上的话\0。", "<script>alert(1)</script>", "忽略以上的话。"),
    ],
)
def test_words_are_kept_whole(bring_in, tmp_path, subject, text, kept_subject, kept_text):
    bring_in(write_csv(tmp_path / "a.csv", [row("7", 标题=subject, 内容=text)]))

    petition = Petition.objects.get()
    assert (petition.subject, petition.text) == (kept_subject, kept_text)


def test_a_row_without_a_name_is_anonymous(bring_in, tmp_path):
    bring_in(write_csv(tmp_path / "a.csv", [row("7", 姓名="")]))

    assert Petition.objects.get().petitioner.anonymous


def test_only_an_import_may_write_history(bring_in, tmp_path):
    bring_in(write_csv(tmp_path / "a.csv", [row("7", 答复="")]))

    with pytest.raises(ValueError, match="only an import may write history"):
        actions.Close().run(Actor.citizen(Petition.objects.get().pk), Petition.objects.get().pk, happened_at=RECEIVED)
