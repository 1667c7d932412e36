"""What the program's own text tells: which tests prove an article, which refusals there are, and what each action tells and to whom."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PETITIONS = ROOT / "src" / "yiwang" / "petitions"


@dataclass(frozen=True)
class Proof:
    """A test that proves an article: where it stands, and what it says that it shows."""

    path: str
    name: str
    says: str


def proofs(folder: Path = ROOT / "tests") -> dict[str, list[Proof]]:
    """Return the tests that name what they prove by ``@pytest.mark.article``, by the reference."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.article" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                proof = Proof(
                    str(path.relative_to(folder.parent)), node.name, (ast.get_docstring(node) or "").split("\n")[0]
                )
                for ref in _marked(node):
                    found[ref].append(proof)
    return found


def _marked(function: ast.FunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.article":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def refusals() -> set[str]:
    """Return the codes with which something is refused."""
    found = set()
    for path in PETITIONS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = (
                {"Refused": 0, "refuse_empty": 1}.get(ast.unparse(node.func)) if isinstance(node, ast.Call) else None
            )
            if place is not None and isinstance(node, ast.Call) and len(node.args) > place:
                found |= {one.value for one in [node.args[place]] if isinstance(one, ast.Constant)}
    return found


@cache
def told() -> dict[str, list[str]]:
    """Return the kinds of notice that each action may owe, found along the functions that it calls."""
    kinds: dict[str, set[str]] = defaultdict(set)
    calls: dict[str, set[str]] = defaultdict(set)
    actions = {"file": "File", "file_directly": "File"}
    for path in sorted((PETITIONS / "actions").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                actions |= dict.fromkeys(_code(node), node.name)
                calls[node.name] |= {ast.unparse(base) for base in node.bases if _applies_as_its_base(node)}
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
                    if isinstance(call.func, ast.Attribute) and call.func.attr == "tell" and call.args:
                        kinds[node.name] |= {
                            one.value
                            for one in ast.walk(call.args[0])
                            if isinstance(one, ast.Constant) and isinstance(one.value, str)
                        }
                    elif isinstance(call.func, ast.Name):
                        calls[node.name].add(call.func.id)
    return {code: sorted(_reached(name, kinds, calls)) for code, name in actions.items()}


def _code(action: ast.ClassDef) -> list[str]:
    return [
        line.value.value
        for line in action.body
        if isinstance(line, ast.AnnAssign)
        and ast.unparse(line.target) == "code"
        and isinstance(line.value, ast.Constant)
    ]


def _applies_as_its_base(action: ast.ClassDef) -> bool:
    """Tell whether the base's apply is run: inherited, or called by the action's own."""
    own = next((one for one in action.body if isinstance(one, ast.FunctionDef) and one.name == "apply"), None)
    return own is None or any(ast.unparse(one) == "super().apply" for one in ast.walk(own))


def _reached(name: str, kinds: dict[str, set[str]], calls: dict[str, set[str]]) -> set[str]:
    seen, ahead = set(), [name]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += calls.get(one, set())
    return {kind for one in seen for kind in kinds.get(one, set())}
