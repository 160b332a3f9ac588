"""Blocks: which title lines are heads and which are text, and what stands above and below a paragraph."""

import pytest
from hypothesis import given

from index.blocks import Block, read_blocks
from index.lines import read_lines
from tests.newsprint import noise

BODY = "摊主凑钱请电工换上了节能灯泡,又在巷口挂起一排红灯笼,食客渐渐多了起来。"
CUT = "种粮大户马保田抓起一把麦粒搓了搓,籽粒饱满,他估摸亩产能过千斤,比去年的收"


def blocks_of(*lines: str) -> list[Block]:
    return read_blocks(read_lines("\n\n".join(lines)))[0]


def texts(blocks: list[Block]) -> list[tuple[list[str], str]]:
    return [([line.text for line in block.titles], block.line.text) for block in blocks]


@given(noise)
def test_every_line_has_one_place(text: str) -> None:
    lines = read_lines(text)
    blocks, furniture = read_blocks(lines)
    placed = [block.line.start for block in blocks] + [line.start for line in furniture]
    for block in blocks:
        for part in (block.titles, block.bylines, block.leading, block.signoffs):
            placed += [line.start for line in part]
    assert sorted(placed) == [line.start for line in lines]
    assert [block.line.start for block in blocks] == sorted(block.line.start for block in blocks)


def test_what_stands_around_a_paragraph_is_its_own() -> None:
    (block,) = blocks_of("麦收时节", "麦收时节农机昼夜不停", "本报记者 王影", BODY, "(通讯员 李娟)")
    assert texts([block]) == [(["麦收时节", "麦收时节农机昼夜不停"], BODY)]
    assert [line.text for line in block.bylines] == ["本报记者 王影"]
    assert [line.text for line in block.signoffs] == ["(通讯员 李娟)"]


def test_a_credit_above_the_titles_leads_them() -> None:
    one, other = blocks_of(BODY, "通讯员 李娟", "麦收时节农机昼夜不停", "本报记者 王影", BODY)
    assert (one.bylines, one.leading) == ([], [])
    assert [line.text for line in other.leading] == ["通讯员 李娟"]
    assert [line.text for line in other.bylines] == ["本报记者 王影"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("统计显示,今年", "年前八个月全市进出口总额同比增长百分之十二,其中纺织品占了六成。"),
        ("四十二户摊主一共凑了九千六百元,请", "元,请电工换上节能灯泡,又在巷口挂起一排红灯笼。"),
        ("一部分运到苗圃当作肥土", ",一部分烧成透水砖铺在岸边的步道上,全部工程要在汛期之前结束。"),
        ("图书馆昨日起延长开放时", "间,借还书的窗口也照常开放,末班公交也推迟了半个小时。"),
    ],
)
def test_the_short_beginning_of_a_paragraph_is_no_head(above: str, below: str) -> None:
    assert texts(blocks_of(BODY, above, below)) == [([], BODY), ([], above), ([], below)]


def test_a_short_line_that_ends_a_broken_sentence_is_no_head() -> None:
    assert texts(blocks_of(CUT, "成多了两成", BODY))[1] == ([], "成多了两成")


def test_a_head_below_a_broken_sentence_is_a_head() -> None:
    assert texts(blocks_of(CUT, "流感疫苗开始接种", BODY))[1] == (["流感疫苗开始接种"], BODY)


def test_a_head_with_a_comma_at_the_top_of_a_page_is_a_head() -> None:
    assert texts(blocks_of("西瓜熟了，瓜农笑了", BODY)) == [(["西瓜熟了，瓜农笑了"], BODY)]


def test_a_head_may_stand_above_a_brief() -> None:
    item = "●9月21日,区公安局在党建活动室举办主题演讲活动。"
    blocks = blocks_of("社区工作简讯", item, item)
    assert [(block.kind, len(block.titles)) for block in blocks] == [("brief", 1), ("brief", 0)]


def test_a_caption_takes_a_head_only_where_no_text_follows() -> None:
    caption = "公园里的菊花开了。本报记者 张三 摄"
    assert texts(blocks_of("秋意正浓", caption)) == [(["秋意正浓"], caption)]
    assert texts(blocks_of("麦收时节农机昼夜不停", caption, BODY)) == [
        ([], caption),
        (["麦收时节农机昼夜不停"], BODY),
    ]


def test_many_titles_in_a_row_are_a_list() -> None:
    names = [f"第{number}中学" for number in range(9)]
    assert texts(blocks_of(*names, BODY)) == [*(([], name) for name in names), ([], BODY)]
    assert texts(blocks_of(*names[:4], BODY)) == [(names[:4], BODY)]


def test_below_a_list_the_line_above_a_credit_is_a_head() -> None:
    names = [f"第{number}中学" for number in range(30)]
    blocks = blocks_of(*names, "流感疫苗开始接种", "本报记者 王影", BODY)
    assert texts(blocks) == [*(([], name) for name in names), (["流感疫苗开始接种"], BODY)]


def test_lines_at_the_end_of_a_page_with_no_text_below_are_kept() -> None:
    assert texts(blocks_of(BODY, "麦收时节", "农机昼夜不停")) == [
        ([], BODY),
        ([], "麦收时节"),
        ([], "农机昼夜不停"),
    ]
    assert [len(block.signoffs) for block in blocks_of(BODY, "记者 王影", "通讯员 李娟")] == [2]
    assert texts(blocks_of("记者 王影", "通讯员 李娟")) == [([], "记者 王影"), ([], "通讯员 李娟")]
