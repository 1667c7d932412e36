"""What a random actor gives to a random action: mostly what may be given, at times what may not."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from yiwang.agencies.models import Role
from yiwang.petitions.models import Petition
from yiwang.workdays.counting import office_date

if TYPE_CHECKING:
    from tests.petitions.lives.machine import Lives

Chosen = TypeVar("Chosen")
Given = dict[str, Any]


class Chooser:
    """Draws what an action is given."""

    def __init__(self, lives: "Lives", chance: Random, petition: Petition) -> None:
        self.lives, self.city, self.chance, self.petition = lives, lives.city, chance, petition
        self.today = office_date(lives.clock.at)

    def one(self, *of: Chosen) -> Chosen:
        return self.chance.choice(of)

    def words(self) -> str:
        return "写明了的理由和内容，够长的。" if self.chance.random() > 0.04 else " "

    def agency(self) -> Any:
        city = self.city
        if self.petition.is_accusation:
            return self.one(city.discipline, city.discipline, city.housing)
        return self.one(city.housing, city.parks, city.county_housing, city.township, city.office, city.legal)  # type: ignore[attr-defined]

    def day(self, *ahead: int) -> date:
        return self.today + timedelta(days=self.one(*ahead))

    def other(self) -> Petition:
        others = [key for key in self.lives.last.petitions if key != self.petition.pk]
        return Petition.objects.get(pk=self.one(*(others or self.lives.last.petitions)))

    def nobody_or(self, thing: Callable[[], Chosen]) -> Chosen | None:
        return thing() if self.one(False, False, True) else None


def _hearing(choose: Chooser) -> Given:
    first = choose.day(-1, 0, 3, 10)
    return {"first_day": first, "last_day": first + timedelta(days=choose.one(-1, 0, 1, 5)), "place": choose.words()}


def _outcome(choose: Chooser) -> str:
    suggestion = choose.petition.purpose == "suggestion"
    return choose.one(
        *(("adopted", "partly", "not_adopted") if suggestion else ("support", "explain", "decline")), "support"
    )


GIVEN: dict[str, Callable[[Chooser], Given]] = {
    "register": lambda choose: {"repeats": choose.nobody_or(choose.other), "urgent": choose.one(None, None, True)},
    "correct": lambda choose: {"purpose": choose.one(None, None, None, *Petition.Purpose.values), "place": "新地点"},
    "merge": lambda choose: {"into": choose.other().pk},
    "part": lambda choose: {},
    "split": lambda choose: {"subject": "井盖破了", "text": choose.words()},
    "mark_urgent": lambda choose: {"reason": choose.words(), "urgent": choose.one(True, False)},
    "report_upward": lambda choose: {"to": "市政府", "text": choose.words()},
    "not_take": lambda choose: {"reason": choose.words(), "where": "人民法院"},
    "redirect": lambda choose: {"reason": choose.words(), "where": "园林局"},
    "not_take_running": lambda choose: {"earlier": choose.other()},
    "not_take_again": lambda choose: {"earlier": choose.other()},
    "lead_out": lambda choose: {
        "route": choose.one("litigation", "arbitration", "administrative", "ordinary"), "where": "仲裁委员会", "reason": choose.words(),
    },
    "refer": lambda choose: {
        "lead": choose.agency(), "co": choose.one([], [], [choose.city.parks], [choose.city.transport]),
        "kind": choose.one("transfer", "transfer", "assign"), "report_due": choose.one(None, choose.day(0, 10, 40)),
    },
    "ask_more_agencies": lambda choose: {
        "co": choose.one([], [choose.city.transport], [choose.city.parks]), "report_due": choose.one(None, choose.day(5, 20)),
    },
    "receive": lambda choose: {},
    "pass_on": lambda choose: {"to": choose.one(choose.city.township, choose.city.county_housing, choose.city.parks)},
    "object": lambda choose: {"reason": choose.words()},
    "uphold_objection": lambda choose: {"reason": ""},
    "reject_objection": lambda choose: {"reason": choose.words()},
    "raise_dispute": lambda choose: {"before": choose.one("superior", "conference", "nobody"), "reason": choose.words()},
    "settle_dispute": lambda choose: {
        "lead": choose.agency(), "by": choose.one("agreed", "superior", "conference"), "decision": choose.words(),
    },
    "accept": lambda choose: {"told_on_the_spot": choose.one(False, True)},
    "accept_simply": lambda choose: {},
    "convert_to_ordinary": lambda choose: {"reason": choose.words()},
    "choose_route": lambda choose: {"basis": choose.words()},
    "hand_over": lambda choose: {"to": choose.city.who(choose.agency(), Role.AGENCY_HANDLER)},
    "recuse": lambda choose: {
        "reason": choose.words(), "staff": choose.nobody_or(lambda: choose.city.who(choose.city.housing, Role.AGENCY_HANDLER)),
    },
    "note": lambda choose: {"text": choose.words()},
    "request_more": lambda choose: {"text": choose.words()},
    "add_material": lambda choose: {"text": choose.words()},
    "co_report": lambda choose: {"text": choose.words()},
    "hold_hearing": _hearing,
    "ask_extension": lambda choose: {"days": choose.one(1, 20, 30, 31), "reason": choose.words()},
    "extend": lambda choose: {"days": choose.one(1, 20, 30, 31), "reason": choose.words()},
    "refuse_extension": lambda choose: {"reason": choose.words()},
    "settle": lambda choose: {
        "kind": choose.one("mediation", "settlement"), "other_party": "物业公司", "terms": choose.words(),
        "agreed_on": choose.day(0, 0, 1), "both_agree": choose.one(True, True, False),
    },
    "draft_answer": lambda choose: {"text": choose.words(), "outcome": _outcome(choose)},
    "send_back": lambda choose: {"reason": choose.words()},
    "approve": lambda choose: {},
    "deliver": lambda choose: {"how": "post", "on": choose.one(None, choose.day(-3, 0, 1))},
    "rate": lambda choose: {"office": "satisfied", "agency": choose.one("satisfied", "dissatisfied", "nothing")},
    "stand_by": lambda choose: {"reason": choose.words()},
    "close": lambda choose: {},
    "reopen": lambda choose: {"reason": choose.words()},
    "withdraw": lambda choose: {},
    "publish": lambda choose: {"subject": "路灯", "text": "路灯坏了", "answer_text": choose.words()},
    "recall": lambda choose: {"reason": choose.words()},
    "freeze": lambda choose: {"reason": choose.words()},
    "unfreeze": lambda choose: {"reason": choose.words()},
    "urge": lambda choose: {"words": choose.words()},
    "supervise": lambda choose: {"order": "2611-4827-3915-0", "kind": "supervise", "step": "issue"},
    "warn": lambda choose: {"deadline": choose.one(*(choose.lives.last.limits or [0]))},
    "lapse": lambda choose: {"deadline": choose.one(*(choose.lives.last.limits or [0]))},
    "ask_review": lambda choose: {"grounds": choose.words()},
    "ask_re_review": lambda choose: {"grounds": choose.words()},
    "take_review": lambda choose: {},
    "refuse_review": lambda choose: {"reason": choose.words()},
    "hold_review_hearing": _hearing,
    "draft_review": lambda choose: {"outcome": choose.one("upheld", "changed", "revoked"), "text": choose.words()},
    "send_back_review": lambda choose: {"reason": choose.words()},
    "decide_review": lambda choose: {},
    "remand": lambda choose: {},
    "record_decision": lambda choose: {
        "outcome": choose.one("upheld", "revoked"), "text": choose.words(), "decided_on": choose.day(-2, 0, 0, 1),
    },
    "deliver_review": lambda choose: {"how": "post", "on": choose.one(None, choose.day(-2, 0, 1))},
    "withdraw_review": lambda choose: {},
}  # fmt: skip
"""What each action is given. An action that is missing here fails the test."""
