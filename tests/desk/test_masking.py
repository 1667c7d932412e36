"""What is proposed to be masked before an answer is published, on invented sentences."""

import pytest

from yiwang.desk.work.masking import Proposal, masked_for_all, proposals
from yiwang.people.models import Petitioner

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("感谢王建国先生和欧阳明月女士。", "感谢王某先生和欧阳某女士。"),
        ("王先生来过，王某某先生也来过。", "王先生来过，王某某先生也来过。"),
        ("我叫赵小红，住在河边。", "我叫赵某，住在河边。"),
        ("联系人：孙国庆。", "联系人：孙某。"),
        ("电话19912345678或0571-88886666。", "电话***或***。"),
        ("手机：１９９１２３４５６７８。", "手机：***。"),
        ("微信号abc_12345，邮箱a.b@example.org。", "微信号***，邮箱***。"),
        ("证件33010119900101123X，卡号6222021234567890123。", "证件***，卡号***。"),
        ("护照E12345678。", "护照***。"),
        ("车牌浙A12345和浙A·D12345。", "车牌***和***。"),
        ("幸福小区3号楼2单元501室漏水。", "幸福小区***漏水。"),
        ("三单元的楼道灯坏了三个月。", "三单元的楼道灯坏了三个月。"),
        ("住文一路25号，隔壁是柳溪村十二号。", "住文一路***，隔壁是柳溪村***。"),
        ("门牌是3-2-501，旁边1203室。", "门牌是***，旁边***。"),
        ("2026年11月23日，3号线晚点20分钟，罚款200元。", "2026年11月23日，3号线晚点20分钟，罚款200元。"),
        ("请拨打12345热线。", "请拨打12345热线。"),
        ("", ""),
    ],
)
def test_what_is_proposed(written: str, published: str) -> None:
    """Given a sentence, then names keep their surname, numbers and doors are masked, and what names nobody stays."""
    assert masked_for_all(written, []) == published


def test_the_petitioners_own_are_masked_exactly() -> None:
    """Given a petitioner whose name and address no rule knows, then they are masked all the same, wherever they stand."""
    person = Petitioner()
    person.set_identity(name="呼延灼", address="老桥头第二家", phone="88-99-77")
    assert masked_for_all("呼延灼住老桥头第二家，打88-99-77找呼延灼。", [person]) == "呼某住***，打***找呼某。"


def test_each_replacement_is_told_once() -> None:
    """Given words that two rules know, then one proposal covers them, with what stands there and what would."""
    assert proposals("打电话19912345678", []) == [Proposal(3, 14, "19912345678", "***")]
