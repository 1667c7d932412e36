"""The demo's invented office as data: whole, consistent, and nobody's real words or numbers."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "src/yiwang/cli/demo"
REAL_MESSAGES = ROOT.parent / "shared/data"
ROLES = {
    "intake_clerk", "office_handler", "agency_handler", "approver", "supervisor", "leader", "auditor",
    "system_administrator", "security_administrator",
}  # fmt: skip
CHANNELS = {
    "hotline", "portal", "sms", "app", "weibo", "public_account", "wechat", "mini_program", "letter", "visit", "mail",
}  # fmt: skip
BY_ROLE = {
    "register": "intake_clerk",
    "mark_urgent": "intake_clerk",
    "merge": "office_handler",
    "refer": "office_handler",
    "decide_objection": "office_handler",
    "not_take": "office_handler",
    "close": "office_handler",
    "pass_on": "agency_handler",
    "receive": "agency_handler",
    "object": "agency_handler",
    "accept": "agency_handler",
    "note": "agency_handler",
    "request_more": "agency_handler",
    "draft_answer": "agency_handler",
    "co_report": "agency_handler",
    "approve": "approver",
    "send_back": "approver",
    "publish": "approver",
    "split": "office_handler",
    "raise_dispute": "office_handler",
    "settle_dispute": "office_handler",
    "record_decision": "office_handler",
    "lead_out": "office_handler|agency_handler",
    "accept_simply": "agency_handler",
    "ask_extension": "agency_handler",
    "hold_hearing": "agency_handler",
    "settle": "agency_handler",
    "recuse": "agency_handler",
    "take_review": "agency_handler",
    "hold_review_hearing": "agency_handler",
    "draft_review": "agency_handler",
    "extend": "approver",
    "hand_over": "approver",
    "decide_review": "approver",
    "remand": "approver",
}
BY_PETITIONER = {"add_material", "rate", "withdraw", "reopen", "ask_review", "ask_re_review", "deliver_review"}
SAYS = {
    "note": "text", "request_more": "text", "add_material": "text", "co_report": "text", "draft_answer": "text",
    "object": "reason", "decide_objection": "reason", "send_back": "reason", "withdraw": "reason", "reopen": "reason",
    "mark_urgent": "reason", "refer": "reason", "not_take": "where_to_go", "publish": "answer",
    "split": "text", "raise_dispute": "reason", "settle_dispute": "decision", "record_decision": "text", "lead_out": "where",
    "ask_extension": "reason", "extend": "reason", "hold_hearing": "place", "hold_review_hearing": "place",
    "settle": "terms", "recuse": "reason", "draft_review": "text", "ask_review": "grounds", "ask_re_review": "grounds",
}  # fmt: skip
AGENCY_STEPS = {
    "pass_on", "receive", "object", "accept", "accept_simply", "note", "request_more", "draft_answer", "co_report",
    "ask_extension", "hold_hearing", "settle", "recuse",
}  # fmt: skip
OF_THE_REVIEW = {"take_review", "hold_review_hearing", "draft_review", "decide_review", "remand"}
REVIEWING = "fcb"
ENDS = {
    "register": "registered", "merge": "merged", "refer": "referred", "pass_on": "referred", "receive": "received",
    "object": "objected", "decide_objection": "registered", "accept": "handling", "request_more": "waiting",
    "add_material": "handling", "draft_answer": "drafted", "send_back": "sent_back", "approve": "delivered",
    "close": "closed", "withdraw": "withdrawn", "not_take": "not_taken", "reopen": "reopened",
    "accept_simply": "handling", "settle_dispute": "referred", "lead_out": "led_out", "settle": "settled",
    "ask_review": "review_asked", "take_review": "review_taken", "draft_review": "review_drafted",
    "decide_review": "reviewed", "remand": "handling", "ask_re_review": "re_review_asked", "record_decision": "final",
}  # fmt: skip


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DEMO / name).read_text("utf-8"))


CITY = toml("city.toml")
STAFF = {person["username"]: person for person in toml("staff.toml")["staff"]}
AGENCIES = {agency["code"]: agency for agency in CITY["tree"]["agencies"]}
REGIONS = {region["code"]: region for region in CITY["tree"]["regions"]}
CATEGORIES = {category["code"]: category for category in CITY["tree"]["categories"]}
PETITIONS: list[dict[str, Any]] = [
    petition for path in sorted((DEMO / "petitions").glob("*.json")) for petition in json.loads(path.read_text("utf-8"))
]
BY_KEY = {petition["key"]: petition for petition in PETITIONS}


def above(agency: str) -> list[str]:
    """The agency and all that stand above it, nearest first."""
    line = []
    while agency:
        line.append(agency)
        agency = AGENCIES[agency]["parent"]
    return line


def minutes(petition: dict[str, Any], step: dict[str, Any] | None = None) -> int:
    """Minutes before (negative) or after the midnight that begins today."""
    time = (step or petition)["time"]
    day = (step["day"] if step else 0) - petition["days_ago"]
    return day * 1440 + int(time[:2]) * 60 + int(time[3:])


def state(petition: dict[str, Any]) -> str:
    """Where the way ends, in plain words."""
    now = "filed"
    for step in petition["way"]:
        if step["step"] == "receive" and now != "referred":
            continue
        now = ENDS.get(step["step"], now)
    return now


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def everything() -> list[str]:
    return [
        *strings(CITY),
        *strings(list(STAFF.values())),
        *strings(PETITIONS),
        *strings(toml("standard_answers.toml")),
    ]


def test_trees_hang_together() -> None:
    assert len(CATEGORIES) == len(CITY["tree"]["categories"])
    assert len(AGENCIES) == len(CITY["tree"]["agencies"])
    for region in REGIONS.values():
        assert region["parent"] in REGIONS or (region["code"] == "yl" and not region["parent"])
    for agency in AGENCIES.values():
        assert agency["parent"] in AGENCIES or (agency["kind"] == "office" and not agency["parent"])
        assert agency["region"] in REGIONS
        assert agency["level"] in {"city", "county", "township"}
        assert agency["kind"] in {"office", "agency", "discipline", "political_legal", "township"}
        assert agency["zh"]
        assert agency["en"].isascii()
    assert [code for code, agency in AGENCIES.items() if not agency["parent"]] == [CITY["office"]["agency"]]
    offices = [code for code, agency in AGENCIES.items() if agency["kind"] == "office"]
    assert offices == ["xfj", "dq-xf", "lw-xf", "hl-xf", "xt-xf", "hq-xf", "zp-xf"]
    for category in CATEGORIES.values():
        code = category["code"]
        assert len(code) in {2, 4, 6}
        assert len(code) == 2 or code[:-2] in CATEGORIES
        assert category.get("agency", CITY["office"]["agency"]) in AGENCIES
        assert len(code) > 2 or "agency" in category
        assert category["en"].isascii()
    assert Counter(region["level"] for region in REGIONS.values()) == {"city": 1, "county": 6, "township": 24}
    assert {channel["code"] for channel in CITY["channels"]} == CHANNELS


def test_staff_are_of_known_agencies_and_one_login_a_role() -> None:
    assert len(STAFF) == len(toml("staff.toml")["staff"])
    for person in STAFF.values():
        assert person["agency"] in AGENCIES
        assert set(person["roles"]) <= ROLES
    shown = Counter(role for person in STAFF.values() if person.get("demo_login") for role in person["roles"])
    assert shown == {**dict.fromkeys(ROLES, 1), "agency_handler": 2}
    assert [name for name, one in STAFF.items() if one["agency"] == REVIEWING and one.get("demo_login")] == ["weizheng"]
    absences = toml("staff.toml")["absences"]
    assert len(absences) == 2
    for absence in absences:
        away, stand_in = STAFF[absence["username"]], STAFF[absence["stand_in"]]
        assert (away["agency"], away["roles"]) == (stand_in["agency"], stand_in["roles"])


def test_enough_petitions_of_each_kind() -> None:
    assert len(BY_KEY) == len(PETITIONS) >= 260
    assert {petition["channel"] for petition in PETITIONS} == CHANNELS
    assert min(Counter(petition["channel"] for petition in PETITIONS).values()) >= 8
    assert {petition["purpose"] for petition in PETITIONS} == {"suggestion", "appeal", "accusation"}
    assert Counter(petition["language"] for petition in PETITIONS)["en"] == 8
    assert {state(petition) for petition in PETITIONS} == {"filed", *ENDS.values()} - {"waiting", "re_review_asked"}
    steps = Counter(step["step"] for petition in PETITIONS for step in petition["way"])
    assert set(steps) == set(BY_ROLE) | BY_PETITIONER
    assert steps["draft_answer"] >= 170
    assert steps["publish"] >= 60
    outcomes = {step["outcome"] for p in PETITIONS for step in p["way"] if step["step"] == "draft_answer"}
    assert outcomes == {"support", "explain", "decline", "adopted", "partly", "not_adopted"}
    topics = Counter(petition["topic"] for petition in PETITIONS if petition["topic"])
    assert len([count for count in topics.values() if count >= 6]) >= 7
    assert max(petition["days_ago"] for petition in PETITIONS) <= 200
    assert len({petition["text"] for petition in PETITIONS}) == len(PETITIONS)


@pytest.mark.parametrize("last", ["review_asked", "review_taken", "review_drafted", "reviewed", "final", "led_out"])
def test_every_turn_of_a_review_can_be_seen(last: str) -> None:
    """Given the demo, then at least two petitions stand in each turn."""
    assert sum(state(petition) == last for petition in PETITIONS) >= 2


@pytest.mark.parametrize(
    "name", ["remand", "extend", "accept_simply", "settle", "split", "recuse", "settle_dispute", "direct", "hearing"]
)
def test_every_aside_of_the_law_is_there_twice(name: str) -> None:
    """Given the demo, then at least two petitions went each of the less usual ways."""
    ways = [{*(step["step"] for step in one["way"]), *(["direct"] if "direct" in one else [])} for one in PETITIONS]
    wanted = {"hold_hearing", "hold_review_hearing"} if name == "hearing" else {name}
    assert sum(bool(wanted & way) for way in ways) >= 2


def test_suggestions_are_adopted_partly_or_not() -> None:
    """Given the suggestions that were answered, then each outcome is there twice, and none is an appeal's."""
    outcomes = Counter(
        step["outcome"]
        for petition in PETITIONS
        for step in petition["way"]
        if step["step"] == "draft_answer" and petition["purpose"] == "suggestion"
    )
    assert set(outcomes) == {"adopted", "partly", "not_adopted"}
    assert min(outcomes.values()) >= 2


def test_what_answers_rest_on_belongs_to_a_category() -> None:
    """Given the laws that answers name, then each stands for a category, and most appeals have one."""
    basis = CITY["basis"]
    assert set(basis) <= set(CATEGORIES)
    appeals = [one["category"] for one in PETITIONS if one["purpose"] == "appeal"]
    assert sum(any(code.startswith(key) for key in basis) for code in appeals) >= len(appeals) * 2 // 3


@pytest.mark.parametrize("petition", PETITIONS, ids=[petition["key"] for petition in PETITIONS])
def test_petition_is_whole(petition: dict[str, Any]) -> None:
    assert petition["region"] in REGIONS
    assert len(petition["category"]) == 6
    assert petition["category"] in CATEGORIES
    assert 55 <= len(petition["text"]) <= 900
    assert petition["language"] == "en" or 6 <= len(petition["subject"]) <= 25
    who = petition["petitioner"]
    assert bool(who["name"]) != who["anonymous"]
    assert len(petition["representatives"]) <= 4  # with the petitioner, five at most (article 20)
    assert petition["persons"] >= 1 + len(petition["representatives"])
    if petition["channel"] == "visit":
        assert "08:30" <= petition["time"] <= "17:30"
    if petition["repeats"]:
        assert minutes(BY_KEY[petition["repeats"]]) < minutes(petition)
    if petition["purpose"] == "accusation":
        assert petition["accused"]["agency"] in AGENCIES
        assert not any(step["step"] == "publish" for step in petition["way"])


@pytest.mark.parametrize("petition", PETITIONS, ids=[petition["key"] for petition in PETITIONS])
def test_way_can_be_walked(petition: dict[str, Any]) -> None:
    before = (0, petition["time"])
    holder, co, answer = petition.get("direct", {}).get("agency", ""), [], {}
    for step in petition["way"]:
        name = step["step"]
        assert before <= (step["day"], step["time"])
        before = (step["day"], step["time"])
        assert step["day"] <= petition["days_ago"]
        assert (step["by"] == "petitioner") == (name in BY_PETITIONER)
        if name in SAYS:
            assert step[SAYS[name]]
        if name == "reopen":
            rated = [s for s in petition["way"] if s["step"] == "rate"]
            assert "dissatisfied" in {rated[-1]["office"], rated[-1]["agency"]}
        if name in BY_ROLE:
            assert set(BY_ROLE[name].split("|")) & set(STAFF[step["by"]]["roles"])
        if name == "refer":
            assert step["kind"] in {"transfer", "assign"}
            assert step["due_days"] is not None if step["kind"] == "assign" else "due_days" not in step
            holder, co = step["lead"], step["co"]
            assert {holder, *co} <= set(AGENCIES)
        if name == "settle_dispute":
            holder = step["lead"]
        if name in OF_THE_REVIEW:
            assert STAFF[step["by"]]["agency"] == REVIEWING == AGENCIES[holder]["reviewed_by"]
        if name in AGENCY_STEPS:
            assert step["agency"] == holder or (step["agency"] in co and name in {"receive", "co_report"})
            assert STAFF[step["by"]]["agency"] == step["agency"]
        if name == "pass_on":
            assert holder in above(step["to"])[1:]
            holder = step["to"]
        if petition["purpose"] == "accusation" and holder:
            person = STAFF.get(step["by"], {"compartment": True})
            assert person.get("compartment") or AGENCIES[person["agency"]]["kind"] == "discipline"
            assert petition["accused"]["agency"] not in {holder, *co}
        if name == "draft_answer":
            answer = step
            assert 95 <= len(step["text"]) <= 820
        if name in {"approve", "send_back"}:
            nearest = next(
                code
                for code in above(holder)
                if any(person["agency"] == code and "approver" in person["roles"] for person in STAFF.values())
            )
            assert STAFF[step["by"]]["agency"] == nearest
            assert step["by"] != answer["by"]
        if name == "publish":
            assert petition["petitioner"]["publish_consent"]
            assert not petition["petitioner"]["name"] or petition["petitioner"]["name"] not in json.dumps(
                step, ensure_ascii=False
            )
        if name == "merge":
            lead = BY_KEY[step["into"]]
            assert minutes(lead, lead["way"][0]) < minutes(petition, step)
            assert petition["topic"] == lead["topic"]
        if name == "rate":
            followed = next((BY_KEY[s["into"]] for s in petition["way"] if s["step"] == "merge"), petition)
            released = next(s for s in followed["way"] if s["step"] in {"approve", "settle"})
            assert minutes(followed, released) < minutes(petition, step)


def test_numbers_and_addresses_belong_to_nobody() -> None:
    for text in everything():
        for number in re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text):
            assert number.startswith("1990000"), text
        for number in re.findall(r"(?<!\d)0\d{2,3}[- ]\d{7,8}", text):
            assert number.startswith("0000-555"), text
        for host in re.findall(r"[\w.]+@([\w.-]+\.\w+)", text):
            assert host == "example.org", text
        assert not re.search(r"\d{17}[\dXx]", text)
    phones = [p["petitioner"]["phone"] for p in PETITIONS if p["petitioner"]["phone"]]
    assert len(set(phones)) == len(phones)


def test_dates_in_texts_are_days_from_receipt() -> None:
    for petition in PETITIONS:
        for text in strings([petition["subject"], petition["text"], petition["way"]]):
            assert "{" not in re.sub(r"\{[+-]\d{1,3}\}", "", text)
            assert not re.search(r"20\d\d-\d\d-\d\d", text)


def test_standard_answers_fit_the_category_tree() -> None:
    answers = toml("standard_answers.toml")["answers"]
    assert len(answers) >= 20
    assert len({answer["code"] for answer in answers}) == len(answers)
    assert all(answer["category"] in {"", *CATEGORIES} for answer in answers)


def test_no_words_are_shared_with_the_real_messages() -> None:
    """Given the real messages, no run of twelve characters of them stands in the demo (titles of laws aside)."""
    files = sorted(REAL_MESSAGES.glob("*/*.csv"))
    if not files:
        pytest.skip(f"no real messages at {REAL_MESSAGES}")
    runs = set()
    for text in everything():
        for part in re.split(r"《[^》]*》(?:第[一二三四五六七八九十百零]+条)?", re.sub(r"\s", "", text)):
            if re.search("[\u4e00-\u9fff]", part):
                runs |= {part[i : i + 12] for i in range(len(part) - 11)}
    for path in files:
        real = re.sub(r"\s", "", path.read_text("utf-8-sig"))
        shared = {real[i : i + 12] for i in range(len(real) - 11)} & runs
        assert shared == set(), path.name
