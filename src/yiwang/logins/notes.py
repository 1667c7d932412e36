"""Lines of the behaviour log about logins: who, what, and a code of the reason; never a name that was typed."""

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.journal.models import Record


def note(
    act: str, staff: Staff | int | None, reason: str = "", *, refused: bool = False, by: Staff | None = None
) -> None:
    """Write one line about somebody's login. ``by``: the administrator who did it; else it was the person."""
    about = staff.pk if isinstance(staff, Staff) else staff
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=by.pk if by else about, subject_kind="staff", subject_id=about, reason=reason,
                result=Record.Result.REFUSED if refused else Record.Result.DONE,
            )
        ]
    )  # fmt: skip


def note_by_command(act: str, staff: Staff, reason: str = "") -> None:
    """Write one line about what was done to somebody's login from the command line."""
    log.write([log.line(act, actor_kind="system", subject_kind="staff", subject_id=staff.pk, reason=reason)])
