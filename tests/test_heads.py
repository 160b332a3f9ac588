"""The parts of a head, and the districts that a text names."""

import pytest

from index.heads import Head, list_districts, read_head


def test_districts_are_named_as_printed_and_areas_are_none() -> None:
    assert list_districts("金水区和管城区的社区,惠济区。") == ["金水区", "管城区", "惠济区"]
    assert list_districts("产业集聚区建设,全区党员,困扰区域,居民小区,2020年全区机关") == []


@pytest.mark.parametrize(
    ("lines", "head"),
    [
        (["一家小店开张"], Head(headline="一家小店开张")),
        (
            ["为了明天更美好 为了城市更清洁", "城南三千人上街扫雪"],
            Head("为了明天更美好 为了城市更清洁", "城南三千人上街扫雪"),
        ),
        (
            ["城南三千人上街扫雪", "市长昨日到各街道看望参加扫雪的居民和学生"],
            Head(headline="城南三千人上街扫雪", subtitle="市长昨日到各街道看望参加扫雪的居民和学生"),
        ),
        (
            ["街道快讯", "金水区", "老人学会用手机买菜"],
            Head("街道快讯", "老人学会用手机买菜", None, "金水区"),
        ),
        (["花园路街道办事处", "老人学会用手机买菜"], Head("花园路街道办事处", "老人学会用手机买菜")),
        (["金水区", "惠济区"], Head(headline="惠济区", district="金水区")),
        ([], Head()),
    ],
)
def test_the_shortest_line_that_is_no_label_is_the_headline(lines: list[str], head: Head) -> None:
    assert read_head(lines) == head


def test_what_is_printed_in_a_head_is_lost_nowhere() -> None:
    lines = ["区街动态", "花园路办事处", "居民楼里办起图书室", "三百册图书供人借阅"]
    head = read_head(lines)
    assert " ".join(part for part in (head.kicker, head.headline, head.subtitle) if part) == " ".join(lines)
