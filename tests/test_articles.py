"""articles: what the five seeds hold, and what must be true of any page."""

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from index.articles import split_articles
from index.pages import read_page
from index.records import Article, Page
from tests.newsprint import LINE_ENDS, marked, noise, page_of, printed_pages

SEEDS = {
    "000_d33047c3f0f66389.txt": ("aaf1a2843a1ce8f4a444ea6de7c45278921d6bddc6e24792ba3041b4cfa9a914", 10),
    "001_200823f155d71e7b.txt": ("da269ae886b1fe2d822d6eff65d0ceff5d1bc8574b29411d3b6148d2ccd91700", 14),
    "002_74aca58e8a622d88.txt": ("587314de383b9dd637bd1b7d9b25ed613892ef3aea419ada3aa0eabf8675461b", 12),
    "003_daa5b69f8cc55723.txt": ("84fd2a7f1bbb2f0a5cc40239f26221c4ae20cf729a31b7e6eede9ffa9f9f39cf", 3),
    "004_321f4b53f0283e20.txt": ("ee9a0257942ff7a1d31f5764d1352008a7bf2cd519ea71be07c7967789d41052", 13),
}
HEADS = [  # page, headline, byline, district
    (0, "二七区探索建立容错机制", "记者 刘伟平 通讯员 王振", "二七区"),
    (0, "“老妈妈”今年20岁", "本报记者 党贺喜 通讯员 孟艳蕊", "金水区"),
    (0, "“健康小帮手”装配社区", "记者 李月琳 通讯员 赵爱军 文/图", "惠济区"),
    (1, "社区帮讨薪 民工送锦旗", "本报记者 王影 通讯员 申宝玲", "金水区"),
    (1, "20名青年接受免费培训", "记者 杨学栋", "中原区"),
    (1, "民事纠纷调解效率高", "记者 安群英 通讯员 胡麟 张媛媛", None),
    (2, "区人社局 多措并举推动创贷工作再上新台阶", "通讯员 李娟", None),
    (2, "团区委 组织开展“河小青”护河志愿服务", "通讯员 董莹", "上街区"),
    (3, "迎宾路办事处重拳出击应对雾霾天气", "记者 简洋 通讯员 张格格 范春玲", None),
    (4, "“网”住焚烧秸秆陋习", "本报记者 贺党喜 通讯员 宋建庆", "金水区"),
]


def read_seed(seeds: Path, number: int) -> Page:
    page = read_page(seeds / list(SEEDS)[number], list(SEEDS)[number])
    assert isinstance(page, Page)
    return page


def split(text: str) -> list[Article]:
    return split_articles(page_of(text))


def assert_exact(articles: list[Article], text: str) -> None:
    """What must hold for any page: texts are the page's, and no character belongs to two articles."""
    spans = sorted(span for article in articles for span in article.spans)
    assert all(len(span) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for article in articles:
        assert article.text == "".join(text[span.start : span.end] for span in article.spans)
        assert article.text.strip()
        assert list(article.spans) == sorted(article.spans)
        for part in (article.headline, article.byline, article.district):
            assert part is None or part in text


# ---- the seeds ----


def test_the_seeds_are_as_they_were_given(seeds) -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in seeds.iterdir()} == {
        name: digest for name, (digest, _) in SEEDS.items()
    }


@pytest.mark.parametrize("number", range(5))
def test_every_seed_falls_into_its_articles(seeds, number: int) -> None:
    page = read_seed(seeds, number)
    articles = split_articles(page)
    assert len(articles) == list(SEEDS.values())[number][1]
    assert_exact(articles, page.text)


@pytest.mark.parametrize(("number", "headline", "byline", "district"), HEADS)
def test_a_head_of_the_seeds_comes_with_its_byline_and_district(
    seeds, number: int, headline: str, byline: str, district: str | None
) -> None:
    (article,) = [a for a in split_articles(read_seed(seeds, number)) if a.headline == headline]
    assert (article.byline, article.district, article.kind) == (byline, district, "news")


def test_a_head_of_several_lines_has_a_kicker(seeds) -> None:
    article = split_articles(read_seed(seeds, 0))[0]
    assert article.kicker == "给改革创新者撑腰 激励干部担当有为"
    assert article.title == "给改革创新者撑腰 激励干部担当有为 二七区探索建立容错机制"


def test_the_kinds_of_the_seeds(seeds) -> None:
    kinds = [[article.kind for article in split_articles(read_seed(seeds, n))] for n in range(5)]
    assert [kind.count("caption") for kind in kinds] == [2, 1, 0, 0, 3]
    assert [kind.count("brief") for kind in kinds] == [0, 0, 4, 0, 0]
    assert [kind.count("document") for kind in kinds] == [0, 0, 1, 0, 0]


def test_no_article_of_the_seeds_holds_another_ones_beginning(seeds) -> None:
    for number in range(5):
        for article in split_articles(read_seed(seeds, number)):
            assert len(re.findall(r"本报讯\(", article.text)) <= 1
            assert not re.search(r".[^\n]本报讯\(", article.text)
            assert article.kind == "caption" or not article.text.rstrip().endswith(" 摄")


def test_a_stretch_of_an_article_that_a_caption_parted_stays_in_it(seeds) -> None:
    article = next(a for a in split_articles(read_seed(seeds, 1)) if a.headline == "巡防队员除隐患")
    assert article.text.startswith("“太危险了")
    assert article.text.rstrip().endswith("将隐患清理干净。")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\u2028"])
def test_a_page_is_read_alike_however_its_lines_end(seeds, line_end: str) -> None:
    def facts(text: str) -> list[tuple[str | None, ...]]:
        return [
            (a.headline, a.kicker, a.byline, a.district, a.kind, "".join(a.text.split())) for a in split(text)
        ]

    text = read_seed(seeds, 2).text
    assert facts(text.replace("\n", line_end)) == facts(text)


# ---- any page ----


@given(noise)
def test_any_text_falls_into_articles_whose_texts_are_the_pages(text: str) -> None:
    assert_exact(split(text), text)


@given(printed_pages())
def test_articles_are_found_whole_and_never_mixed(printed) -> None:
    text, expected = printed
    articles = split(text)
    assert_exact(articles, text)
    assert [a.headline for a in articles if a.kind == "news"] == [p.headline for p in expected]
    for number, article in enumerate(a for a in articles if a.kind == "news"):
        body = article.text.removeprefix("本报讯(记者 王影)").replace("\n", "")
        assert body == "".join(expected[number].sentences)
        assert marked(number + 1) not in body
        assert article.byline in ("本报记者 王影 通讯员 申宝玲", "记者 王影")


@given(printed_pages())
def test_captions_stand_alone(printed) -> None:
    text, _ = printed
    captions = [a for a in split(text) if a.kind == "caption"]
    assert len(captions) == text.count("图为")
    assert all(a.text.startswith("图为") and a.byline == "本报记者 王思俊 摄" for a in captions)


@pytest.mark.parametrize("text", ["", "\n\n", " 　\r\n\f"])
def test_a_page_of_blanks_has_no_article(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_a_page_of_titles_alone_is_text(line_end: str) -> None:
    titles = [f"第{number}中学今年招生开始" for number in range(30)]
    (article,) = split(line_end.join(titles))
    assert article.headline is None
    assert "".join(article.text.split()) == "".join(titles)


def test_a_long_list_of_short_lines_is_text_and_no_head() -> None:
    names = [f"获奖单位名单{number}号" for number in range(2000)]
    text = "\n".join(["优秀单位名单公布如下", *names, "本报讯(记者 王影)名单公布了。"])
    articles = split(text)
    assert_exact(articles, text)
    assert sum(name in article.text for name in names[:1990] for article in articles) >= 1990


def test_a_head_without_a_body_is_not_lost() -> None:
    (article,) = split("社区帮讨薪 民工送锦旗\n\n本报记者 王影\n")
    assert (article.headline, article.byline) == (None, "本报记者 王影")
    assert article.text == "社区帮讨薪 民工送锦旗"


def test_a_head_over_a_picture_alone_is_the_pictures_head() -> None:
    caption, news = split(
        "美丽郑州秋意正浓\n\n昨日,公园里的菊花开了。本报记者 王影 摄\n\n"
        "社区帮讨薪 民工送锦旗\n\n本报讯(记者 李明)好。\n"
    )
    assert (caption.kind, caption.headline) == ("caption", "美丽郑州秋意正浓")
    assert (news.kind, news.headline) == ("news", "社区帮讨薪 民工送锦旗")


def test_a_page_may_begin_with_a_caption() -> None:
    caption, news = split(
        "昨日,公园里的菊花开了。本报记者 王影 摄\n\n社区帮讨薪 民工送锦旗\n\n本报讯(记者 李明)好。\n"
    )
    assert (caption.kind, caption.headline, caption.byline) == ("caption", None, "本报记者 王影 摄")
    assert news.byline == "记者 李明"


def test_every_item_of_a_column_of_briefs_is_an_article_under_its_head() -> None:
    items = [f"●9月{day}日,区公安局在党建活动室举办主题演讲活动。(通讯员 安倩)" for day in (21, 23)]
    articles = split("\n\n".join(["社区工作简讯", *items]))
    assert [(a.kind, a.headline, a.byline, a.text) for a in articles] == [
        ("brief", "社区工作简讯", "通讯员 安倩", item) for item in items
    ]


def test_a_line_that_the_next_column_repeats_stands_once_in_the_text() -> None:
    (article,) = split("社区帮讨薪 民工送锦旗\n\n本报讯(记者 王影)6名农民工终于领到了\n\n终于领到了工资。\n")
    assert article.text == "本报讯(记者 王影)6名农民工终于领到了工资。"


@pytest.mark.parametrize("blanks", ["", " ", "　", "\r"])
def test_a_heading_inside_an_article_stays_a_line_of_its_own(blanks: str) -> None:
    text = (
        f"社区帮讨薪 民工送锦旗\n\n本报记者 王影\n\n农民工领到了工资。\n\n一面锦旗{blanks}\n\n"
        "昨日,公园里的菊花开了。本报记者 李明 摄\n\n他们送来了锦旗。\n"
    )
    news = next(a for a in split(text) if a.kind == "news")
    assert news.text.split() == ["农民工领到了工资。", "一面锦旗", "他们送来了锦旗。"]


@pytest.mark.parametrize(
    "line",
    [
        "记者 王影",
        "本报记者 王影 通讯员 申宝玲",
        "□记者 李明 文/图",
        "本报首席记者 王影 李明 实习生 张三 文 记者 赵四 图",
        "记者:王影 通讯员:李明 摄影",
        "记者 王影、李明 摄影报道",
    ],
)
def test_a_byline_is_known_by_its_words(line: str) -> None:
    (article,) = split(f"社区帮讨薪 民工送锦旗\n\n{line}\n\n农民工领到了工资。\n")
    assert article.byline == line.strip("□")
    assert article.headline == "社区帮讨薪 民工送锦旗"


@pytest.mark.parametrize(
    "credit", ["记者 ", "记者 王影 ", "记者 王影、", "王影 记者 ", "文图 ", "文/", " 　", "记者:"]
)
@pytest.mark.parametrize("around", ["□记者 王影 {}x", "(记者 王影 {}x", "昨日。记者 王影 {}x"])
def test_a_hostile_list_of_names_does_not_hang_the_patterns(credit: str, around: str) -> None:
    """Names and roles could once be told apart in 2^n ways, and each was tried."""
    text = around.format(credit * 60)[:99]
    assert_exact(split(text), text)


def test_a_dateline_is_one_in_brackets_and_in_traditional_characters_too() -> None:
    first = "南湖公園昨日開放\n\n本報訊(記者 王影)南湖公園昨日起免費開放。\n\n"
    second = "西站改造今日動工\n\n【本报讯】(记者 李明)西站改造工程今日动工。\n"
    articles = split(first + second)
    assert [article.headline for article in articles] == ["南湖公園昨日開放", "西站改造今日動工"]
    assert [article.byline for article in articles] == ["記者 王影", "记者 李明"]
