"""Chapter 5: supervision and liability (arts. 38 to 47)."""

from scripts.law.chapter3 import LATER
from scripts.law.demand import Demand

LIABILITY = (
    "追责由有权机关依纪依法进行；所指的义务由前面各条承担",
    "Liability is for the competent bodies; the duties behind it stand in the articles above",
)

KINDS, STEPS = "page:supervision/orders/kinds.py", "page:supervision/orders/steps.py"

CHAPTER_5 = (
    Demand(
        "38.2", "联席会议、信访部门督查并反馈", "Inspections by the joint conference and the office",
        ("page:supervision/orders/sources.py", STEPS),
    ),
    Demand("39.3", "约谈、通报、挂牌督办", "Talks, bulletins, listed supervision", (KINDS, "page:supervision/orders/sources.py")),
    Demand(
        "40.1", "发现推诿、敷衍、拖延等及时督办，提出改进工作的建议", "Supervise and advise on shifting, delay and the like",
        ("supervise", KINDS, STEPS),
    ),
    Demand("40.2", "提出完善政策的建议", "Advise on policy", (KINDS,)),
    Demand("40.3", "提出追究责任的建议", "Advise on liability", (KINDS,)),
    Demand("40.4", "书面反馈采纳情况", "Advice is answered in writing", (STEPS,)),
    Demand("41.1", "年度报告", "Yearly report", ("page:performance/reports/sections.py", "page:performance/reports/figures/__init__.py")),
    *(
        Demand(ref, zh, en, reason=LATER)
        for ref, zh, en in (
            ("38.1", "专项督查", "Special inspections"),
            ("38.3", "督查部门将疑难问题列入督查范围", "Difficult matters on the inspectors' list"),
            ("39.1", "每年考核", "Yearly assessment"),
            ("39.2", "表彰和奖励", "Commendation"),
            ("41.2", "向巡视巡察机构提供情况", "Tell the inspection bodies"),
        )
    ),
    *(
        Demand(ref, zh, en, reason=LIABILITY)
        for ref, zh, en in (
            ("42", "导致信访事项发生的责任", "Liability for causing petitions"),
            ("43", "未按规定登记、转送、交办的责任（义务见22.1）", "Liability for not registering or referring (the duty: 22.1)"),
            ("44", "不登记、不受理、逾期不告知的责任（义务见22、23）", "Liability for not taking or telling in time (the duty: 22, 23)"),
            ("45", "拖延、未按期办结的责任（义务见28、34）", "Liability for delay (the duty: 28, 34)"),
            ("46", "态度恶劣、瞒报缓报、打击报复等的责任（义务见18.4、25）", "Liability for rudeness, concealment, retaliation (18.4, 25)"),
        )
    ),
    Demand(
        "46(5)", "将检举、揭发材料透露、转给被检举的人或单位的责任", "Liability for disclosing an accusation to the accused",
        ("check:accused", "page:petitions/visibility.py"),
    ),
    *(
        Demand(ref, zh, en, reason=("由工作人员、公安机关处理，不属于平台", "For staff and the police; not the platform's"))
        for ref, zh, en in (
            ("47.1", "劝阻、批评、教育", "Dissuasion and criticism"),
            ("47.2", "扰序的处置", "Breaches of public order"),
            ("47.3", "诬告陷害的处罚", "False accusation"),
        )
    ),
)  # fmt: skip
