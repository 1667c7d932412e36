"""Everything that can be done with a petition. Faces, imports and tests run these objects and nothing else."""

from yiwang.petitions.actions.action import Action, NotFound, Refused, note_refusal
from yiwang.petitions.actions.clock import Lapse, Warn, warn_due
from yiwang.petitions.actions.ending import (
    Close,
    Deliver,
    Publish,
    Rate,
    Recall,
    Reopen,
    Withdraw,
    close_delivered,
    note_deliveries,
)
from yiwang.petitions.actions.filing import File, Identity, intake_key
from yiwang.petitions.actions.handling import (
    Accept,
    AddMaterial,
    Approve,
    DraftAnswer,
    HandOver,
    Note,
    RequestMore,
    SendBack,
)
from yiwang.petitions.actions.referring import (
    AskMoreAgencies,
    CoReport,
    Object,
    PassOn,
    Receive,
    Refer,
    RejectObjection,
    UpholdObjection,
)
from yiwang.petitions.actions.registering import Correct, MarkUrgent, Merge, NotTake, Register

ACTIONS: dict[str, type[Action]] = {
    action.code: action
    for action in (
        Accept, AddMaterial, Approve, AskMoreAgencies, Close, CoReport, Correct, Deliver, DraftAnswer, HandOver, Lapse, MarkUrgent,
        Merge, Note, NotTake, Object, PassOn, Publish, Rate, Recall, Receive, Refer, Register, RejectObjection, Reopen,
        RequestMore, SendBack, UpholdObjection, Warn, Withdraw,
    )
}  # fmt: skip
"""Every action on an existing petition by its code; filing is :class:`File`."""

__all__ = [
    "ACTIONS",
    "Accept",
    "Action",
    "AddMaterial",
    "Approve",
    "AskMoreAgencies",
    "Close",
    "CoReport",
    "Correct",
    "Deliver",
    "DraftAnswer",
    "File",
    "HandOver",
    "Identity",
    "Lapse",
    "MarkUrgent",
    "Merge",
    "NotFound",
    "NotTake",
    "Note",
    "Object",
    "PassOn",
    "Publish",
    "Rate",
    "Recall",
    "Receive",
    "Refer",
    "Refused",
    "Register",
    "RejectObjection",
    "Reopen",
    "RequestMore",
    "SendBack",
    "UpholdObjection",
    "Warn",
    "Withdraw",
    "close_delivered",
    "intake_key",
    "note_deliveries",
    "note_refusal",
    "warn_due",
]
