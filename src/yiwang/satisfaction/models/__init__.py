"""Rows of the petitioners' verdict: second looks, call-backs and what was said in them, samples that are checked."""

from yiwang.satisfaction.models.callbacks import Attempt, Callback, CallDesk, Checked, NoCalls, Said
from yiwang.satisfaction.models.calling import CallRules, OutcomeRule, Script, ScriptLine
from yiwang.satisfaction.models.samples import Sample, SampleItem
from yiwang.satisfaction.models.second_looks import SecondLook

__all__ = [
    "Attempt", "CallDesk", "CallRules", "Callback", "Checked", "NoCalls", "OutcomeRule", "Said", "Sample", "SampleItem",
    "Script", "ScriptLine", "SecondLook",
]  # fmt: skip
