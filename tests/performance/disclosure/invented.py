"""A small disclosure of an invented bureau, in which everything agrees: tests change one thing at a time."""

from collections.abc import Iterator

TEXT = """云澜市信访局2024年部门预算信息公开情况说明
一、部门职责及机构设置情况
办理人民群众来信，接待群众来访。
二、部门预算安排的总体情况
1、收入说明
2024年预算收入1,200.50万元，其中：一般公共预算收入1,000.50万元，政府性基金预算收入０万元，上年结转200万元。
2、支出说明
2024年支出预算1200.50万元，其中基本支出500.50万元，包括人员经费400.00万元和日常公用经费100.50万元；项目支出700万元。
3、比上年增减情况
2024年预算收支安排1200.50万元，较2023年预算减少10.00万元，其中：基本支出增加5.00万元；项目支出减少15.00万元。
三、机关运行经费安排情况
2024年，我局机关运行经费共计安排1,005,000元。
四、“三公”经费预算情况及增减变化原因
“三公”经费预算安排12.00万元。其中，因公出国（境）费2.00万元；公务用车购置及运维费9.00万元（其中：公务用车购置费4.00万元，公务用车运维费5.00万元）；公务接待费1.00万元。
五、绩效预算信息
绩效指标：2024年受理信访事项不少于9000件。
部门整体绩效指标
"""
DEPARTMENT = (
    ("一级指标", "二级指标", "三级指标", "评分规则", "指标描述", "符号", "值", "单位", "指标值确定依据"),
    ("产出", "数量", "受理信访事项数量", "完成目标得满分", "反映受理信访事项的数量", "≥", "9000", "件", "历史数据"),
    ("", "时效", "受理及时率", "完成目标得满分", "反映受理用时", "≥", "95", "%", "历史数据"),
)
PROJECT_HEAD = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
PROJECTS = (
    ("1.热线平台运行经费绩效目标表", "产出指标", "成本指标", "控制总成本", "按合同支付", "≤450.00万元", "合同"),
    ("2.值班经费绩效目标表", "产出指标", "成本指标", "控制总成本", "差旅费", "≤250万元", "预算"),
)
PROCUREMENT = "六、政府采购预算情况\n2024年，我部门安排政府采购预算30.00万元。\n部门政府采购预算\n"
LINES = (
    ("项目名称", "预算资金", "采购物品名称", "采购目录序号", "计量单位", "数量", "单价", "合计", "一般公共预算拨款"),
    ("合计", "", "", "", "", "", "", "30.00", "30.00"),
    ("热线平台运行经费", "450.00", "服务器", "A020101", "台", "2", "10.00", "20.00", "20.00"),
    ("热线平台运行经费", "450.00", "呼叫中心服务", "C0209", "项", "1", "10.00", "10.00", "10.00"),
)
ASSETS = "七、国有资产信息\n上年末固定资产金额为300.00万元，拟购置固定资产总额为20.00万元。\n固定资产占用情况\n"
ASSET_LINES = (
    ("项目", "数量", "价值（万元）"), ("资产总额", "——", "300.00"), ("1、房屋（平方米）", "800", "180.00"),
    ("2、车辆（台、辆）", "3", "60.00"), ("3、其他固定资产", "", "60.00"),
)  # fmt: skip

Rows = tuple[tuple[str, ...], ...]


def parts() -> Iterator[str | Rows]:
    """Yield running text and tables in their order."""
    yield TEXT
    yield DEPARTMENT
    for title, *row in PROJECTS:
        yield title
        yield (PROJECT_HEAD, tuple(row))
    yield PROCUREMENT
    yield LINES
    yield ASSETS
    yield ASSET_LINES


def as_text() -> str:
    """Return it as a word processor saves text: a tab begins a cell, an empty line ends a row."""
    written = []
    for part in parts():
        if isinstance(part, str):
            written.append(part if part.endswith("\n") else f"{part}\n")
        else:
            written.append("".join("".join(f"\t{cell}\n" for cell in row) + "\n" for row in part))
    return "".join(written)


def as_html() -> str:
    """Return it as a web page."""
    written = []
    for part in parts():
        if isinstance(part, str):
            written.extend(f"<p>{line}</p>" for line in part.splitlines())
        else:
            rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in part)
            written.append(f"<table>{rows}</table>")
    return f"<html><body>{''.join(written)}</body></html>"
