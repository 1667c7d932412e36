"""The matrix 权限矩阵: role × action × standing, each cell answered by the same functions that every page and action asks."""

from dataclasses import dataclass

from scripts.access.ground import APART, STANDINGS, Ground, Standing

from yiwang.agencies.models import Role
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import ALL, Transition
from yiwang.petitions.permissions import entitlement
from yiwang.petitions.visibility import visible_to

SEE = "see"
LETTERS: dict[Role, str] = {
    Role.INTAKE_CLERK: "I", Role.OFFICE_HANDLER: "O", Role.AGENCY_HANDLER: "H", Role.APPROVER: "A", Role.SUPERVISOR: "S",
    Role.LEADER: "L", Role.SYSTEM_ADMINISTRATOR: "1", Role.SECURITY_ADMINISTRATOR: "2", Role.AUDITOR: "3",
}  # fmt: skip
"""How the tables name the roles: one sign each."""
PETITIONER, STRANGER = "petitioner", "other_petitioner"
NOBODY = "-"


@dataclass(frozen=True)
class Matrix:
    """One table: ``cells[action][standing]`` holds the letters of the roles that may, “yes” for a petitioner, “-” for nobody."""

    standings: tuple[str, ...]
    cells: dict[str, dict[str, str]]

    def lines(self) -> list[list[str]]:
        """Return header and rows, as a CSV file has them."""
        rows = [[action, *(cells[one] for one in self.standings)] for action, cells in self.cells.items()]
        return [["action", *self.standings], *rows]


def ordinary(ground: Ground) -> Matrix:
    """Return who may do what with an ordinary petition."""
    return _matrix(ground, STANDINGS)


def accusation(ground: Ground) -> Matrix:
    """Return who may do what with an accusation."""
    return _matrix(ground, APART)


def _matrix(ground: Ground, standings: tuple[Standing, ...]) -> Matrix:
    rows = [row for row in ALL if row.start != ("",)]
    cells: dict[str, dict[str, str]] = {SEE: {}} | {row.action: {} for row in rows}
    for standing in standings:
        asked = frozenset(
            referral.agency_id for referral in ground.petition_of(standing).referrals.all() if referral.is_open
        )
        may: dict[str, str] = dict.fromkeys(cells, "")
        for role, letter in LETTERS.items():
            actor = ground.who(standing, role)
            for action in _allowed(ground, standing, actor, rows, asked):
                may[action] += letter
        for action, letters in may.items():
            cells[action][standing.code] = letters or NOBODY
    for code, own in ((PETITIONER, True), (STRANGER, False)):
        petition = ground.petition_of(standings[0])
        actor = Actor.citizen(petition.pk if own else petition.pk + 1)
        allowed = _allowed(ground, standings[0], actor, rows, frozenset())
        for action in cells:
            cells[action][code] = "yes" if action in allowed else NOBODY
    return Matrix((*(one.code for one in standings), PETITIONER, STRANGER), cells)


def _allowed(
    ground: Ground, standing: Standing, actor: Actor, rows: list[Transition], asked: frozenset[int]
) -> set[str]:
    """Return what somebody may do, as Action.run asks: first whether they see it, then whether the table entitles them."""
    petition = ground.petition_of(standing)
    if not visible_to(actor).filter(pk=petition.pk).exists():
        return set()
    return {SEE} | {row.action for row in rows if entitlement(row, actor, petition, asked)[0]}
