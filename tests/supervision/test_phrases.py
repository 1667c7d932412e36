"""Empty phrases: what says nothing, what says something however short, and that the places can be shown. All texts are invented."""

import json
from pathlib import Path

import pytest
from django.utils import translation

import yiwang
from yiwang.supervision.phrases.reading import Piece, Place, pieces, read
from yiwang.supervision.phrases.rules import RulesRefused, read_rules, the_rules

DEMO = Path(yiwang.__file__).parent / "cli" / "demo" / "petitions"
SUBJECT = "三单元楼道灯不亮"
TEXT = "和平里小区三单元的楼道灯坏了三个月，老人夜里不敢下楼，请派人来修。"

EMPTY = [
    ("您反映的问题已收悉，我们将高度重视，尽快处理。", ("promise",)),
    ("您好！您反映的楼道灯问题已收悉，感谢您的监督。", ("formulas",)),
    ("张先生：您好！来信收悉。感谢您对我们工作的理解和支持，祝您生活愉快！", ("formulas",)),
    ("您好，您反映的问题已转住建局核实、办理。", ("passed_on",)),
    ("您好！您的留言已收悉，已转有关部门调查处理，如有情况将及时反馈，谢谢！", ("passed_on", "promise")),
    ("您的意见很好，我局将进一步加强管理，切实做好相关工作，努力提高服务水平。", ("promise",)),
    ("我局高度重视，正在积极协调处理中，请您耐心等待。", ("promise",)),
    ("请您直接向物业公司咨询，电话：0316-5550000。", ("elsewhere",)),
    ("您好，您反映的问题不属于我局职责范围，感谢来信。", ("not_ours",)),
    ("因您没有留下联系方式，我们无法核实，请提供具体地址和联系电话。", ("asks_more",)),
    ("您好，您反映的问题已经答复过，请查看。", ("answered_before",)),
    ("三单元楼道灯不亮？您反映的问题已收悉。", ("repeats",)),
    ("2026年3月2日", ("formulas",)),
    ("……！！！", ("blank",)),
    ("今后凡到我处办事须先取号，再到二楼窗口排队等候叫号。", ("no_shared_word",)),
]

SOMETHING = [
    "已修好。",
    "不能安装。",
    "属实，已责令整改。",
    "经查，三单元楼道灯的线路老化，我局已更换新线，三月二日恢复照明。",
    "我们将在5个工作日内派电工上门更换楼道灯。",
    "楼道灯由物业公司负责维护，我局已督促其更换，尚未完成，预计月底前修好。",
    "根据《物业管理条例》第五十二条，楼道照明由物业服务人负责维修养护。",
    "该问题不属于我局职责，请您向供电公司反映。",
    "目前没有这方面的补贴政策。",
    "楼道灯是声控的，需要大声才会亮。",
]


@pytest.mark.parametrize(("answer", "reasons"), EMPTY)
def test_an_answer_that_says_nothing_is_told_with_its_reasons(answer, reasons):
    assert read(answer, SUBJECT, TEXT).reasons == reasons


@pytest.mark.parametrize("answer", SOMETHING)
def test_an_answer_that_says_something_is_none(answer):
    reading = read(answer, SUBJECT, TEXT)

    assert (reading.reasons, reading.empty) == ((), False)


def test_the_places_are_those_of_the_text():
    answer = "您好！您反映的问题已收悉，我局已转物业公司处理。"

    reading = read(answer, SUBJECT, TEXT)

    assert reading.places == (Place(0, 12, "frame"), Place(13, 23, "passed_on"))
    assert [answer[place.start : place.end] for place in reading.places] == [
        "您好！您反映的问题已收悉",
        "我局已转物业公司处理",
    ]
    assert (reading.substance, reading.length) == (0, 21)


def test_an_answer_is_shown_cut_at_its_places_and_whole():
    answer = "您好！经查，三单元的灯坏了。感谢您的来信。"

    cut = pieces(answer, read(answer, SUBJECT, TEXT, whole=True))

    assert cut == [
        Piece("您好！经查", "frame"), Piece("，三单元的灯坏了。", ""), Piece("感谢您的来信", "frame"), Piece("。", ""),
    ]  # fmt: skip
    assert "".join(piece.text for piece in cut) == answer


def test_who_asks_where_to_turn_is_answered_by_being_told():
    answer = "请您向市供电公司客服中心咨询。"

    assert read(answer, "楼道灯不亮", TEXT).reasons == ("elsewhere",)
    assert read(answer, "楼道灯不亮该找哪个部门", TEXT).reasons == ()


def test_an_answer_behind_a_link_is_not_judged_one_without_it_is():
    assert read("您反映的问题已经答复，链接：https://example.org/answer/12", SUBJECT, TEXT).reasons == ()
    assert read("您反映的问题已经答复，链接：", SUBJECT, TEXT).reasons == ("answered_before",)


def test_long_praise_with_a_grain_of_substance_says_nothing():
    praise = "我局高度重视群众反映的问题，迅速组织相关人员认真研究，切实加强管理，努力提高服务水平。" * 5

    assert read(f"{praise}楼道那边有点事情还不清楚。", SUBJECT, TEXT).reasons == ("long",)


def test_width_of_letters_and_signs_makes_no_difference():
    plain, wide = "您好!已转住建局核实,办理.", "您好！已转住建局核实，办理．"

    assert read(plain, SUBJECT, TEXT).reasons == read(wide, SUBJECT, TEXT).reasons == ("passed_on",)


def test_reading_the_whole_gives_all_that_is_said_and_the_same_judgement():
    answer = "您好！经查灯坏了。" + "我局已换好三盏灯，并加装了声控开关。" * 20

    assert read(answer).reasons == read(answer, whole=True).reasons == ()
    assert len(read(answer, whole=True).said) > len(read(answer).said)


def test_every_reason_has_words():
    rules = the_rules()
    told = {"passed_on", "promise", "elsewhere", "not_ours", "asks_more", "answered_before", "repeats"}

    assert told | {"blank", "formulas", "no_shared_word", "long"} == set(rules.labels)
    assert set(rules.english) == {*rules.labels, "frame"}
    with translation.override("en"):
        assert rules.words("passed_on") == "Says only that it was passed on to others, with no result"
    assert rules.words("passed_on") == "只说已经转给别的单位，没有结果"


def test_none_of_the_demos_answers_is_taken_for_an_empty_phrase_but_the_one_that_is():
    empty = []
    for path in sorted(DEMO.glob("*.json")):
        for story in json.loads(path.read_text(encoding="utf-8")):
            drafts = [step["text"] for step in story["way"] if step["step"] == "draft_answer"]
            empty += [story["key"] for text in drafts if read(text, story["subject"], story["text"]).empty]

    assert empty == ["city-12"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("most_substance = 8", "most_substance = -1"), "whole numbers"),
        (("leftover = 3 ", "left_over = 3 "), "whole numbers"),
        (('code = "frame"\npatterns = [', 'code = "frame"\npatterns = [ "{nobody}",'), "[words] does not have"),
        (('code = "frame"\npatterns = [', 'code = "frame"\npatterns = [ "(",'), "is none"),
        (("[thresholds]", "[thresholds"), "cannot be read"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_is_refused(tmp_path, change, why):
    from yiwang.supervision.phrases.rules import FILE

    text = FILE.read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "rules.toml"
    path.write_text(text.replace(*change), encoding="utf-8")

    with pytest.raises(RulesRefused) as refused:
        read_rules(path)

    assert why in str(refused.value)
