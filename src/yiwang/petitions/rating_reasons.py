"""The reasons for dissatisfaction 不满意的原因 that an office begins with: rows, of which what somebody changed is never touched again."""

from django.apps.registry import Apps

FIRST_REASONS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "answer", "答复有问题", "The answer",
        (
            ("off-the-point", "答非所问", "It does not answer what I asked"),
            ("empty", "空话套话", "Empty phrases"),
            ("wrong-facts", "事实没有查清", "The facts are wrong"),
            ("no-basis", "没有讲清法律依据", "No legal basis is given"),
            ("hard-to-read", "看不懂", "I cannot understand it"),
        ),
    ),
    (
        "result", "结果没有落实", "The result",
        (
            ("not-done", "答应的事没有办", "What was promised was not done"),
            ("half-done", "只办了一部分", "Only part of it was done"),
            ("came-back", "问题又出现了", "The problem came back"),
            ("refused", "诉求没有得到支持", "What I asked for was refused"),
        ),
    ),
    (
        "shifting", "推诿", "Being passed around",
        (
            ("passed-around", "在几个单位之间来回转", "Passed from agency to agency"),
            ("told-to-wait", "一直让等", "I was only told to wait"),
            ("no-contact", "没有人联系我", "Nobody got in touch with me"),
        ),
    ),
    (
        "late", "太慢", "Too slow",
        (
            ("overdue", "超过了期限", "It was past the time limit"),
            ("no-progress", "看不到进展", "I could not see any progress"),
        ),
    ),
    (
        "manner", "态度不好", "How I was treated",
        (
            ("impolite", "说话不客气", "People were rude"),
            ("impatient", "不耐烦，不听我说完", "Nobody let me finish"),
            ("pressed", "劝我撤回或者让我打好评", "I was pressed to withdraw or to rate well"),
        ),
    ),
    ("other", "其他", "Something else", ()),
)  # fmt: skip
"""Code, Chinese and English name, and what lies below."""


def enter_first_reasons(apps: Apps) -> None:
    """Enter them where there is no reason yet."""
    reasons = apps.get_model("petitions", "RatingReason")._default_manager
    if reasons.exists():
        return
    for position, (code, name, name_en, below) in enumerate(FIRST_REASONS):
        top = reasons.model(code=code, name=name, name_en=name_en, position=position, depth=0)
        top.path = f"{top.pk}."
        top.save(force_insert=True)
        for place, (own, name_of, english) in enumerate(below):
            row = reasons.model(
                code=f"{code}-{own}", name=name_of, name_en=english, position=place, depth=1, parent_id=top.pk
            )
            row.path = f"{top.path}{row.pk}."
            row.save(force_insert=True)
