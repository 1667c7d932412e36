"""Guard-rails: every address has an access rule, and every face asks for petitions through visible_to."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.access.addresses import Address, Values, all_addresses, filled
from tests.given import City

import yiwang
from yiwang.agencies.models import Role
from yiwang.desk.access import ANYBODY
from yiwang.ui.access import PETITIONER, PUBLIC

HOUSE = Path(yiwang.__file__).parent
FACES = ("portal", "desk", "channels", "insight", "watch", "ui", "cli")
ADMIN = "/admin/"
SETS_A_COOKIE = {"/language/setlang/"}
"""Django's own view: it keeps the reader's language in a cookie, and reads nothing."""

MANAGERS = {"objects", "_default_manager", "_base_manager"}
ROWS = {
    "AccusedPerson", "Agreement", "Answer", "Attachment", "Deadline", "Entry", "Extension", "Hearing", "Notice", "Paper",
    "Petition", "Petitioner", "PublishedAnswer", "Rating", "Record", "Referral", "Representative", "Review", "Service", "Suspension",
}  # fmt: skip
"""Models of petitions, and of what hangs on them: a face reads these from a petition that visible_to gave, or not at all."""

REASONS: dict[tuple[str, str], str] = {
    ("desk/work/heads.py", "Petition"): "wraps lists that began at visible_to",
    ("desk/work/mine.py", "Petition"): "none(), where somebody has no turn",
    ("desk/work/mine.py", "Referral"): "own agency's; each is then looked up in visible_to",
    ("desk/work/filters.py", "Petition"): "a filter on top of visible_to",
    ("desk/work/filters.py", "Referral"): "a filter on top of visible_to",
    ("desk/work/dossier.py", "Petition"): "Exists() on a row that visible_to gave",
    ("desk/work/dossier.py", "PublishedAnswer"): "Exists() on a row that visible_to gave",
    ("desk/setup/telling.py", "Notice"): "where Exists(visible_to)",
    ("desk/setup/outbox.py", "Notice"): "tells neither petition nor words, and nothing about accusations",
    ("desk/audit/lines.py", "Record"): "through visible_lines",
    ("desk/audit/tasks.py", "Deadline"): "Exists() on lines that visible_lines gave",
    ("desk/audit/tasks.py", "Entry"): "Exists() on lines that visible_lines gave",
    ("desk/audit/tasks.py", "Referral"): "Exists() on lines that visible_lines gave",
    ("desk/audit/questions.py", "Paper"): "of a petition of which the auditor may read lines",
    ("desk/login/steps.py", "Record"): "one's own refused logins",
    ("desk/papers/pages.py", "Service"): "of papers of a petition that visible_to gave",
    ("desk/intake/entry.py", "Notice"): "of the petition that this clerk has just entered",
    ("portal/reading.py", "PublishedAnswer"): "published for everybody",
    ("portal/similar.py", "PublishedAnswer"): "published for everybody",
    ("portal/own.py", "Rating"): "of the petitioner's own petition",
    ("portal/rating.py", "Rating"): "of the petition that a signed link names",
    ("desk/satisfaction/looks.py", "Rating"): "of a petition that looks_for, which begins at visible_to, gave",
    ("insight/monitoring.py", "Petition"): "by ids that began at visible_to",
    ("insight/public.py", "Petition"): "counts for everybody, accusations left out, few ones not told",
    ("cli/checks.py", "Notice"): "the doctor counts on the machine",
    ("cli/health.py", "Record"): "the doctor and /health/ read the last instant on the machine",
    ("watch/queues.py", "Notice"): "where Exists(petitions that the caller may know of)",
    ("watch/queues.py", "Paper"): "where Exists(petitions that the caller may know of)",
    ("watch/queues.py", "Attachment"): "where Exists(petitions that the caller may know of)",
    ("cli/commands/retention.py", "Petition"): "the office counts on its own machine what is due, and names none",
    ("cli/importing/petitions.py", "Petition"): "an import asks whether it brought a row already",
    ("cli/demo/life.py", "Petition"): "the invented city writes its own",
    ("cli/demo/assessed.py", "Petition"): "the invented city's assessment, computed as its office would",
}
"""Who may name such rows otherwise, and why. Short on purpose."""

AS_THE_PLATFORM: dict[str, str] = {
    "desk/setup/outbox.py": "to leave out what is about accusations",
    "watch/queues.py": "figures of the platform for who runs it, accusations left out",
    "desk/audit/journal.py": "numbers for lines that the auditor may read",
    "desk/audit/lines.py": "numbers for lines that the auditor may read",
    "desk/audit/questions.py": "numbers for lines that the auditor may read",
    "desk/audit/tasks.py": "whether a line that the auditor may read had a task behind it",
    "portal/mine.py": "ids that the petitioner's own signed cookie names",
    "portal/own.py": "number and code were given: the code is what entitles",
    "cli/importing/petitions.py": "imports of history",
}
"""Who may ask as Actor.system(), who sees everything."""


def rule_of(address: Address) -> object:
    if address.route.startswith(ADMIN):
        return "admin"
    return PUBLIC if address.route in SETS_A_COOKIE else address.rule


@pytest.mark.engine_free
def test_every_address_has_an_access_rule() -> None:
    """Given all URL patterns of the house, then each has a rule: roles or anybody at the desk, public or the petitioner's own elsewhere."""
    found = all_addresses()
    assert len(found) > 80
    for address in found:
        rule = rule_of(address)
        if address.route.startswith("/desk/"):
            assert rule == ANYBODY or (isinstance(rule, frozenset) and rule <= set(Role)), address.route
        elif not address.route.startswith(ADMIN):
            assert rule in {PUBLIC, PETITIONER}, address.route


@pytest.mark.engine_free
def test_each_desk_page_opens_to_readers_or_to_administrators_never_both() -> None:
    """Given the desk's rules, then a page for readers is none for administrators, but for the standard answers' texts."""
    administrators = {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR}
    mixed = {
        address.route for address in all_addresses()
        if isinstance(address.rule, frozenset) and address.rule & administrators and address.rule - administrators
    }  # fmt: skip
    assert mixed == {"/desk/setup/answers/", "/desk/setup/answers/add/", "/desk/setup/answers/<int:answer_id>/"}
    several = {
        address.route: address.rule for address in all_addresses()
        if isinstance(address.rule, frozenset) and len(address.rule & administrators) > 1
    }  # fmt: skip
    both = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
    assert several == dict.fromkeys(["/desk/setup/", "/desk/setup/staff/", "/desk/setup/staff/<int:staff_id>/"], both)


def test_the_petitioners_pages_open_to_no_stranger(city: City) -> None:
    """Given a petition, when a browser without its grant asks for each of the petitioner's own pages, then the lookup page."""
    petition = city.bring_review_to("decided")
    values = Values({"number": [petition.number], "attachment_id": ["1"], "paper_id": ["1"], "form": ["pdf"]})
    own = [address for address in all_addresses() if address.rule == PETITIONER]
    assert len(own) > 10
    for address in own:
        for path in filled(address, values):
            answers = [Client().get(path), Client().post(path)]
            assert any(answer.status_code == 303 for answer in answers), path
            for answer in answers:
                assert answer.status_code == 405 or answer.headers["Location"] == "/lookup/", path


def test_the_admin_is_the_system_administrators_alone(city: City) -> None:
    """Given every role, when each page of Django's admin is asked for, then the system administrator alone gets in."""
    paths = [
        path
        for address in all_addresses()
        if address.route.startswith(ADMIN) and "(" not in address.route
        for path in filled(address, Values({"object_id": [str(city.parks.pk)], "content_type_id": ["1"]}))
        if not path.endswith(("/login/", "/logout/", "/jsi18n/"))
    ]
    assert len(paths) > 15
    for role in Role:
        client = Client()
        client.force_login(city.who(city.office, role))
        found = {client.get(path).status_code for path in paths}
        assert found <= ({200, 302, 403, 404} if role == Role.SYSTEM_ADMINISTRATOR else {302, 403}), role
        home = client.get(ADMIN)
        assert home.status_code == (200 if role == Role.SYSTEM_ADMINISTRATOR else 302), role


def uses(tree: ast.AST) -> Iterator[str]:
    """Yield the models whose rows a module asks for: ``X.objects``, ``X._default_manager``, and X given to a shortcut."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and isinstance(node.value, ast.Name):
            yield node.value.id
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("get_"):
            yield from (given.id for given in node.args[:1] if isinstance(given, ast.Name))


def asks_as_the_platform(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "system" and isinstance(node.value, ast.Name) and node.value.id == "Actor"
        for node in ast.walk(tree)
    )  # fmt: skip


@pytest.mark.engine_free
def test_every_face_asks_through_visible_to() -> None:
    """Given the source of every face, then rows of petitions are asked for nowhere but where a reason stands here; none is stale."""
    found, platform = set(), set()
    for face in FACES:
        for file in sorted((HOUSE / face).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            tree, name = ast.parse(file.read_text(encoding="utf-8")), str(file.relative_to(HOUSE))
            found |= {(name, model) for model in uses(tree) if model in ROWS}
            if asks_as_the_platform(tree):
                platform.add(name)
    assert found == set(REASONS)
    assert platform == set(AS_THE_PLATFORM)


@pytest.mark.engine_free
@pytest.mark.parametrize(
    "source", ["Petition.objects.all()", "get_object_or_404(Petition, pk=1)", "Referral._default_manager.get()"]
)
def test_the_guard_sees_it(source: str) -> None:
    """Given a face that asks for rows itself, then the guard names the model."""
    assert set(uses(ast.parse(source))) & ROWS
