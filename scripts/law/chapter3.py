"""Chapter 3: how petitions are brought and received (arts. 17 to 26)."""

from scripts.law.demand import Demand

ON_PERSONS = (
    "约束人的行为，平台没有可做的判断",
    "It binds how people behave; there is nothing for the platform to decide",
)
LATER = ("属于后续功能，尚未实现", "Belongs to later work; not built yet")

CHAPTER_3 = (
    Demand(
        "17.1", "网络、书信、电话、传真、走访等形式都可以提出，机关应当处理",
        "A matter may be brought by network, letter, telephone, fax, visit and other forms, and is to be dealt with",
        ("file", "file_directly"),
    ),
    Demand(
        "17.2", "信访人的定义", "Who is a petitioner",
        reason=("只是定义，没有义务", "A definition; no duty"),
    ),
    Demand(
        "18.1", "公布渠道、地址、电话、接待时间地点、查询方式、有关法规和处理程序",
        "Publish channels, address, telephone, place and times of reception, how to look up progress, the law and the procedure",
        ("publish", "recall", "page:portal/pages.py"),
    ),
    Demand(
        "18.2", "领导干部阅信、接访、下访、包案", "Leaders read letters, receive visitors, go down, and answer for cases",
        reason=LATER,
    ),
    Demand(
        "18.3", "市、县联合接访", "Joint reception in cities and counties",
        reason=("是机关的组织工作，不是信访件的办理环节", "Organisation of the authorities; no step of a petition"),
    ),
    Demand(
        "18.4", "不得打击报复信访人", "No retaliation against petitioners",
        reason=(
            "约束人的行为；平台所能做的是密封身份、逐次记录查看（见30.3）",
            "It binds how people behave; what the platform can do is to seal who petitioned and to log each look (see 30.3)",
        ),
    ),
    Demand(
        "19.1", "一般书面提出，写明姓名、住址、请求、事实、理由；口头提出的如实记录",
        "Normally written, with name, address, request, facts and reasons; an oral one is recorded faithfully",
        ("file", "add_material", "withdraw", "check:no_text", "check:not_read_back"),
    ),
    Demand(
        "19.2", "信访人对材料真实性负责", "Petitioners answer for the truth of what they hand in",
        reason=("约束信访人，不由平台判断真伪", "It binds the petitioner; the platform does not judge truth"),
    ),
    Demand(
        "19.3", "已受理或正在办理的，上级机关不受理同一事项",
        "While a matter is accepted or being handled, the superior body does not accept the same matter",
        ("not_take_running", "check:not_running"),
    ),
    Demand(
        "20.1", "走访到有权处理的本级或上一级机关的接待场所", "Visits go to the competent body or the one above it",
        reason=("约束信访人；平台如实登记来访，不因此拒收", "It binds the petitioner; a visit elsewhere is registered, not refused"),
    ),
    Demand(
        "20.2", "走访反映诉讼权利救济事项，向政法部门提出", "Visits about judicial remedies go to the political-legal bodies",
        ("lead_out",),
    ),
    Demand(
        "20.3", "多人走访推选代表，不超过5人", "A joint visit sends at most five representatives",
        ("file", "check:too_many_representatives"),
    ),
    Demand(
        "20.4", "落实属地责任，把问题解决在当地", "Solve matters where they arise",
        reason=("是原则；转给下级单位由22.1承担", "A principle; referral to those below is in 22.1"),
    ),
    Demand(
        "21.1", "加强信访信息化，互联互通", "Information systems that exchange with each other",
        reason=("建设要求；与其他系统的接口属于后续功能", "About building systems; interfaces to others are later work"),
    ),
    Demand(
        "21.2", "及时录入系统，使信访在网上流转，方便查询、评价",
        "Enter all petitions in the system promptly; let petitioners look up and rate",
        ("file", "rate", "stand_by", "reopen", "check:rated"),
    ),
    Demand(
        "22.1", "登记，15日内转送、交办；重大紧急的报请本级党委政府；交办的按期反馈并提交办结报告",
        "Register, and within 15 days refer or assign; report what is urgent upward; an assignment has a day for its closing report",
        (
            "register", "correct", "merge", "part", "split", "not_take", "refer", "ask_more_agencies", "co_report", "report_upward",
            "limit:refer", "check:no_report_day",
        ),
    ),
    Demand(
        "22.2", "涉法涉诉信件转政法部门，走访的引导其向政法部门反映；检举控告转纪检监察机关",
        "Letters about litigation go to the political-legal body, visitors are guided there; accusations go to discipline inspection",
        ("lead_out", "refer", "check:accusation"),
    ),
    Demand(
        "23.1", "其他机关直接收到的要登记：属于本单位的告知接收情况、途径、程序；属于下级的转送、交办并告知去向；不属于的告知向何处提出",
        "An agency that receives a matter directly registers it, and tells its petitioner of receipt and path; of where it was passed on; "
        "or of where it belongs",
        ("file_directly", "pass_on", "redirect", "not_take", "check:no_where"),
    ),
    Demand(
        "23.2", "能当场告知的当场书面告知，否则15日内书面告知；姓名、住址不清的除外",
        "Tell in writing on the spot, else within 15 days, unless name or address is unclear",
        ("file_directly", "accept", "redirect", "limit:notice", "exempt:notice"),
    ),
    Demand(
        "23.3", "转送、交办的，15日内书面告知接收情况、途径、程序；不属于本单位的5个工作日内提出异议并详述理由，经核实同意后交还材料",
        "Referred matters: tell in writing within 15 days; object within 5 working days with detailed reasons; the papers go back "
        "once the referrer has checked and agreed",
        (
            "receive", "accept", "accept_simply", "object", "uphold_objection", "reject_objection", "limit:notice",
            "limit:objection", "check:too_late",
        ),
    ),
    Demand(
        "23.4", "政法部门、纪检监察机关的告知按有关规定执行", "Political-legal bodies and discipline inspection tell by rules of their own",
        ("refer", "exempt:notice"),
    ),
    Demand(
        "24.1", "涉及两个以上机关的协商受理；有争议的由共同的上一级决定；没有的由联席会议协调",
        "Several agencies agree who takes it; in dispute the common superior decides; without one the joint conference settles it",
        ("co_report", "raise_dispute", "settle_dispute", "check:not_superior", "check:named_in_dispute"),
    ),
    Demand(
        "24.2", "机关分立、合并、撤销的，由继续行使职权的机关受理",
        "When agencies are divided, merged or abolished, their successor takes the matter",
        ("refer", "settle_dispute", "check:inactive_agency"),
    ),
    Demand(
        "25.1", "重大、紧急事项及时报告本级党委政府，采取措施", "Report major and urgent matters at once, and act",
        ("mark_urgent", "report_upward"),
    ),
    Demand(
        "25.2", "信访部门向上一级信访部门和国家信访局报告", "The office reports to the office above and to the national one",
        ("report_upward",),
    ),
    Demand(
        "26", "信访人不得有的行为", "What petitioners must not do",
        reason=(
            "约束信访人；平台不评价、不标记、不追踪信访人",
            "It binds the petitioner; the platform neither scores, marks nor tracks those who petition",
        ),
    ),
)  # fmt: skip
