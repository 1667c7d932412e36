"""Whatever stands in an answer, reading it ends, soon, with places that lie in the text and a judgement that can be repeated."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from yiwang.supervision.phrases.reading import MOST_PLACES, read

pytestmark = pytest.mark.engine_free

WORDS = """
您好 您反映的 问题 已收悉 我局 高度重视 将会 将 会 进一步 努力 努力 加强 管理 已 已经 转 转交 相关部门 调查 核实 处理 于 按 于于于
感谢 谢谢 请 咨询 拨打 电话 无法 提供 没有 不属于 职责 范围 ， 。 、 ： ？ ！ 《 》 “ ” 灯 修好 属实 a Zz 3 2026年3月2日 https://example.org/x 😀
"""
PIECES = (*WORDS.split(), "\n\t \0\u3000")
odd_text = some.one_of(
    some.text(max_size=400),
    some.lists(some.sampled_from(PIECES), max_size=120).map("".join),
    some.tuples(some.sampled_from(PIECES), some.integers(0, 3000)).map(lambda pair: pair[0] * pair[1]),
)


@settings(max_examples=150)
@given(odd_text, odd_text)
def test_any_text_is_read(answer, matter):
    began = time.process_time()
    reading = read(answer, matter)

    assert time.process_time() - began < 2
    assert len(reading.places) <= MOST_PLACES
    assert all(0 <= place.start < place.end <= len(answer) for place in reading.places)
    assert 0 <= reading.substance <= reading.length
    assert read(answer, matter) == reading
    whole = read(answer, matter, whole=True)
    assert (whole.reasons, whole.length) == (reading.reasons, reading.length)


@settings(max_examples=60)
@given(some.text(alphabet=",.;:!?，。；：！？、…—-*/()（）《》 \n\t0123456789", max_size=200))
def test_signs_and_digits_alone_say_nothing(answer):
    assert read(answer, "楼道灯", "楼道灯坏了三个月").reasons == ("blank",)


@settings(max_examples=60)
@given(
    some.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=60, max_size=300).filter(
        lambda text: len(text.replace(" ", "")) > 40
    )
)
def test_an_answer_in_another_script_is_not_judged(answer):
    assert read(answer, "楼道灯", "楼道灯坏了三个月").reasons == ()


@pytest.mark.parametrize(
    "piece",
    [
        "您好",
        "努力",
        "将会",
        "已于",
        "进一步加强管理，",
        "已转有关部门调查处理。",
        "我局高度重视群众反映的问题，",
        "灯坏了。",
        "请",
        "\n",
        "a",
        "。",
    ],
)
def test_a_hundred_kilobytes_are_read_at_once(piece):
    answer = piece * (100_000 // len(piece.encode()) + 1)
    began = time.process_time()

    read(answer, "楼道灯", "楼道灯坏了三个月")
    read(answer, "楼道灯", "楼道灯坏了三个月", whole=True)

    assert time.process_time() - began < 5


def test_a_thousand_answers_are_read_in_a_second():
    frame = "您好！您反映的第{}号小区停水问题已收悉，现回复如下：经现场核查，水泵的电机烧毁，我局已于{}日换上新电机，水压恢复。"
    empty = "您好！您的留言已收悉，关于您反映的问题，已转第{}号街道和水务部门调查处理，如有情况将在第{}次例会后及时反馈，谢谢！"
    answers = [
        (frame if one % 2 else empty).format(one, one) + "感谢您对我们工作的理解和支持！" * 10 for one in range(1000)
    ]
    began = time.process_time()

    for answer in answers:
        read(answer, "小区停水", "我们小区停水三天了，老人小孩没有水用，请尽快恢复供水。")

    assert time.process_time() - began < 1
