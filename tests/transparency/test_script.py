"""The program that the portal gives out, run as its user runs it: on good files, and on each of their parts altered."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.given import City

import yiwang
from yiwang.petitions.receipt_file import receipt_file
from yiwang.transparency import sequencing, statements, tree
from yiwang.transparency.models import Head

SCRIPT = Path(yiwang.__file__).parent / "portal" / "static" / "portal" / "verify_receipt.py"
GOOD, WRONG, UNREADABLE, UNSURE = 0, 1, 2, 3


def run(folder: Path, receipt: Any, later: Any = None, *options: str, blind: bool = False) -> tuple[int, str]:
    """Run the program on files of that content; ``blind`` without any package beside the standard library."""
    files = []
    for name, content in (("receipt.json", receipt), ("later.json", later)):
        if content is not None:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            files.append(str(folder / name))
    isolated = ["-S", "-E"] if blind else []
    done = subprocess.run(
        [sys.executable, *isolated, str(SCRIPT), *options, *files],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def files(city: City) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A receipt out of a log of five, a later head over eight, and the published key."""
    petitions = [city.file(subject=f"第{number}盏灯") for number in range(5)]
    sequencing.seal()
    receipt = receipt_file(petitions[2], "https://office.example/transparency/")
    assert receipt is not None
    for number in range(3):
        city.file(subject=f"后来第{number}盏灯")
    sequencing.seal()
    old, new = Head.objects.order_by("size")
    later = {
        "format": "yiwang-consistency-1",
        "old": statements.as_published(old),
        "new": statements.as_published(new),
        "path": [node.hex() for node in tree.consistency(old.size, new.size)],
        "keys": statements.public_keys(),
    }
    [key] = statements.public_keys().values()
    return receipt, later, key["public"]


def test_a_good_receipt_and_a_later_head(files: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path) -> None:
    """Given receipt, later head and the published key, then all holds, in both languages, also with the log gone on."""
    receipt, later, key = files
    status, said = run(tmp_path, receipt, later, "--key", key)
    assert status == GOOD
    for words in (
        receipt["number"],
        "不晚于",
        "In the log no later than",
        "前面的没有动过",
        "全部核对无误",
        "All of it holds",
    ):
        assert words in said


@pytest.mark.parametrize("what", ["no key given", "no package", "no words", "no proof yet"])
def test_what_it_did_not_check_it_says(
    files: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path, what: str
) -> None:
    """Given less than it needs, then nothing is called wrong, and it says what was not checked."""
    receipt, _later, key = files
    if what == "no words":
        receipt = {name: value for name, value in receipt.items() if name not in {"salt", "subject", "text"}}
    if what == "no proof yet":
        receipt = {**receipt, "head": None, "inclusion": None}
    options = [] if what == "no key given" else ["--key", key]
    status, said = run(tmp_path, receipt, None, *options, blind=what == "no package")
    assert status == UNSURE
    note = {
        "no key given": key, "no package": "pip install cryptography", "no words": "凭据里没有内容",
        "no proof yet": "download it again after a minute",
    }[what]  # fmt: skip
    assert f"? {note}" in said or note in said
    assert "✗" not in said


def flipped(digits: str) -> str:
    return ("1" if digits[0] == "0" else "0") + digits[1:]


def change(receipt: dict[str, Any], later: dict[str, Any], what: str) -> None:
    if what in {"subject", "text"}:
        receipt[what] += "。"
    elif what == "number":
        receipt["number"] = "2611-0000-0001-0"
    elif what == "time":
        receipt["received_at"] = receipt["received_at"].replace("2026", "2025")
    elif what == "promise":
        receipt["promise"]["by"] = receipt["promise"]["by"].replace("2026", "2027")
    elif what == "head":
        receipt["head"]["at"] = receipt["head"]["at"].replace("2026", "2025")
    elif what == "index":
        receipt["inclusion"]["index"] ^= 1
    elif what == "path":
        receipt["inclusion"]["path"][0] = flipped(receipt["inclusion"]["path"][0])
    elif what == "later path":
        later["path"][-1] = flipped(later["path"][-1])
    elif what == "later root":
        later["new"]["root"] = flipped(later["new"]["root"])
    elif what == "another log":
        later["old"]["root"] = flipped(later["old"]["root"])


@pytest.mark.parametrize(
    "what",
    [
        "subject",
        "text",
        "number",
        "time",
        "promise",
        "head",
        "index",
        "path",
        "later path",
        "later root",
        "another log",
    ],
)
def test_whatever_is_altered_is_found(
    files: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path, what: str
) -> None:
    """Given files of which one part was altered, then it says that they do not hold."""
    receipt, later, key = copy.deepcopy(files)
    change(receipt, later, what)
    status, said = run(tmp_path, receipt, later, "--key", key)
    assert status == WRONG
    assert "It does not hold" in said


def test_another_key_than_the_published_is_found(
    files: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path
) -> None:
    """Given a file whose signatures are good by a key that is not the published one, then it does not hold."""
    receipt, later, _key = files
    assert run(tmp_path, receipt, later, "--key", "00" * 32)[0] == WRONG


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format": "yiwang-receipt-1"}', "[" * 100_000],
    ids=["empty", "torn", "list", "bare", "deep"],
)
def test_what_is_no_receipt_is_refused(tmp_path: Path, content: str) -> None:
    """Given a file that is no receipt, then it says so, and shows no trace of the program."""
    status, said = run(tmp_path, content)
    assert status == UNREADABLE
    assert "Traceback" not in said
