"""What the papers of these tests say, whatever their kind."""

from yiwang.papers.kinds import Kind, context_of

CODE = "K7M2-9QXD-0F3B-H5TW"
SAID: dict[str, object] = {
    "number": "廊建信〔2026〕12号",
    "date": "2026年11月23日",
    "issuer": "某某市住房和城乡建设局",
    "issuer_telephone": "12343",
    "issuer_address": "某某市明渠路88号",
    "petition_number": "2611-4827-3915-0",
    "petitioner": "钱大妈",
    "subject": "楼道灯不亮",
    "received_on": "2026年9月21日",
    "code": CODE,
    "verify_address": "https://petitions.example.org/verify/",
    "qr": "",
    "channel": "网站",
    "registered_on": "2026年9月22日",
    "due_on": "2026年11月30日",
    "lookup_code": "K7M29QXD",
    "lookup_address": "https://petitions.example.org/lookup/",
    "accepted_on": "2026年10月1日",
    "addressee": "某某市信访局",
    "co_agencies": ["园林局", "交通局"],
    "materials": ["来信.pdf", "照片.jpg"],
    "notice_due": "2026年10月7日",
    "objection_due": "2026年9月29日",
    "report_due": "2026年11月20日",
    "referred_on": "2026年9月23日",
    "reason": "需要委托鉴定机构现场鉴定。\n鉴定约需二十日。",
    "where": "某某市人民法院",
    "re_review_number": "信复〔2026〕3号",
    "review_number": "信复〔2026〕2号",
    "opinion_number": "信意〔2026〕8号",
    "procedure": "民事诉讼程序",
    "legal_basis": "《物业管理条例》第三十五条；《信访工作条例》第三十二条第一款第（一）项。",
    "extended_to": "2026年12月30日",
    "request": "三单元的楼道灯坏了三个月，请派人来修。",
    "findings": "经现场查看，三单元一至六层楼道灯因线路老化不亮，情况属实。\n物业公司已于2026年11月20日更换线路和灯具。",
    "decision": "对您的投诉请求予以支持。",
    "review_body": "某某市人民政府",
    "re_review_body": "某某省人民政府",
    "reply": "您关于增设楼道灯的建议科学合理，我局予以采纳，已列入2027年老旧小区改造计划。",
    "parties": ["钱大妈", "某某物业服务有限公司"],
    "terms": "一、物业公司于2026年12月1日前更换全部楼道灯。\n二、钱大妈不再就此事提出请求。",
    "mediator": "李调解员",
    "held_at": "2026年12月8日9时30分",
    "place": "某某市信访局二楼听证室",
    "chair": "王主任",
    "handling": "已督促物业公司更换线路和灯具，并当面向信访人说明。",
    "result": "予以支持。",
    "served_title": "信访处理意见书",
    "served_number": "廊建信〔2026〕12号",
    "receiver": "钱大妈",
    "address": "某某市春水路1号院三单元402室",
}


def said_by(kind: Kind) -> dict[str, object]:
    """Return the facts of a paper of that kind under both names of each field."""
    return context_of(kind, {field.name: SAID[field.name] for field in kind.fields})
