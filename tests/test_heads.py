"""The parts of a head, and the districts that a text names."""

import pytest

from index.heads import Head, find_district, list_districts, read_head, spread_district


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
            Head(None, "老人学会用手机买菜", None, "金水区", "街道快讯", placed=True),
        ),
        (
            ["花园路街道办事处", "老人学会用手机买菜"],
            Head("花园路街道办事处", "老人学会用手机买菜", placed=True),
        ),
        (["金水区", "惠济区"], Head(headline="惠济区", district="金水区", placed=True)),
        ([], Head()),
    ],
)
def test_the_shortest_line_that_is_no_label_is_the_headline(lines: list[str], head: Head) -> None:
    assert read_head(lines) == head


def test_what_is_printed_in_a_head_is_lost_nowhere() -> None:
    lines = ["区街动态", "花园路办事处", "居民楼里办起图书室", "三百册图书供人借阅"]
    head = read_head(lines)
    parts = (head.section, head.district, head.kicker, head.headline, head.subtitle)
    assert " ".join(part for part in parts if part) == " ".join(lines)


def test_a_lone_short_line_is_a_headline_and_no_section() -> None:
    assert read_head(["区街动态"]) == Head(headline="区街动态")
    assert read_head(["花园路办事处", "区街动态"]).section is None


@pytest.mark.parametrize(
    "text",
    [
        "针对区委提出的要求,干部走进小区。",
        "根据区里的安排,各县区、各郊区都要检查。",
        "我区、该区、全区和两区的辖区都在山区。",
        "高新技术产业开发区和自贸试验区的园区",
        "他把市区分为三块,县域经济和区间测速",
        "",
    ],
)
def test_what_only_looks_like_a_district_is_none(text: str) -> None:
    assert list_districts(text) == []
    assert find_district("", text) is None


def test_the_district_of_an_article_is_in_its_head_then_first_in_its_lead_then_alone_in_it() -> None:
    assert find_district("惠济区农民晒丰收", "昨日,金水区来人了。") == "惠济区"
    assert find_district("农民晒丰收", "昨日,金水区和惠济区的农民来了。") == "金水区"
    far = "麦子熟了。" * 50
    assert find_district("农民晒丰收", f"{far}中原区的农民来了。") == "中原区"
    assert find_district("农民晒丰收", f"{far}中原区和二七区的农民来了。") is None


def test_a_page_is_about_a_district_when_it_names_no_other_and_most_items_speak_of_it() -> None:
    own = ["区人社局发放贷款", "我区干部走进楼院", "上街中心路街道扫雪"]
    page = "\n".join(["上街区", *own])
    assert spread_district(["上街区", None, None], own, page) == "上街区"
    assert spread_district([None, None, None], own, page) is None  # an item must say so itself
    assert spread_district(["上街区", None, None], own, f"{page}\n金水区也扫雪") is None
    other = ["天文台发现彗星", "球队赢了", "麦子熟了"]
    assert spread_district(["上街区", None, None, None], [own[0], *other], "\n".join([page, *other])) is None
    assert spread_district(["上街区", None], own[:2], f"{page}\n广西壮族自治区") is None
