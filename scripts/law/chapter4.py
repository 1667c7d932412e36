"""Chapter 4: how petitions are handled (arts. 27 to 37)."""

from scripts.law.chapter3 import LATER
from scripts.law.demand import Demand

ROUTES = {
    1: ("审判、复议、检察、公安等法律程序", "courts, prosecutors, police and their procedures"),
    2: ("仲裁", "arbitration"),
    3: ("党员申诉、申请复审", "party members' appeals"),
    4: ("行政复议、裁决、确认、许可、处罚等行政程序", "administrative review and other administrative procedures"),
}

CHAPTER_4 = (
    Demand(
        "27", "合理的解决到位、无理的教育到位、困难的帮扶到位、违法的依法处理", "How justified, unjustified, needy and unlawful cases are met",
        reason=("是原则，由29至36的各项承担", "A principle, carried by arts. 29 to 36"),
    ),
    Demand(
        "28.1", "恪尽职守，及时处理，不得推诿、敷衍、拖延", "Handle diligently and in time; no shifting, fobbing off or delay",
        ("hand_over", "note", "warn", "urge", "lapse", "freeze", "unfreeze"),
    ),
    Demand("28.2", "诉讼与信访分离", "Matters of litigation leave the ordinary way", ("lead_out",)),
    Demand(
        "28.3", "有直接利害关系的工作人员回避", "Staff with a direct interest recuse themselves", ("recuse", "check:recused"),
    ),
    Demand(
        "29.1", "建议意见：研究论证，采纳或部分采纳，并回复", "Suggestions: study, adopt wholly or in part, and reply",
        ("accept", "draft_answer", "approve", "limit:reply", "check:no_outcome"),
    ),
    Demand(
        "29.2", "有贡献的给予奖励", "Reward what contributed",
        reason=("奖励不在平台内办理", "Rewards are not given on the platform"),
    ),
    Demand("29.3", "人民建议征集", "Collect the people's suggestions", reason=LATER),
    Demand(
        "30.1", "检举控告由纪检监察机关或有权机关接收、受理、办理、反馈", "Accusations are taken and handled by discipline inspection",
        ("refer", "limit:reply", "check:accusation"),
    ),
    Demand(
        "30.2", "向组织（人事）部门通报反映干部问题的情况", "Tell the personnel department of petitions about cadres",
        reason=(
            "由人以专门渠道通报；平台不自动流转检举控告的内容",
            "Done by people through a channel of its own; the platform passes nothing of an accusation on by itself",
        ),
    ),
    Demand(
        "30.3", "不得将检举、揭发材料及有关情况透露或转给被检举的人或单位",
        "What was said, and by whom, is never disclosed or passed to the accused person or unit",
        ("check:accused", "check:already_referred", "page:petitions/visibility.py"),
    ),
    *(
        Demand(
            f"31({number})", f"申诉求决应当通过{zh}处理的，导入相应程序", f"Appeals that belong to {en} are led there",
            ("lead_out", "check:no_route"),
        )
        for number, (zh, en) in ROUTES.items()
    ),
    Demand(
        "31(5)", "属于查处违法、履行保护职责的，依法履行或者答复", "A statutory duty to investigate or protect is done or answered",
        ("choose_route", "limit:reply", "check:no_basis"),
    ),
    Demand(
        "31(6)", "其余的听取陈述、调查核实、出具信访处理意见书；重大复杂疑难的可以听证",
        "All others: hear the petitioner, investigate, write an Opinion; a hearing where major, complex or difficult",
        ("accept", "request_more", "add_material", "hold_hearing", "draft_answer", "approve"),
    ),
    Demand(
        "32.1", "意见书载明请求、事实和理由、处理意见及依据：支持、解释说明或不支持",
        "An Opinion states request, facts and reasons, and its outcome with the legal basis: supported, explained or not supported",
        ("draft_answer", "send_back", "approve", "check:no_outcome", "check:own_draft"),
    ),
    Demand(
        "32.2", "支持的督促执行；不支持的做好疏导", "See that what was supported is carried out; explain what was not",
        reason=("督促执行属于督查督办，是后续功能", "Supervision of what was decided is later work"),
    ),
    Demand(
        "33", "经双方同意调解，引导自愿和解，制作协议书", "Mediation and settlement with both parties' consent, written down",
        ("settle", "check:no_consent"),
    ),
    Demand(
        "34", "第三十一条第（六）项的事项，受理之日起60日内办结；复杂的经负责人批准延长，不超过30日，并告知理由",
        "Matters of art. 31(6): done within 60 days from acceptance; extended by at most 30 with the head's approval and reasons told",
        (
            "accept", "accept_simply", "convert_to_ordinary", "ask_extension", "extend", "refuse_extension", "close", "limit:handling",
            "limit:simple-decision", "limit:simple-handling", "check:too_long", "check:extended_before",
        ),
    ),
    Demand(
        "35", "收到书面答复30日内请求上一级复查；30日内提出复查意见并书面答复",
        "Review asked for within 30 days from the written answer, at the next higher body; decided in writing within 30 days",
        (
            "deliver", "ask_review", "take_review", "refuse_review", "draft_review", "send_back_review", "decide_review", "remand",
            "record_decision",
            "withdraw_review", "limit:review-request", "limit:review", "check:not_reviewable",
        ),
    ),
    Demand(
        "36.1", "收到复查意见30日内请求复核；30日内提出复核意见",
        "Re-review asked for within 30 days from the review's opinion; decided within 30 days",
        ("deliver_review", "ask_re_review", "record_decision", "limit:re-review-request", "limit:re-review"),
    ),
    Demand(
        "36.2", "复核可以听证，听证时间不计算在内", "A re-review may hold a hearing, whose days do not count",
        ("hold_review_hearing", "limit:re-review"),
    ),
    Demand(
        "36.3", "复核后仍以同一事实和理由提出的，不再受理", "After the re-review the same facts and reasons are not accepted again",
        ("not_take_again", "check:not_final", "check:final"),
    ),
    Demand(
        "37.1", "多元化解矛盾", "Use all means to resolve conflicts",
        reason=("是工作方法；调解、和解见33", "A way of working; for mediation and settlement see 33"),
    ),
    Demand(
        "37.2", "生活困难的，告知或帮助申请救助", "Help the needy to apply for relief",
        reason=("救助由民政、政法部门办理，平台只在答复中告知", "Relief is given elsewhere; an answer can say where"),
    ),
    Demand(
        "37.3", "复查复核终结后做好疏导、帮扶", "Look after petitioners whose case has ended",
        reason=("线下工作，平台不跟踪信访人", "Done by people; the platform does not track petitioners"),
    ),
)  # fmt: skip
