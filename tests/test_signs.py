"""Signs: what two paragraphs of a page say for their belonging together, as numbers."""

import pytest

from index.blocks import read_blocks
from index.lines import read_lines
from index.seams import load_seams
from index.signs import (
    BEGINNING,
    PAIR,
    Facts,
    list_candidates,
    measure_beginning,
    measure_pair,
)
from index.stitch import topic_encoder
from index.text import fold
from tests.newsprint import STORIES

BODY = "摊主凑钱请电工换上了节能灯泡,又在巷口挂起一排红灯笼,食客渐渐多了起来。"
CUT = "今年79岁高龄的婆婆患有老年痴呆症,吃饭穿衣全靠刘琴英照料,十几年前工厂倒闭,刘琴"


def facts_of(*lines: str) -> Facts:
    page = "\n\n".join(lines)
    blocks, _ = read_blocks(read_lines(page))
    return Facts(blocks, fold(page), load_seams(), topic_encoder())


def pair(facts: Facts, i: int, j: int) -> dict[str, float]:
    return dict(zip(PAIR, measure_pair(facts, i, j)[0], strict=True))


def beginning(facts: Facts, j: int) -> dict[str, float]:
    return dict(zip(BEGINNING, measure_beginning(facts, j), strict=True))


def test_a_name_of_the_page_over_a_seam_is_seen_whichever_half_stands_first() -> None:
    facts = facts_of("英与丈夫双双下岗,日子过得紧巴巴,可她从来没有埋怨过。", BODY, CUT)
    told = pair(facts, 2, 0)
    assert told["page3"]
    assert told["open"]
    assert told["back"]
    assert not told["near"]
    assert not pair(facts, 2, 1)["page3"]


def test_a_name_is_seen_on_a_page_too_long_for_a_list() -> None:
    far = "".join(chr(0x4E00 + n * 31 % 5000) for n in range(150_000)) + "。"
    assert facts_of(far, CUT).nearby is None
    assert pair(facts_of(CUT, "英与丈夫双双下岗,日子过得紧巴巴。", far), 0, 1)["page3"]


@pytest.mark.parametrize(
    ("before", "after", "repeated", "sign"),
    [
        (CUT, "刘琴英与丈夫双双下岗,日子过得紧巴巴。", 2, "repeat2"),
        (CUT, "英与丈夫双双下岗,日子过得紧巴巴。", 0, None),
        (BODY, "起来。大家都很高兴,又来了许多人。", 0, None),  # where nothing is cut nothing is repeated
    ],
)
def test_what_a_seam_repeats_is_a_sign(before: str, after: str, repeated: int, sign: str | None) -> None:
    facts = facts_of(before, after)
    told, count = measure_pair(facts, 0, 1)
    assert count == repeated
    named = dict(zip(PAIR, told, strict=True))
    assert [name for name in ("repeat1", "repeat2") if named[name]] == ([sign] if sign else [])


def test_a_quotation_wants_its_end() -> None:
    said = "他在门口停下来,回头望了望院子里的老槐树,说:“等明年春天槐花开了的时候,我们再"
    facts = facts_of(said, "来这里看花。”说完就走了,头也没有回。", BODY)
    assert pair(facts, 0, 1)["quote"]
    assert not pair(facts, 0, 2)["quote"]
    assert pair(facts, 0, 2)["no_quote"]


@pytest.mark.parametrize(
    ("one", "two", "follows"),
    [
        ("第九条　河道主管部门每年检查河道。", "第十条　本规定自发布之日起施行。", True),
        ("(十)河道主管部门每年检查河道;", "(十一)本规定自发布之日起施行。", True),
        ("一是率先垂范,领导干部先去检查河道。", "二是压实责任,各街道分段包干河道。", True),
        ("第九条　河道主管部门每年检查河道。", "第十二条　本规定自发布之日起施行。", False),
        ("第九条　河道主管部门每年检查河道。", "(十)本规定自发布之日起施行。", False),
    ],
)
def test_the_next_number_of_a_list_is_a_sign(one: str, two: str, follows: bool) -> None:
    assert bool(pair(facts_of(one, two), 0, 1)["next_number"]) is follows


def test_paragraphs_on_one_topic_are_nearer_than_others() -> None:
    elevator, harvest = STORIES[0].paragraphs, STORIES[1].paragraphs
    facts = facts_of(elevator[1], elevator[2], harvest[0], harvest[1])
    assert pair(facts, 0, 1)["topic"] > pair(facts, 1, 2)["topic"]
    assert pair(facts, 2, 3)["topic"] > pair(facts, 0, 3)["topic"]


def test_a_head_and_a_credit_are_signs_of_a_beginning() -> None:
    facts = facts_of("灯亮了", "夜市摊主凑钱修好路灯", "本报记者 王影", BODY, "通讯员 李娟", "麦收时节", BODY)
    one, other = beginning(facts, 0), beginning(facts, 1)
    assert (one["first"], one["titles2"], one["credited"], one["byline_first"]) == (1, 1, 1, 0)
    assert (other["first"], other["titles2"], other["credited"], other["byline_first"]) == (0, 0, 0, 1)


def test_what_says_itself_that_it_begins_runs_on_from_nothing() -> None:
    facts = facts_of(
        CUT, "本报讯(记者 王影)公园的菊花开了。", "●9月21日,区公安局举办演讲活动,共有三百人参加。"
    )
    assert list_candidates(facts, 1) == []
    assert list_candidates(facts, 2) == []


def test_a_beginning_has_few_candidates_however_much_is_broken() -> None:
    facts = facts_of(*[f"工人们第{n}次来到河边修护栏,他们说今年雨水多,要早作准备,领到" for n in range(200)])
    assert all(len(list_candidates(facts, j)) <= 10 for j in range(200))
    assert all(j not in list_candidates(facts, j) for j in range(200))
