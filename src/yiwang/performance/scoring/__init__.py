"""Scoring rules as data: what part of an indicator's weight a value earns. One small form for every rule that assessments know.

A rule is a mapping (kept as JSON), checked by :func:`rule_of`, which raises :class:`Invalid` with the place and the reason. It
reads back as one Chinese sentence, tells how it came to a score, and computes with exact fractions: the same value always
gives the same points, to the digit. Nothing is evaluated as a program.

====================  ====================================================================================================
``full``              all where the value meets the target, nothing otherwise 达标得满分
``linear``            nothing at the floor, all at the target, in proportion between them 线性
``steps``             a table of marks, each with its part of the weight 分档
``deduct``            all at the target, so many per cent less for each unit short of it 每差…扣…
``parts``             several yes/no halves, each with its part 分项
``bands``             a word of judgement with a range of parts, within which somebody sets the score 定性
====================  ====================================================================================================
"""

from yiwang.performance.scoring.judged import Bands, Judgement, Parts
from yiwang.performance.scoring.numbers import Deduct, Full, Linear, Steps
from yiwang.performance.scoring.rule import Invalid, Rule, Scored, points_of, shown
from yiwang.performance.scoring.table import FORMS, rule_of, score

__all__ = [
    "FORMS",
    "Bands",
    "Deduct",
    "Full",
    "Invalid",
    "Judgement",
    "Linear",
    "Parts",
    "Rule",
    "Scored",
    "Steps",
    "points_of",
    "rule_of",
    "score",
    "shown",
]
