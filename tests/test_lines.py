"""Lines: their exact places, what each looks like by itself, and which were wrapped."""

import pytest
from hypothesis import given

from index.lines import credit_of, ends_sentence, is_cut, numbers_clause, paragraph_end, read_lines
from tests.newsprint import LINE_ENDS, noise

KINDS = [
    ("社区帮讨薪 民工送锦旗", "title"),
    ("“老妈妈”今年20岁", "title"),
    ("本报记者 王影 通讯员 申宝玲", "byline"),
    ("記者 王影", "byline"),
    ("(通讯员 李娟)", "signoff"),
    ("（記者 王影 李明）", "signoff"),
    ("本报讯(记者 王影)昨日,公园里的菊花开了。", "dateline"),
    ("新华社北京3月5日电(记者 李明)会议今日开幕。", "dateline"),
    ("【本报讯】昨日,公园里的菊花开了。", "dateline"),
    ("昨日,公园里的菊花开了。本报记者 张三 摄", "caption"),
    ("●近日,区人社局完成了年度晋升工资工作,共有四千人。", "brief"),
    ("A03 2016年10月25日 星期二", "imprint"),
    ("责任编辑 王影 校对 李明", "imprint"),
    ("第七条　本规定自发布之日起施行", "body"),
    ("(六)任何人不得向河道倾倒污水", "body"),
    ("昨日,公园里的菊花全部盛开。", "body"),
    ("他说:“快", "body"),
    ("，大家都很高兴", "body"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_a_line_is_told_by_its_looks(text: str, kind: str) -> None:
    (line,) = read_lines(text)
    assert (line.text, line.kind) == (text, kind)


@given(noise)
def test_the_lines_are_the_page_without_its_blanks(text: str) -> None:
    lines = read_lines(text)
    for line in lines:
        assert line.text == "".join(text[part.start : part.end] for part in line.parts)
        assert (line.start, line.end) == (line.parts[0].start, line.parts[-1].end)
    parts = [part for line in lines for part in line.parts]
    assert parts == sorted(parts)
    kept = "".join(text[part.start : part.end] for part in parts)
    bare = "".join(text.split())
    assert "".join(kept.split()).replace("#", "") == bare.replace("#", "")


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_a_gap_counts_the_line_ends_above(line_end: str) -> None:
    lines = read_lines(f"公园的菊花开了。{line_end}麦子熟了。{line_end * 3}球队赢了。")
    assert [line.gap for line in lines] == [0, 1, 3]


def test_a_mark_of_markdown_is_no_part_of_its_line() -> None:
    first, second, third = read_lines("## 麦子熟了\n\n#麦子#熟了\n\n# \n")
    assert (first.text, first.kind, first.hashes, first.start) == ("麦子熟了", "title", 2, 3)
    assert (second.text, second.hashes) == ("#麦子#熟了", 0)
    assert (third.text, third.hashes) == ("#", 0)


TOLD = "从本月起市图书馆把闭馆时间推迟到晚上十点，借还书的窗口也照常开放，公交公司把末班车也推迟了半个小时。"


def wrap(text: str, width: int, indent: str = "") -> str:
    text = indent + text
    return "\n".join(text[n : n + width] for n in range(0, len(text), width))


@pytest.mark.parametrize("indent", ["", "　　"])
@pytest.mark.parametrize("width", [12, 15, 20])
def test_lines_that_fill_a_column_are_one_paragraph(width: int, indent: str) -> None:
    page = f"{wrap(TOLD, width, indent)}\n{wrap(TOLD, width, indent)}\n"
    lines = read_lines(page)
    assert [line.text for line in lines] == [TOLD, TOLD]
    assert all(len(line.parts) > 2 for line in lines)


def test_a_poem_or_a_list_was_not_wrapped() -> None:
    poem = "白日依山尽\n黄河入海流\n欲穷千里目\n更上一层楼"
    assert [line.text for line in read_lines(poem)] == poem.split("\n")
    said = "\n".join(["图书馆昨夜又坐满了人。", "门将伤愈之后又登场了。", "麦收时节农机昼夜不停。"] * 3)
    assert [line.text for line in read_lines(said)] == said.split("\n")


def test_a_bracket_that_is_open_over_a_line_end_is_one_line() -> None:
    (line,) = read_lines("(2020年2月26日会议审议批准\n2020年3月9日办公厅发布)")
    assert line.text == "(2020年2月26日会议审议批准2020年3月9日办公厅发布)"
    assert [line.text for line in read_lines("(一\n\n二)")] == ["(一", "二)"]


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("□记者 李明 文/图", "记者 李明 文/图"),
        ("本报讯(记者 王影 通讯员 李明)好。", "记者 王影 通讯员 李明"),
        ("本報訊（記者 王影）好。", "記者 王影"),
        ("菊花开了。本报记者 张三 摄", "本报记者 张三 摄"),
        ("●近日,区人社局完成了年度晋升工资工作。(通讯员 郑凯)", "通讯员 郑凯"),
        ("昨日,记者在现场看到菊花开了。", None),
    ],
)
def test_a_credit_is_as_printed(text: str, credit: str | None) -> None:
    (line,) = read_lines(text)
    assert credit_of(line) == credit


@pytest.mark.parametrize("text", ["他走了。", "他走了!”", "好……", "如下:", "好？」", "完。(完)。", "An end."])
def test_a_sentence_ends_with_its_marks(text: str) -> None:
    assert ends_sentence(text)


def test_a_table_of_numbers_is_no_wrapped_paragraph() -> None:
    rows = ["自来水抢修 12345678", "燃气公司抢修 87654321", "供电局服务 87650095598"]
    assert [line.text for line in read_lines("\n".join(rows))] == rows


@pytest.mark.parametrize("text", ["一共3.", "A.", "他说,"])
def test_what_may_number_an_item_ends_no_sentence(text: str) -> None:
    assert not ends_sentence(text)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("工人们昨日在河边修理护栏,他们说今年的雨水很多,需要早作准备,这几天从清晨开始一直忙到傍晚才能", True),
        ("工人们昨日在河边修理护栏,他们都很高兴。", False),
        ("工人们昨日在河边修理护栏,他们都很高兴(通讯员 李娟)", False),
        ("(2020年2月26日会议通过)", False),
        ("夜市摊主凑钱修好路灯", False),
    ],
)
def test_a_line_that_breaks_off_is_cut(text: str, cut: bool) -> None:
    (line,) = read_lines(text)
    assert is_cut(line) is cut


def test_clauses_are_numbered() -> None:
    assert all(map(numbers_clause, ["第七条 好", "（六）好", "(十二)好", "第二十三章 好"]))
    assert not any(map(numbers_clause, ["第七中学招生", "六月的雨", "(好)"]))


def test_a_paragraph_ends_behind_one_line_end() -> None:
    text = "好。 \r\n\r\n他"
    assert paragraph_end(text, 2) == 5
    assert paragraph_end("好。", 2) == 2
