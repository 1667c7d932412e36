"""What must agree: each rule holds in the invented disclosure, and is broken by one change; the real one, figure by figure."""

from pathlib import Path

import pytest
from tests.performance.disclosure.invented import as_text

from yiwang.performance.disclosure import Disclosure, Relation, check, open_file, read
from yiwang.performance.disclosure.checking import relations
from yiwang.performance.disclosure.opening import blocks_of

pytestmark = pytest.mark.engine_free

SEED = Path(__file__).resolve().parents[4] / "shared" / "seed" / "000_68a7180d7970e77a.txt"
needs_seed = pytest.mark.skipif(not SEED.is_file(), reason="no ../shared/seed beside the repository")


def understood(text: str) -> Disclosure:
    return read(blocks_of(text.encode()))


def findings(text: str) -> list[tuple[str, str | None]]:
    return [(found.rule, found.difference) for found in check(understood(text))]


def test_nothing_is_found_where_everything_agrees() -> None:
    assert findings(as_text()) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("上年结转200万元", "上年结转201万元", [("income_is_the_sum_of_its_sources", "-1.00")]),
        ("人员经费400.00", "人员经费399.00", [("basic_is_personnel_and_public", "1.00")]),
        ("基本支出增加5.00", "基本支出增加5.50", [("change_is_the_sum_of_its_parts", "-0.50")]),
        ("1,005,000元", "1,005,001元", [("running_cost_is_public_spending", "1.00")]),
        ("公务接待费1.00", "公务接待费1.10", [("three_public_is_the_sum_of_its_parts", "-0.10")]),
        ("公务用车运维费5.00", "公务用车运维费4.00", [("vehicles_are_purchase_and_upkeep", "1.00")]),
        ("≤250万元", "≤240万元", [("projects_cost_what_is_spent_on_them", "10.00")]),
        ("≤250万元", "250万元", [("a_cost_without_operator", None)]),
        ("\t2\n\t10.00\n\t20.00", "\t3\n\t10.00\n\t20.00", [("amount_is_quantity_times_price", "-10.00")]),
        ("政府采购预算30.00", "政府采购预算31.00", [("procurement_in_text_and_table", "1.00")]),
        ("资产总额为20.00", "资产总额为21.00", [("planned_assets_are_among_the_purchases", "1.00")]),
        ("\t180.00", "\t170.00", [("assets_are_the_sum_of_their_kinds", "10.00")]),
        ("不少于9000件", "不少于9500件", [("text_against_indicators", "500")]),
        ("\t≥\n\t95\n", "\t≥\n\t100\n", [("a_rate_of_at_least_all", None)]),
    ],
)
def test_each_change_is_found(old: str, new: str, expected: list[tuple[str, str | None]]) -> None:
    """Given one figure changed, then the rule that it breaks is named, with the difference in the printed unit, and no other."""
    assert as_text().count(old) == 1
    assert findings(as_text().replace(old, new)) == expected


def test_a_negative_budget_is_found() -> None:
    assert ("no_negative_budget", None) in findings(as_text().replace("公务接待费1.00", "公务接待费-1.00"))


@needs_seed
def test_what_is_found_in_the_real_one() -> None:
    """Given the bureau's own disclosure, then exactly what its arithmetic and its indicators contradict is found."""
    found = check(read(open_file(SEED)))
    counted = [(one.rule, one.difference) for one in found if one.severity == "error"]
    assert counted == [
        ("running_cost_against_project_of_that_name", "49.44"),
        ("projects_cost_what_is_spent_on_them", "53.00"),
        ("vehicles_in_assets_and_projects", "1"),
    ]
    warned = sorted((one.rule, one.figures[0].label) for one in found if one.severity == "warning")
    assert warned == [
        ("a_cost_without_operator", "三级视频接访平台运行维护经费 控制总成本"),
        ("a_cost_without_operator", "市群众工作中心外线消防水池工程质保金 控制总成本"),
        ("a_cost_without_operator", "市联合接访中心保洁、保安等专项经费 控制总成本"),
        ("a_cost_without_operator", "市联合接访中心办公用房租赁经费 控制总成本"),
        ("a_cost_without_operator", "机关业务经费 控制总成本"),
        ("a_fall_of_at_most", "信访值班工作经费 到非接待场所上访总量人次下降率"),
        ("a_fall_of_at_most", "越级上访、到非接待场所上访总量人次同比2019年下降率"),
        ("a_rate_of_at_least_all", "信访呼叫中心服务平台运行维护经费 群众问题答复率"),
        ("equal_without_a_word_on_more", "信访呼叫中心服务平台系统更新"),
        ("name_and_unit_differ", "信访呼叫中心服务平台运行维护经费 每名市县党政领导干部每年接访次"),
        ("one_promise_of_satisfaction", "信访事项处理群众满意度"),
        ("the_lower_end_is_unclear", "上级主管部门对信访工作的满意度"),
        ("the_lower_end_is_unclear", "信访事项处理群众满意度"),
    ]


@needs_seed
def test_the_real_one_is_read_whole() -> None:
    """Given the bureau's own disclosure, then its 11 and 62 indicators, nine projects and eight purchases are there, and all is understood."""
    found = read(open_file(SEED))
    assert (found.department, found.year) == ("廊坊市信访局", 2021)
    assert [len(project.indicators) for project in found.projects] == [7, 7, 6, 7, 8, 8, 6, 6, 7]
    assert (len(found.indicators), len(found.purchases), len(found.assets)) == (11, 8, 6)
    assert found.unread == []


@needs_seed
def test_every_changed_figure_is_found() -> None:
    """Given each figure that takes part in a relation, when its last digit is changed, then what is found changes."""
    source = SEED.read_text(encoding="utf-8")
    every = relations(understood(source))
    before = [found.as_json() for found in every if not found.holds]
    figures = {(one.place.line, one.place.column): one.printed for relation in every for one in relation.figures}
    assert len(figures) == 117
    lines = source.split("\n")
    unseen = []
    for (line, column), printed in figures.items():
        written = lines[line - 1]
        assert written[column - 1 :].startswith(printed)
        changed = list(lines)
        other = printed[:-1] + str((int(printed[-1]) + 1) % 10)
        changed[line - 1] = written[: column - 1] + other + written[column - 1 + len(printed) :]
        if _said(check(understood("\n".join(changed)))) == before:
            unseen.append((printed, line))
    assert unseen == []


def _said(found: list[Relation]) -> list[dict[str, object]]:
    return [one.as_json() for one in found]
