"""The same answer in many matters: exact and near copies, and what is rightly the same."""

from datetime import UTC, datetime, timedelta

import pytest

from yiwang.petitions import actions
from yiwang.petitions.models import Petition, StandardAnswer
from yiwang.supervision.detectors.copying import beside_standard, copied_answer
from yiwang.supervision.models import AnswerPrint, Threshold
from yiwang.supervision.prints import Print, print_of

LONG = (
    "经现场核查，您所在小区的二次供水设备由开发企业自行建设，尚未移交自来水公司管理，水压不足是因为加压泵老化。"
    "我局已要求物业服务企业在本月底前更换加压泵，并会同社区每周检查一次水压，更换期间由消防车每天早晚送水两次。"
)


@pytest.fixture
def three(city):
    """Three matters make a copy, and ten letters are enough to compare."""
    for code, number in (("copied_matters", 3), ("copied_length", 10)):
        Threshold.objects.create(
            code=code, number=number, changed_by=city.who(city.office, "supervisor"), changed_at=datetime.now(UTC)
        )


def answered(city, text, agency=None, **given):
    agency = agency or city.housing
    petition = city.bring_to("accepted", agency, **given)
    actions.DraftAnswer(text=text, outcome="explain").run(city.handler(agency), petition.pk)
    return actions.Approve().run(city.approver(agency), petition.pk)


def look(petitions):
    return {one.petition_id for one in copied_answer([petition.pk for petition in petitions], datetime.now(UTC))}


def test_the_same_text_in_three_matters_is_found_from_the_third_on(city, three):
    petitions = [answered(city, LONG) for _one in range(4)]

    found = list(copied_answer([one.pk for one in petitions], datetime.now(UTC)))

    assert [(one.petition_id, one.about_id, one.agency_id) for one in found] == [
        (one.pk, one.answer_id, city.housing.pk) for one in petitions[2:]
    ]


def test_it_is_found_by_scans_that_look_at_one_petition_each(city, three):
    petitions = [answered(city, LONG) for _one in range(3)]

    assert [len(look([one])) for one in [*petitions, petitions[2]]] == [0, 0, 1, 1]
    assert AnswerPrint.objects.count() == 3
    assert AnswerPrint.objects.filter(first=True).count() == 1


def test_another_day_number_or_greeting_makes_no_other_text(city, three):
    texts = [LONG, "您好！" + LONG.replace("两次", "2次"), LONG + "感谢您的来信。2026年3月2日"]

    assert len(look([answered(city, text) for text in texts])) == 1


def test_other_words_make_another_text(city, three):
    texts = [
        LONG,
        "经查，三号路的路灯因电缆被施工挖断而不亮，施工单位已于昨日接好电缆，路灯全部恢复照明，并已责令其赔偿损失。",
        "您反映的烧烤摊属于登记在册的临时疏导点，经营到晚上十点；执法队每晚十点到场清场，超时经营的三户已经警告。",
    ]

    assert look([answered(city, text) for text in texts]) == set()


def test_formulas_alone_are_no_text_to_compare(city, three):
    text = "您好！您反映的问题已收悉，我们将高度重视，尽快处理。感谢您的监督！"

    assert look([answered(city, text) for _one in range(3)]) == set()
    assert not AnswerPrint.objects.exists()


def test_a_standard_answer_is_no_copy_but_what_stands_beside_it_is(city, three):
    StandardAnswer.objects.create(title="二次供水", text=LONG)
    alone = [answered(city, "您好！" + LONG) for _one in range(3)]
    more = [answered(city, LONG + "您家住在六楼，建议先清洗入户过滤网再看水压。") for _one in range(3)]

    assert look(alone) == set()
    assert look(more) == {more[2].pk}
    assert beside_standard("经核查\n另有一句话", frozenset({"经核查"})) == "另有一句话"


def test_each_agency_is_compared_with_itself(city, three):
    petitions = [answered(city, LONG, agency) for agency in (city.housing, city.parks, city.transport)]

    assert look(petitions) == set()


def test_the_same_matter_rightly_gets_the_same_answer(city, three):
    first = answered(city, LONG)
    others = [answered(city, LONG) for _one in range(2)]
    Petition.objects.filter(pk__in=[one.pk for one in others]).update(repeats=first)

    assert look([first, *others]) == set()


def test_accusations_are_never_compared_and_leave_no_print(city, three):
    petitions = [answered(city, LONG) for _one in range(3)]
    look(petitions)
    Petition.objects.filter(pk=petitions[0].pk).update(purpose="accusation")

    assert look(petitions) == set()
    assert set(AnswerPrint.objects.values_list("petition", flat=True)) == {petitions[1].pk, petitions[2].pk}


def test_what_lies_longer_back_does_not_count_and_its_print_is_forgotten(city, three):
    petitions = [answered(city, LONG) for _one in range(3)]
    look(petitions[:2])
    AnswerPrint.objects.update(at=datetime.now(UTC) - timedelta(days=366))

    assert look(petitions[2:]) == set()
    assert AnswerPrint.objects.count() == 1


def test_prints_are_the_same_for_ever():
    assert print_of("楼道灯已经修好") == print_of("楼道灯，已经修好！12")
    assert print_of("楼道灯已经修好").exact == -4873827253371206287


def test_two_bands_make_a_near_copy_one_does_not():
    one = Print(1, (1, 2, 3, 4))

    assert one.is_near(Print(9, (1, 2, 8, 8)))
    assert not one.is_near(Print(9, (1, 8, 8, 8)))
    assert one.is_near(Print(1, (8, 8, 8, 8)))


def test_a_word_changed_in_a_long_text_leaves_a_near_copy():
    assert print_of(LONG).is_near(print_of(LONG.replace("自来水公司", "供水集团")))
