"""存证日志 on the portal: the receipt's promise and file, the public pages, the JSON, and the verdict on what somebody brings."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.journal import merkle
from yiwang.journal.models import Record
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.petitions.receipt_file import receipt_file
from yiwang.transparency import checking, covers, sequencing, statements
from yiwang.transparency.models import Head, Leaf, Waiting

LOG = "/transparency/"


@pytest.fixture(autouse=True)
def _a_log_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test without heads outside the database, and without covers, which come by chance."""
    monkeypatch.setattr(covers, "due", lambda filings, since, now: 0)
    for path in sequencing.files():
        path.unlink(missing_ok=True)


def own(petition: Petition) -> Client:
    """Return a browser in which the petition was opened by number and code."""
    browser = Client()
    browser.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
    return browser


def file_of(petition: Petition) -> dict[str, Any]:
    found = receipt_file(Petition.objects.get(pk=petition.pk), f"{settings.BASE_URL}{LOG}")
    assert found is not None
    return found


def verdict_on(content: dict[str, Any] | str, browser: Client | None = None) -> tuple[int, str]:
    pasted = content if isinstance(content, str) else json.dumps(content)
    answer = (browser or Client()).post(f"{LOG}check/", {"pasted": pasted})
    return answer.status_code, answer.content.decode()


def test_the_receipt_page_bears_a_signed_promise(city: City, written: dict[str, str]) -> None:
    """Given a petition just sent, when its receipt is shown, then the promise stands on it, and holds by the office's key."""
    browser = Client()
    page = browser.get(browser.post("/ask/", written)["Location"])
    petition = Petition.objects.get()
    promise = file_of(petition)["promise"]
    assert promise["commitment"] in page.content.decode()
    assert promise["signature"] in page.content.decode()
    assert statements.is_signed(statements.PROMISE, promise)


def test_the_promise_costs_the_receipt_page_no_statement(city: City, written: dict[str, str]) -> None:
    """Given a receipt, then its page is the same two statements as without the log."""
    browser = Client()
    address = browser.post("/ask/", written)["Location"]
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    assert len(queries) == 2


@pytest.mark.parametrize("door", ["receipt", "my"])
def test_the_file_is_for_the_petitioner(city: City, written: dict[str, str], door: str) -> None:
    """Given the right to see receipt or petition, then the file is given out, kept by no cache and noted; it opens the commitment."""
    browser = Client()
    browser.post("/ask/", written)
    petition = Petition.objects.get()
    sequencing.seal()
    browser = own(petition) if door == "my" else browser
    answer = browser.get(f"/{door}/{petition.number}/proof/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{petition.number}.json"'
    found = json.loads(answer.content)
    assert found == file_of(petition)
    assert (found["number"], found["subject"], found["text"]) == (petition.number, written["subject"], written["text"])
    assert (found["inclusion"]["index"], found["head"]["size"]) == (0, 1)
    line = Record.objects.get(act="take_proof")
    assert (line.actor_kind, line.subject_id) == ("citizen", petition.pk)


@pytest.mark.parametrize("door", ["receipt", "my"])
def test_nobody_else_gets_it(city: City, door: str) -> None:
    """Given no right, or the right to another petition, then the file is not given out, and nothing tells whether there is one."""
    petition, other = city.file(), city.file(subject="别的事")
    for browser in (Client(), own(other)):
        for number in (petition.number, "2611-0000-0001-0"):
            answer = browser.get(f"/{door}/{number}/proof/")
            assert (answer.status_code, answer["Location"]) == (303, "/lookup/")
    assert not Record.objects.filter(act="take_proof").exists()


def test_a_petition_from_before_the_log_leads_to_what_the_log_is(city: City) -> None:
    """Given a petition that was filed before there was a log, then its page offers no file, and the address leads on."""
    petition = city.file()
    Petition.objects.update(sealed_opening=b"")
    browser = own(petition)
    assert "下载存证凭据" not in browser.get(f"/my/{petition.number}/").content.decode()
    assert browser.get(f"/my/{petition.number}/proof/")["Location"] == LOG


def test_the_public_page_tells_what_it_is_and_shows_the_heads(city: City) -> None:
    """Given heads, then the page says in plain words what the log is, and lists size, time, root and key; no petition."""
    petition = city.file()
    sequencing.seal()
    page = Client().get(LOG).content.decode()
    [key] = statements.public_keys().values()
    for words in ("只能往后写，不能改，不能撕", bytes(Head.objects.get().root).hex(), key["public"], "verify_receipt"):
        assert words in page
    assert petition.number not in page
    assert "It can only be added to" in Client(headers={"accept-language": "en"}).get(LOG).content.decode()


def test_earlier_heads_are_on_further_pages(db: None) -> None:
    """Given 25 heads, then the first page has the latest twenty, and leads to the other five, in two statements or fewer each."""
    Head.objects.bulk_create(statements.sign_head(size, bytes(32), datetime.now(UTC)) for size in range(1, 26))
    with CaptureQueriesContext(connection) as queries:
        first = Client().get(LOG).content.decode()
    assert len(queries) == 1
    assert (first.count("/transparency/heads/25/"), first.count("/transparency/heads/6/"), "?before=6" in first) == (
        1,
        1,
        True,
    )
    second = Client().get(f"{LOG}?before=6").content.decode()
    assert ("/transparency/heads/5/" in second, "/transparency/heads/6/" in second) == (True, False)
    assert Client().get(f"{LOG}?before=x").status_code == 200


def test_an_empty_log_has_its_page_too(db: None) -> None:
    """Given an office in which nothing was filed, then the page says that nothing is signed, and there is no latest head."""
    assert "还没有签名" in Client().get(LOG).content.decode()
    assert Client().get(f"{LOG}heads/latest/").status_code == 404
    assert Client().get(f"{LOG}heads/").json() == {"heads": [], "before": None}


def test_programs_get_heads_and_proofs(city: City) -> None:
    """Given two heads, then heads, proofs and keys come as JSON, and hold by the RFC's rules."""
    petition = city.file()
    city.file(subject="第二件")
    sequencing.seal()
    for number in range(3):
        city.file(subject=f"后来{number}")
    sequencing.seal()
    browser = Client()
    heads = browser.get(f"{LOG}heads/").json()["heads"]
    assert [head["size"] for head in heads] == [5, 2]
    assert browser.get(f"{LOG}heads/?before=5").json()["heads"] == heads[1:]
    assert browser.get(f"{LOG}heads/latest/").json() == heads[0]
    assert browser.get(f"{LOG}heads/2/").json() == heads[1]
    assert all(statements.is_signed(statements.HEAD, head) for head in heads)

    found = browser.get(f"{LOG}consistency/?old=2").json()
    assert (found["old"], found["new"]) == (heads[1], heads[0])
    old, new = (bytes.fromhex(head["root"]) for head in (heads[1], heads[0]))
    assert merkle.verify_consistency(2, old, 5, new, [bytes.fromhex(node) for node in found["path"]])

    leaf = merkle.leaf_hash(bytes.fromhex(file_of(petition)["commitment"]))
    for size, head in ((2, heads[1]), (5, heads[0])):
        proof = browser.get(f"{LOG}inclusion/?hash={leaf.hex()}&size={size}").json()
        path = [bytes.fromhex(node) for node in proof["path"]]
        assert proof["head"] == head
        assert merkle.verify_inclusion(leaf, proof["index"], size, path, bytes.fromhex(head["root"]))
    assert browser.get(f"{LOG}keys/").json() == {"keys": statements.public_keys()}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("heads/7/", 404), ("heads/99999999999999999999999/", 404), ("heads/?before=x", 400), ("consistency/", 400),
        ("consistency/?old=7", 404), ("consistency/?old=-1", 400), ("consistency/?old=2&new=1", 404),
        ("inclusion/", 400), ("inclusion/?hash=zz", 400), (f"inclusion/?hash={'0' * 64}", 404),
        (f"inclusion/?hash={'0' * 64}&size=x", 400),
    ],
)  # fmt: skip
def test_nonsense_is_refused(city: City, address: str, status: int) -> None:
    """Given an address that asks for what is not there or makes no sense, then the answer says so, in JSON."""
    city.file()
    sequencing.seal()
    city.file(subject="又一件")
    sequencing.seal()
    answer = Client().get(LOG + address)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_a_good_receipt_is_told_so(city: City) -> None:
    """Given a receipt in the log, pasted or chosen as a file, later too, then it is said to hold; nothing of its words is shown."""
    petition = city.file()
    sequencing.seal()
    receipt = file_of(petition)
    city.file(subject="后来的")
    sequencing.seal()
    status, page = verdict_on(receipt)
    assert (status, "没有问题：您的信访原样在账上" in page, petition.number in page) == (200, True, True)
    assert f"{LOG}consistency/?old=1" in page
    assert "楼道灯" not in page
    upload = SimpleUploadedFile("r.json", json.dumps(receipt).encode(), "application/json")
    answer = Client().post(f"{LOG}check/", {"file": upload})
    assert "没有问题" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_receipt_without_its_words_holds_too(city: City) -> None:
    """Given a receipt of which words and salt were left out, then number and time are said to hold."""
    petition = city.file()
    sequencing.seal()
    receipt = {name: value for name, value in file_of(petition).items() if name not in {"subject", "text", "salt"}}
    _status, page = verdict_on(receipt)
    assert "没有问题" in page
    assert "所以只核对了编号和时间" in page


def test_a_promise_is_awaited_then_kept(city: City) -> None:
    """Given a receipt taken at once, then it is said to be awaited; the same file holds when the worker was there."""
    receipt = file_of(city.file())
    assert "我们承诺过，还没有写进账里" in verdict_on(receipt)[1]
    sequencing.seal()
    assert "没有问题" in verdict_on(receipt)[1]


def test_a_broken_promise_is_admitted(city: City) -> None:
    """Given a promise whose time is over, and a commitment that somebody took away, then the page says that it is the office's fault."""
    petition = city.file()
    receipt = file_of(petition)
    Waiting.objects.all().delete()
    late = checking.check(json.dumps(receipt), Petition.objects.get().received_at + timedelta(hours=25))
    assert late.outcome == checking.Outcome.BROKEN
    assert checking.check(json.dumps(receipt)).outcome == checking.Outcome.AWAITED


def test_a_log_that_was_changed_is_told(city: City) -> None:
    """Given a log that was built anew without a petition, then its receipt shows that the office's log is not the one it signed."""
    city.file()
    city.file(subject="第二件")
    sequencing.seal()
    receipts = [file_of(petition) for petition in Petition.objects.all()]
    Head.objects.all().delete()
    Leaf.objects.all().delete()
    for _status, page in (verdict_on(receipt) for receipt in receipts):
        assert "现在的账和当初签名的不一样" in page


def altered(receipt: dict[str, Any], *path: str, by: Callable[[Any], Any]) -> dict[str, Any]:
    changed = json.loads(json.dumps(receipt))
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = by(place[path[-1]])
    return dict(changed)


@pytest.mark.parametrize(
    ("path", "by", "step"),
    [
        (("text",), lambda text: text + "。", "words"),
        (("number",), lambda number: "2611-0000-0001-0", "commitment"),
        (("received_at",), lambda at: at.replace("2026", "2025"), "commitment"),
        (("promise", "by"), lambda at: at.replace("2026", "2027"), "promise"),
        (("promise", "signature"), lambda _signature: "zz", "promise"),
        (("head", "at"), lambda at: at.replace("2026", "2025"), "head"),
        (("head", "key"), lambda _name: "ed2-of-somebody", "head"),
        (("inclusion", "index"), lambda index: index ^ 1, "inclusion"),
        (("inclusion", "path"), lambda path: path[:-1], "inclusion"),
    ],
    ids=["words", "number", "time", "promise", "no signature", "head", "other key", "index", "path"],
)
def test_an_altered_receipt_is_told_where(
    city: City, path: tuple[str, ...], by: Callable[[Any], Any], step: str
) -> None:
    """Given a receipt of which one part was altered, then the verdict names that part, and the page shows it in words."""
    petition = city.file()
    city.file(subject="第二件")
    sequencing.seal()
    receipt = altered(file_of(petition), *path, by=by)
    found = checking.check(json.dumps(receipt))
    assert (found.outcome, found.step) == (checking.Outcome.ALTERED, step)
    assert "这份凭据对不上" in verdict_on(receipt)[1]


@pytest.mark.parametrize(
    "content",
    [
        "", "x", "[]", "{}", '{"format": "yiwang-receipt-1"}', "[" * 50_000, "1" * 5_000, "x" * 500_000,
        '{"format": "yiwang-receipt-1", "number": 1}', '"\\ud800"',
    ],
    ids=["empty", "word", "list", "object", "bare", "deep", "digits", "large", "wrong type", "broken character"],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(db: None, content: str) -> None:
    """Given what is no receipt, then the page says so and asks again."""
    status, page = verdict_on(content)
    assert status == 422
    assert "有错误" in page
    assert "没有问题" not in page


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("inclusion", "size"), True), (("inclusion", "size"), -1), (("inclusion", "size"), 2**60), (("inclusion", "index"), "0"),
        (("inclusion", "path"), ["00"] * 65), (("inclusion", "path"), [1]), (("inclusion", "path"), {}), (("head", "root"), "00"),
        (("head", "size"), 1.5), (("head",), None), (("head",), []), (("inclusion",), "x"), (("promise",), None),
        (("commitment",), "x" * 64), (("salt",), 7), (("subject",), None), (("text",), "\ud800"),
    ],
    ids=str,
)  # fmt: skip
def test_a_hostile_receipt_makes_no_error(city: City, path: tuple[str, ...], value: Any) -> None:
    """Given a receipt with a value that none has, then it is refused as none."""
    petition = city.file()
    city.file(subject="第二件")
    sequencing.seal()
    receipt = altered(file_of(petition), *path, by=lambda _was: value)
    with pytest.raises(checking.NoReceipt):
        checking.check(json.dumps(receipt))


def test_a_large_file_is_let_go(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an upload that memory is not to hold, then it lies nowhere, and the page asks for another."""
    monkeypatch.setattr(settings, "FILE_UPLOAD_MAX_MEMORY_SIZE", 1_000)
    upload = SimpleUploadedFile("r.json", b"x" * 2_000, "application/json")
    answer = Client().post(f"{LOG}check/", {"file": upload})
    assert answer.status_code == 422
    assert "凭据文件都很小" in answer.content.decode()


def test_the_check_wants_its_token(db: None) -> None:
    """Given a POST from another site, then it is refused."""
    assert Client(enforce_csrf_checks=True).post(f"{LOG}check/", {"pasted": "x"}).status_code == 403
