"""What becomes of one invented petition between its receipt and now: the rows that its way through the house leaves.

The way is the common one (filed, registered, referred to one agency, accepted, answered, approved, closed); how far it has
come follows from the dates drawn. About one in twenty is still open: those of the last weeks, and some that are late.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import models

from bench.bulk import Row, table
from bench.city import City, Weighted
from bench.texts import Writer
from yiwang.agencies.models import Agency, Role, Staff
from yiwang.people.models import Petitioner
from yiwang.petitions.deadlines import RULES, VERSION, Owes, Rule, Unit, first_owed
from yiwang.petitions.lifecycle import BY_ACTION, TURN, Relation
from yiwang.petitions.models import Answer, Deadline, Entry, Petition, PublishedAnswer, Rating, Referral
from yiwang.petitions.numbers import _check_digit
from yiwang.store.ids import RANDOM_BITS, first_id_at
from yiwang.vault.sealing import DataKey, blind_index
from yiwang.workdays.counting import end_of, office_date

State, Channel, Purpose = Petition.State, Petition.Channel, Petition.Purpose
CHANNELS = Weighted({
    Channel.PORTAL: 35, Channel.HOTLINE: 30, Channel.WECHAT: 10, Channel.MINI_PROGRAM: 8, Channel.LETTER: 6,
    Channel.VISIT: 5, Channel.APP: 3, Channel.PUBLIC_ACCOUNT: 2, Channel.MAIL: 1,
})  # fmt: skip
PURPOSES = Weighted({Purpose.APPEAL: 79, Purpose.SUGGESTION: 18, Purpose.ACCUSATION: 3})
LEVELS = Weighted({Rating.Level.SATISFIED: 55, Rating.Level.BASICALLY: 25, Rating.Level.DISSATISFIED: 20})
OUTCOMES = Weighted({Answer.Outcome.SUPPORT: 45, Answer.Outcome.EXPLAIN: 40, Answer.Outcome.DECLINE: 15})
NOT_TAKEN, WITHDRAWN, STUCK, RATED, PUBLISHED, NOTED = 0.03, 0.02, 0.05, 0.35, 0.4, 0.3
"""Shares of all petitions, and of staff's steps that have a note."""
STUCK_FOR_DAYS = 500
SCATTER = 61_803_399  # no common factor with 10⁸
OVER = (State.CLOSED, State.NOT_TAKEN, State.WITHDRAWN)
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗", "伟芳娜敏静丽强磊军洋"

Rows = defaultdict[type[models.Model], list[Row]]
By = tuple[Agency, Staff]


class Lives:
    """Invents petitions of one city as they stand at ``now``; the same seed draws the same ones (ids and seals differ)."""

    def __init__(self, city: City, now: datetime, seed: int, first: int = 0) -> None:
        self.city, self.now = city, now
        self.places = count(first)
        self.writer = Writer(seed)
        self.dice = random.Random(seed)

    def at(self, instants: Iterable[datetime]) -> Rows:
        """Return all rows of petitions received at those instants."""
        rows: Rows = defaultdict(list)
        for received_at in instants:
            _Life(self, rows, received_at).run()
        return rows

    def number(self, received_on: date) -> str:
        """Return a petition's number as the product makes them, but one that no other place of the run can get.

        Drawn blindly, two of a million would be the same; here the place decides, scattered over all eight digits.
        """
        digits = f"{received_on:%y%m}{next(self.places) * SCATTER % 10**8:08d}"
        return "-".join((digits[:4], digits[4:8], digits[8:12], _check_digit(digits)))

    def after(self, instant: datetime, mean_days: float) -> datetime:
        """Return an instant that lies some time later: exponential waiting, mostly soon and sometimes very late."""
        return instant + timedelta(days=self.dice.expovariate(1 / mean_days))


class _Life:
    """One petition under way: each step that lies in the past at ``now`` is taken, the first in the future ends the way."""

    def __init__(self, lives: Lives, rows: Rows, received_at: datetime) -> None:
        self.lives, self.rows, self.dice, self.city = lives, rows, lives.dice, lives.city
        self.office = self.city.offices.draw(self.dice)
        self.lead = self.city.agencies_of[self.office.id].draw(self.dice)
        self.open: dict[str, Row] = {}
        self.referral: Row | None = None
        self.petition, self.key = self._petition(received_at)

    def _add(self, model: type[models.Model], at: datetime, /, **given: Any) -> Row:
        # As ids are made by the store, but from the seed's dice: a million times sixteen are drawn here.
        row = table(model).row(id=first_id_at(at) | self.dice.getrandbits(RANDOM_BITS), **given)
        self.rows[model].append(row)
        return row

    def _seal(self, model: type[models.Model], row: Row, column: str, text: str) -> None:
        row[column] = self.key.seal(text, model._meta.db_table, column, row["id"])

    def run(self) -> None:
        """Take the steps in order, then leave the petition's row as the last of them left it."""
        lives, petition = self.lives, self.petition
        self._step("file", petition["received_at"], None)
        registered = lives.after(petition["received_at"], 0.7)
        referred = lives.after(registered, 0.8)
        fate = self.dice.random()
        if self._step("register", registered, self._of(self.office, Role.INTAKE_CLERK)):
            handler = self._of(self.office, Role.OFFICE_HANDLER)
            if fate < NOT_TAKEN:
                if self._step("not_take", referred, handler):
                    petition["closed_at"] = referred
            elif fate < NOT_TAKEN + WITHDRAWN:
                if self._step("withdraw", referred, None):
                    petition["closed_at"] = referred
            elif referred <= lives.now:
                self._refer(referred, handler)
                late = fate > 1 - STUCK and (lives.now - petition["received_at"]).days < STUCK_FOR_DAYS
                self._handle(lives.after(referred, 2.5), late)
        self._leave()

    def _handle(self, accepted: datetime, late: bool) -> None:
        agent, approver = self._of(self.lead, Role.AGENCY_HANDLER), self._of(self.lead, Role.APPROVER)
        if not self._step("accept", accepted, agent):
            return
        self.petition.update(accepted_at=accepted, handler_id=agent[1].id)
        self._cancel("objection", accepted)
        waited = self.petition["received_at"] + timedelta(days=self.lives.writer.answer_days())
        answered = max(accepted + timedelta(hours=1), waited)
        drafted = accepted + (answered - accepted) * 0.8
        if late or not self._step("draft_answer", drafted, agent):
            return
        answer = self._draft(drafted, agent)
        if not self._step("approve", answered, approver):
            return
        self._answer(answer, answered, approver)
        closed = answered + timedelta(days=self.dice.uniform(1, 20))
        if self.dice.random() < RATED and self._step("rate", answered + (closed - answered) * 0.5, None):
            self._rate(answer, closed)
        if self._step("close", closed, agent):
            self.petition["closed_at"] = closed
            if self.petition["consents_to_publish"] and self.dice.random() < PUBLISHED:
                self._publish(answer, closed, approver)

    def _petition(self, received_at: datetime) -> tuple[Row, DataKey]:
        lives, dice = self.lives, self.dice
        received_on = office_date(received_at)
        row = self._add(
            Petition,
            received_at,
            number=lives.number(received_on),
            channel=CHANNELS.draw(dice),
            purpose=PURPOSES.draw(dice),
            category_id=self.city.categories.draw(dice).id,
            region_id=self.city.regions.draw(dice).id,
            petitioner_id=self._petitioner(received_at),
            consents_to_publish=dice.random() < 0.5,
            office_id=self.office.id,
            urgent=dice.random() < 0.01,
            received_at=received_at,
            received_on=received_on,
        )
        key = DataKey.fresh(Petition._meta.db_table, row["id"])
        row["data_key"] = key.wrapped
        subject, text = lives.writer.subject(), lives.writer.body()
        if row["purpose"] == Purpose.ACCUSATION:
            row["accused_id"] = self.city.agencies_of[self.office.id].draw(dice).id
            for column, words in (("sealed_subject", subject), ("sealed_text", text)):
                row[column] = key.seal(words, Petition._meta.db_table, column, row["id"])
        else:
            row["subject"], row["text"] = subject, text
        return row, key

    def _petitioner(self, received_at: datetime) -> int:
        dice, name = self.dice, Petitioner._meta.db_table
        row = self._add(Petitioner, received_at, anonymous=dice.random() < 0.1)
        key = DataKey.fresh(name, row["id"])
        row["data_key"] = key.wrapped
        if not row["anonymous"]:
            person = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=2))
            for what, value in (("name", person), ("phone", f"199{dice.randrange(10**8):08d}")):
                row[f"sealed_{what}"] = key.seal(value, name, f"sealed_{what}", row["id"])
                row[f"blind_{what}"] = blind_index(what, value)
        made: int = row["id"]
        return made

    def _of(self, agency: Agency, role: Role) -> By:
        return agency, self.city.holder(agency, role)

    def _step(self, action: str, at: datetime, by: By | None) -> bool:
        """Take one step if it lies in the past, with its entry and its deadlines; tell whether it was taken."""
        if at > self.lives.now:
            return False
        petition, law = self.petition, BY_ACTION[action]
        before = "" if action == "file" else petition["state"]
        petition["state"] = law.end or petition["state"]
        petition["version"] += 1
        entry = self._add(
            Entry,
            at,
            petition_id=petition["id"],
            referral_id=self.referral and self.referral["id"],
            action=action,
            actor_kind="staff" if by else "citizen",
            agency_id=by and by[0].id,
            actor_id=by and by[1].id,
            from_state=str(before),
            to_state=str(petition["state"]),
            happened_at=at,
            recorded_at=at,
            shown_to_petitioner=law.shown_to_petitioner,
        )
        if by and self.dice.random() < NOTED:
            self._seal(Entry, entry, "sealed_note", self.lives.writer.subject())
        for code in law.meets:
            if promise := self.open.pop(code, None):
                promise["met_at"] = at
        if law.end in OVER:
            for code in list(self.open):
                self._cancel(code, at)
        for code in law.starts:
            self._promise(RULES[code], at)
        return True

    def _promise(self, rule: Rule, at: datetime) -> None:
        days = rule.number if rule.unit == Unit.DAYS else rule.number // 5 * 7
        due_on = office_date(at) + timedelta(days=days)
        self.open[rule.code] = self._add(
            Deadline,
            at,
            petition_id=self.petition["id"],
            referral_id=self.referral and self.referral["id"],
            rule=rule.code,
            rule_version=VERSION,
            owed_by_id=self.office.id if rule.owes == Owes.OFFICE else self.lead.id,
            started_at=at,
            due_on=due_on,
            due_at=_end_of(due_on),
        )

    def _cancel(self, code: str, at: datetime) -> None:
        if promise := self.open.pop(code, None):
            promise.update(cancelled_at=at, cancelled_because="over")

    def _refer(self, at: datetime, by: By) -> None:
        self.referral = self._add(
            Referral,
            at,
            petition_id=self.petition["id"],
            agency_id=self.lead.id,
            state=Referral.State.RECEIVED,
            sent_by_id=by[1].id,
            sent_at=at,
            received_at=min(self.lives.now, at + timedelta(hours=4)),
        )
        self.petition["lead_agency_id"] = self.lead.id
        self._step("refer", at, by)

    def _draft(self, at: datetime, by: By) -> Row:
        answer = self._add(
            Answer,
            at,
            petition_id=self.petition["id"],
            agency_id=self.lead.id,
            outcome=OUTCOMES.draw(self.dice),
            drafted_by_id=by[1].id,
            drafted_at=at,
        )
        if self.petition["purpose"] == Purpose.ACCUSATION:
            self._seal(Answer, answer, "sealed_text", self.lives.writer.answer())
        else:
            answer["text"] = self.lives.writer.answer()
        self.petition["answer_id"] = answer["id"]
        return answer

    def _answer(self, answer: Row, at: datetime, by: By) -> None:
        petition, day = self.petition, office_date(at)
        answer.update(state=Answer.State.APPROVED, decided_by_id=by[1].id, decided_at=at)
        petition.update(answered_at=at, answered_on=day, days_to_answer=(day - petition["received_on"]).days)
        if self.referral:
            self.referral.update(state=Referral.State.DONE, ended_at=at)

    def _rate(self, answer: Row, at: datetime) -> None:
        for about, agency in ((Rating.About.OFFICE, self.office), (Rating.About.AGENCY, self.lead)):
            level = LEVELS.draw(self.dice)
            self._add(
                Rating,
                at,
                petition_id=self.petition["id"],
                answer_id=answer["id"],
                about=about,
                agency_id=agency.id,
                level=level,
                satisfied=level != Rating.Level.DISSATISFIED,
                at=at,
            )

    def _publish(self, answer: Row, at: datetime, by: By) -> None:
        petition = self.petition
        if petition["purpose"] == Purpose.ACCUSATION or not self._step("publish", at, by):
            return
        shared = ("subject", "text", "category_id", "region_id", "received_on", "answered_on")
        self._add(
            PublishedAnswer,
            at,
            petition_id=petition["id"],
            slug=f"{self.dice.getrandbits(60):x}",
            answer_text=answer["text"],
            agency_id=self.lead.id,
            published_at=at,
            published_by_id=by[1].id,
            **{name: petition[name] for name in shared},
        )

    def _leave(self) -> None:
        petition = self.petition
        if petition["state"] in TURN:
            relation, role = TURN[petition["state"]]
            turn = self.office if relation == Relation.OFFICE else self.lead
            petition.update(turn_agency_id=turn.id, turn_role=role)
        if first := first_owed((promise["due_at"], promise["rule"]) for promise in self.open.values()):
            petition.update(next_due_at=first[0], next_due_rule=first[1])


@lru_cache(maxsize=4_000)
def _end_of(day: date) -> datetime:
    return end_of(day)
