"""articles: what the five seeds hold, what must be true of any page, and of single cases of print."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from index.articles import read_articles, split_articles
from index.pages import read_page
from index.records import Article, Page, Reading, Span
from lab.measure_reading import Tally, evaluate, score
from lab.press import Damage
from tests.newsprint import (
    LINE_ENDS,
    assert_complete,
    credited_pages,
    noise,
    page_of,
    print_page,
    printed_pages,
)

# Name, checksum, how many articles; not told of number 3, where a credit parts a lead from its report.
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
    (0, "监督执纪问责 助推污染防治", "记者 刘伟平 通讯员 刘辉", "二七区"),
    (1, "社区帮讨薪 民工送锦旗", "本报记者 王影 通讯员 申宝玲", "金水区"),
    (1, "20名青年接受免费培训", "记者 杨学栋", "中原区"),
    (1, "民事纠纷调解效率高", "记者 安群英 通讯员 胡麟 张媛媛", None),
    (1, "拆除违法建筑近三万平方米", "记者 梁月琳 通讯员 王红旗 侯晓峰", "管城区"),
    (2, "区人社局 多措并举推动创贷工作再上新台阶", "通讯员 李娟", "上街区"),
    (2, "团区委 组织开展“河小青”护河志愿服务", "通讯员 董莹", "上街区"),
    (3, "迎宾路办事处重拳出击应对雾霾天气", "记者 简洋 通讯员 张格格 范春玲", "惠济区"),
    (4, "“网”住焚烧秸秆陋习", "本报记者 贺党喜 通讯员 宋建庆", "金水区"),
]
SECTIONS = [  # page, section, headlines that it stands above
    (0, "区街动态", ["“出彩中原”声乐大赛开赛", "“健康小帮手”装配社区"]),
    (
        1,
        "区街动态",
        [
            "推进产业集聚区建设",
            "20名青年接受免费培训",
            "民事纠纷调解效率高",
            "拆除违法建筑近三万平方米",
            "“四元素”打造品质民生",
        ],
    ),
    (3, "大气污染防治", ["迎宾路办事处重拳出击应对雾霾天气"]),
    (4, "区街动态", ["中原区开展非遗项目展演"]),
]


def read_seed(seeds: Path, number: int) -> Page:
    page = read_page(seeds / list(SEEDS)[number], list(SEEDS)[number])
    assert isinstance(page, Page)
    return page


def read(text: str) -> Reading:
    page = page_of(text)
    reading = read_articles(page)
    assert_complete(page, reading)
    return reading


def split(text: str) -> list[Article]:
    return list(read(text).articles)


def page(*lines: str) -> str:
    return "\n\n".join(lines) + "\n"


def set_aside(reading: Reading, text: str, kind: str) -> list[str]:
    return [text[f.span.start : f.span.end] for f in reading.furniture if f.kind == kind]


# ---- the seeds ----


def test_the_seeds_are_as_they_were_given(seeds) -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in seeds.iterdir()} == {
        name: digest for name, (digest, _) in SEEDS.items()
    }


@pytest.mark.parametrize("number", range(5))
def test_every_seed_falls_into_its_articles(seeds, number: int) -> None:
    page = read_seed(seeds, number)
    reading = read_articles(page)
    assert_complete(page, reading)
    assert len(reading.articles) == list(SEEDS.values())[number][1]


@pytest.mark.parametrize(("number", "headline", "byline", "district"), HEADS)
def test_a_head_of_the_seeds_comes_with_its_byline_and_district(
    seeds, number: int, headline: str, byline: str, district: str | None
) -> None:
    (article,) = [a for a in split_articles(read_seed(seeds, number)) if a.headline == headline]
    assert (article.byline, article.district, article.kind) == (byline, district, "news")


@pytest.mark.parametrize(("number", "section", "headlines"), SECTIONS)
def test_a_section_of_the_seeds_stands_above_its_items(
    seeds, number: int, section: str, headlines: list[str]
) -> None:
    page = read_seed(seeds, number)
    reading = read_articles(page)
    assert [a.headline for a in reading.articles if a.section == section] == headlines
    assert set_aside(reading, page.text, "section") == [section]


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


def test_a_name_of_the_seeds_that_two_columns_share_is_whole(seeds) -> None:
    article = next(a for a in split_articles(read_seed(seeds, 0)) if a.headline == "瘫痪婆婆也是妈")
    assert "十几年前,因工厂倒闭,刘琴英与丈夫双双下岗。" in article.text
    assert list(article.spans) != sorted(article.spans)


def test_what_the_seeds_print_twice_is_kept_once(seeds) -> None:
    pages = [read_seed(seeds, number) for number in range(2)]
    copies = [set_aside(read_articles(page), page.text, "repeat") for page in pages]
    assert [[copy[:4] for copy in found] for found in copies] == [["截至目前"], ["联动"]]


def test_a_document_of_the_seeds_begins_with_its_approval_in_one_line(seeds) -> None:
    (article,) = [a for a in split_articles(read_seed(seeds, 2)) if a.kind == "document"]
    assert article.text.startswith(
        "(2020年2月26日中共中央政治局常委会会议审议批准2020年3月9日中共中央办公厅发布)\n\n(六)"
    )
    assert article.dates == ("2020年2月26日", "2020年3月9日")
    assert "第七条" in article.text


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\u2028", "\f", "\x0b", "\u2029"])
def test_a_page_is_read_alike_however_its_lines_end(seeds, line_end: str) -> None:
    def facts(text: str) -> list[tuple[str | None, ...]]:
        return [
            (a.headline, a.kicker, a.byline, a.district, a.kind, "".join(a.text.split())) for a in split(text)
        ]

    text = read_seed(seeds, 2).text
    assert facts(text.replace("\n", line_end)) == facts(text)


# ---- any page ----


@given(noise)
def test_every_character_of_any_text_has_one_place(text: str) -> None:
    read(text)


@given(printed_pages(3))
def test_every_character_of_a_printed_page_has_one_place(printed) -> None:
    read(printed[0])


@given(noise)
@settings(max_examples=20)
def test_a_page_that_names_its_headline_is_one_article(text: str) -> None:
    title = "居民楼前新路修通了"
    page = replace(page_of(f"{title}\n\n{text}"), title=Span(0, len(title)))
    reading = read_articles(page)
    assert_complete(page, reading)
    (article,) = reading.articles
    alone = article.text.startswith(title)  # with no text below it, it is the text
    assert article.headline == (None if alone else title)


def test_the_headline_that_a_page_names_is_its_own_whatever_stands_above() -> None:
    above, title = "首页\n\n新闻 > 江州 > 正文\n\n市政府投入三千万元改造老路\n\n", "新路修通"
    text = f"{above}{title}\n\n记者 李明\n\n昨日,居民楼前的新路修通了。\n\n资金\n\n春风吹过\n田野醒来\n"
    start = len(above)
    page = replace(page_of(text), title=Span(start, start + len(title)))
    reading = read_articles(page)
    assert_complete(page, reading)
    (article,) = reading.articles
    assert (article.kicker, article.headline) == ("市政府投入三千万元改造老路", title)
    assert article.byline == "记者 李明"
    assert article.text == "昨日,居民楼前的新路修通了。\n\n资金\n\n春风吹过\n田野醒来"
    assert set_aside(reading, text, "imprint") == ["首页", "新闻 > 江州 > 正文"]


# ---- printed pages: how well, not how each ----


def read_all(level: float, pages: int, count: int) -> dict[str, float]:
    return evaluate(print_page(Damage.at(level), seed, count) for seed in range(pages)).shares()


def test_a_clean_page_is_read_nearly_without_fault() -> None:
    shares = read_all(0, 30, 5)
    assert shares["F1"] >= 0.98
    assert shares["precision"] >= 0.99
    assert shares["byline"] >= 0.97
    assert shares["caption"] == 1


def test_pieces_that_were_moved_find_their_article() -> None:
    shares = read_all(1, 30, 5)
    assert shares["F1"] >= 0.9
    assert shares["in order"] >= 0.93
    assert shares["headline"] >= 0.85


def test_a_printed_page_scores_no_better_read_as_one_article() -> None:
    sheet = print_page(Damage.at(0), 1, 5)
    one = Article(None, None, None, None, None, "news", (Span(0, len(sheet.text)),), sheet.text)
    assert score(sheet, [one]).shares()["precision"] < 0.5
    assert isinstance(score(sheet, []), Tally)


def test_articles_with_a_head_and_a_credit_come_back_whole_and_unmixed() -> None:
    """Columns are cut, seams repeat characters, captions stand between: 97 of 100 items must be perfect."""
    counts = Counter[bool]()

    @given(credited_pages())
    @settings(max_examples=60)
    def count(printed) -> None:
        text, items, bodies = printed
        articles = split(text)
        found = {(a.headline, a.byline, a.kind, "".join(a.text.split())) for a in articles}
        for item, body in zip(items, bodies, strict=True):
            counts[(item.headline, item.byline, item.kind, "".join(body.split())) in found] += 1
        heads = [item.headline for item in items if item.kind == "news"]
        assert [a.headline for a in articles if a.headline in heads] == heads

    count()
    assert counts[True] > 60
    assert counts[False] <= 0.03 * counts.total()


# ---- single cases of print ----

LAMPS = (
    "夜市摊主凑钱修好路灯",
    "本报讯(记者 王影)一条卖烧烤的街巷,因为路灯坏了大半年,入夜以后食客越来越少。摊主凑钱换上了节能灯泡。",
)
NURSE = (
    "护士下班学画画",
    "本报记者 李明",
    "儿童医院的护士薛丽萍每天下班以后都要画一幅水彩,病房里的孩子们成了她笔下的主角。",
)


def test_a_name_that_two_columns_share_is_joined_though_the_second_stands_above_the_first() -> None:
    text = page(
        *LAMPS,
        "英与丈夫双双下岗。今年79岁高龄的婆婆患有老年痴呆症,吃饭穿衣全靠刘琴英一个人照料,婆媳从没红过脸。",
        *NURSE,
        "瘫痪婆婆也是妈",
        "本报记者 王思俊 通讯员 郭艳姿",
        "十几年前,婆婆还能下地走路的时候,工厂倒闭,刘琴",
    )
    reading = read(text)
    (article,) = [a for a in reading.articles if a.headline == "瘫痪婆婆也是妈"]
    assert "工厂倒闭,刘琴英与丈夫双双下岗。今年79岁" in article.text
    assert list(article.spans) != sorted(article.spans)
    (join,) = [join for join in reading.joins if join.closed]
    assert (text[join.before - 2 : join.before], text[join.after : join.after + 2]) == ("刘琴", "英与")
    assert join.repeated == 0
    assert join.after < join.before


def test_characters_that_a_seam_repeats_stand_once_in_the_text_and_are_declared() -> None:
    text = page("社区帮讨薪 民工送锦旗", "本报讯(记者 王影)6名农民工终于领到了", "终于领到了拖欠一年的工资。")
    reading = read(text)
    (article,) = reading.articles
    assert article.text == "本报讯(记者 王影)6名农民工终于领到了拖欠一年的工资。"
    assert [join.repeated for join in reading.joins] == [5]
    assert set_aside(reading, text, "repeat") == ["终于领到了"]


def test_a_paragraph_that_is_printed_twice_stands_once_in_the_text_and_is_declared() -> None:
    twice = "截至目前,先后查处了污染防治工作中的不作为行为14起,处理干部12人。"
    text = page(
        "监督执纪问责 助推污染防治",
        "本报讯(记者 刘伟平)二七区聚焦执纪问责,向污染宣战。",
        twice,
        "各街道每周上报整改进度,纪委逐项核查。",
        twice,
    )
    reading = read(text)
    (article,) = reading.articles
    assert article.text.count("截至目前") == 1
    assert set_aside(reading, text, "repeat") == [twice]


def test_two_captions_with_the_same_words_are_both_kept() -> None:
    caption = "昨日,公园里的菊花全部盛开。本报记者 张三 摄"
    articles = split(page(*LAMPS, caption, caption))
    assert [a.text for a in articles if a.kind == "caption"] == [caption, caption]


def test_a_caption_between_a_head_and_its_body_takes_neither() -> None:
    head, body = LAMPS
    articles = split(page(head, "图为居民参加活动。本报记者 王思俊 摄", body, *NURSE))
    assert [(a.kind, a.headline) for a in articles] == [
        ("news", head),
        ("caption", None),
        ("news", NURSE[0]),
    ]
    assert articles[0].text.strip() == body
    assert articles[1].byline == "本报记者 王思俊 摄"


def test_a_head_over_a_picture_alone_is_the_pictures_head() -> None:
    caption, news = split(page("美丽郑州秋意正浓", "昨日,公园里的菊花开了。本报记者 王影 摄", *LAMPS))
    assert (caption.kind, caption.headline) == ("caption", "美丽郑州秋意正浓")
    assert (news.kind, news.headline) == ("news", LAMPS[0])


def test_a_page_may_begin_with_a_caption() -> None:
    caption, news = split(page("昨日,公园里的菊花开了。本报记者 王影 摄", *LAMPS))
    assert (caption.kind, caption.headline, caption.byline) == ("caption", None, "本报记者 王影 摄")
    assert news.byline == "记者 王影"


def test_every_item_of_a_column_of_briefs_is_an_article_under_its_head() -> None:
    items = [f"●9月{day}日,区公安局在党建活动室举办主题演讲活动。(通讯员 安倩)" for day in (21, 23, 25)]
    articles = split(page("社区工作简讯", *items))
    assert [(a.kind, a.headline, a.byline, a.text.strip()) for a in articles] == [
        ("brief", "社区工作简讯", "通讯员 安倩", item) for item in items
    ]


def test_a_section_is_given_to_the_items_with_places_below_it_and_to_none_further_down() -> None:
    text = page(
        *LAMPS,
        "区街动态",
        "金水区",
        "老人学会用手机买菜",
        "本报讯(记者 李明)社区办起手机课堂,老人们学会了在网上买菜。",
        "大学路办事处",
        "民事纠纷调解效率高",
        "本报讯(记者 安群英)司法所调解邻里纠纷94起,当事人都满意。",
        "天文台发现一颗新彗星",
        "本报讯(记者 张三)观测站的望远镜拍到一颗从未记录过的彗星。",
    )
    reading = read(text)
    assert [(a.headline, a.section, a.district) for a in reading.articles] == [
        (LAMPS[0], None, None),
        ("老人学会用手机买菜", "区街动态", "金水区"),
        ("民事纠纷调解效率高", "区街动态", None),
        ("天文台发现一颗新彗星", None, None),
    ]
    assert reading.articles[2].kicker == "大学路办事处"
    assert set_aside(reading, text, "section") == ["区街动态"]


def test_a_district_is_taken_from_a_label_from_the_lead_and_never_invented() -> None:
    articles = split(
        page(
            "惠济区",
            "健康小帮手装配社区",
            "本报讯(记者 李月琳)各社区医院配备了新型诊疗器械,居民可以免费测血压。",
            "集中行动整治渣土车",
            "本报讯(记者 王思俊)近日,管城区夜班执法中队检查了出入市口的渣土车。",
            "干部下沉解难题",
            "本报讯(记者 刘睿)针对区委提出的要求,干部走进居民小区,听取意见。",
        )
    )
    assert [a.district for a in articles] == ["惠济区", "管城区", None]


def test_a_district_spreads_over_the_page_of_a_districts_own_paper() -> None:
    articles = split(
        page(
            "楼院从无人管到人人管",
            "本报讯(通讯员 马俊阳)上街区中心路街道为老楼院请来了管家,我区居民都说好。",
            "创贷工作再上新台阶",
            "本报讯(通讯员 李娟)区人社局全年发放创业担保贷款87笔,全区小店主都受益。",
            "狠刹舌尖上的浪费",
            "本报讯(通讯员 李烁)区纪委监委走访全区机关食堂,提出意见建议5条。",
        )
    )
    assert [a.district for a in articles] == ["上街区"] * 3


def test_a_regulation_that_begins_in_its_middle_is_one_document() -> None:
    text = (
        page(*LAMPS, "城市河道管理规定(试行)")
        + "\n(2020年2月26日市政府常务会议审议批准\n2020年3月9日市政府办公厅发布)\n\n"
        + page(
            "(六)沿河单位应当清理岸边的垃圾;",
            "(七)任何人不得向河道倾倒污水。",
            "第七条　河道主管部门每年汛期以前检查一次河道。",
            "第八条　本规定自发布之日起施行。",
        )
    )
    document = split(text)[-1]
    assert (document.kind, document.headline) == ("document", "城市河道管理规定(试行)")
    assert document.text.startswith("(2020年2月26日市政府常务会议审议批准2020年3月9日市政府办公厅发布)")
    assert "第七条" in document.text
    assert "第八条" in document.text
    assert document.dates == ("2020年2月26日", "2020年3月9日")


TOLD = (
    "从本月起,市图书馆把闭馆时间推迟到晚上十点,借还书的窗口也照常开放。馆长林若彤介绍,夜场开放的头一周,进馆人次比往常多出四成。",
    "图书馆还把讲座挪到了晚间,请作家谈长篇小说,请学者讲甲骨文。为了让读者安心回家,公交公司把末班车也推迟了半个小时。",
    "一位备考的护士说,宿舍里太吵,在书架旁边坐下来才静得下心。馆里打算明年再添二百个座位,并且开辟一间儿童阅览室。",
)


@pytest.mark.parametrize("indent", ["", "　　", "    "])
@pytest.mark.parametrize("width", [18, 25])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_text_that_was_wrapped_becomes_whole_paragraphs(indent: str, width: int, line_end: str) -> None:
    lines = ["图书馆夜场坐满读书人", "", "本报记者 李明", ""]
    for told in TOLD:
        first = width - 2 if indent else width
        lines += [indent + told[:first], *(told[n : n + width] for n in range(first, len(told), width))]
    text = line_end.join(lines) + line_end
    (article,) = split(text)
    assert article.headline == "图书馆夜场坐满读书人"
    assert all(told in article.text for told in TOLD)
    assert len(article.text.split()) == len(TOLD)
    assert len(article.spans) > 2 * len(TOLD)


def test_headings_of_markdown_are_heads_and_their_marks_are_set_aside() -> None:
    head, body = LAMPS
    text = page("# 图书馆夜场坐满读书人", TOLD[0], f"# {head}", body)
    reading = read(text)
    assert [a.headline for a in reading.articles] == ["图书馆夜场坐满读书人", head]
    assert [mark.strip() for mark in set_aside(reading, text, "mark")] == ["#", "#"]


def test_mastheads_date_lines_and_editors_are_set_aside() -> None:
    furniture = ["江州晚报", "2016年10月25日 星期二 A03版", "责任编辑 王影 校对 李明"]
    text = page(*furniture[:2], *LAMPS, *NURSE, furniture[2])
    reading = read(text)
    assert set_aside(reading, text, "imprint") == furniture
    assert [a.headline for a in reading.articles] == [LAMPS[0], NURSE[0]]


def test_the_dates_of_a_text_are_listed_as_printed() -> None:
    (article,) = split(
        page("路修好了", "本报讯(记者 王影)2016年9月1日开工的新路,昨日上午通车,9月1日没有误期。")
    )
    assert article.dates == ("2016年9月1日", "昨日上午", "9月1日")


def test_a_credit_between_two_articles_without_brackets_signs_the_first() -> None:
    one, other = split(
        page(
            "护士下班学画画",
            NURSE[2],
            "通讯员 龙涛桂",
            "天文台发现一颗新彗星",
            "紫金山脚下的观测站里,望远镜拍到一颗从未记录过的彗星。",
            "记者 张三",
        )
    )
    assert (one.byline, other.byline) == ("通讯员 龙涛桂", "记者 张三")


def test_a_dateline_is_one_in_brackets_and_in_traditional_characters_too() -> None:
    articles = split(
        page(
            "南湖公園昨日開放",
            "本報訊(記者 王影)南湖公園昨日起免費開放。",
            "西站改造今日動工",
            "【本报讯】(记者 李明)西站改造工程今日动工。",
        )
    )
    assert [article.headline for article in articles] == ["南湖公園昨日開放", "西站改造今日動工"]
    assert [article.byline for article in articles] == ["記者 王影", "记者 李明"]


@pytest.mark.parametrize("blanks", ["", " ", "　", "\r"])
def test_a_heading_inside_an_article_stays_a_line_of_its_own(blanks: str) -> None:
    told = [TOLD[0], f"讲座也挪到了晚上{blanks}", TOLD[1]]
    lines = ["图书馆夜场坐满读书人", "本报记者 李明", *told[:2]]
    # The other heads of the page are credited: that one is not tells it from them.
    others = [*LAMPS, *NURSE]
    for caption in ([], ["昨日,公园里的菊花开了。本报记者 李明 摄"]):
        news = next(a for a in split(page(*lines, *caption, told[2], *others)) if a.kind == "news")
        assert news.text.split() == [line.strip() for line in told]


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


# ---- strange pages ----


@pytest.mark.parametrize("text", ["", "\n\n", " 　\r\n\f"])
def test_a_page_of_blanks_has_no_article(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_a_page_of_titles_alone_is_text(line_end: str) -> None:
    titles = [f"第{number}中学今年招生开始" for number in range(30)]
    (article,) = split(line_end.join(titles))
    assert article.headline is None
    assert "".join(article.text.split()) == "".join(titles)


@pytest.mark.parametrize(
    "lines",
    [
        ["老人学会用手机买菜"],
        ["记者 王影", "本报记者 李明 通讯员 张三"],
        ["图为居民参加活动。本报记者 王思俊 摄", "图为儿童画画。本报记者 王思俊 摄"],
        ["(通讯员 李娟)", "（记者 王影）"],
        ["(通讯员 李娟)", "老人学会用手机买菜", "记者 王影"],
    ],
)
def test_nothing_is_lost_of_a_page_without_any_text(lines: list[str]) -> None:
    text = page(*lines)
    reading = read(text)
    kept = [span for a in reading.articles for span in (*a.spans, *a.head)]
    assert "".join("".join(text[s.start : s.end].split()) for s in sorted(kept)) == "".join(
        "".join(lines).split()
    )


def test_a_long_list_of_short_lines_is_text_and_no_head() -> None:
    names = [f"获奖单位名单{number}号" for number in range(2000)]
    articles = split("\n".join(["优秀单位名单公布如下", *names, "本报讯(记者 王影)名单公布了。"]))
    assert sum(name in article.text for name in names[:1990] for article in articles) >= 1990


def test_a_head_without_a_body_is_not_lost() -> None:
    (article,) = split("社区帮讨薪 民工送锦旗\n\n本报记者 王影\n")
    assert (article.headline, article.byline) == (None, "本报记者 王影")
    assert article.text == "社区帮讨薪 民工送锦旗"


@pytest.mark.parametrize(
    "credit", ["记者 ", "记者 王影 ", "记者 王影、", "王影 记者 ", "文图 ", "文/", " 　", "记者:"]
)
@pytest.mark.parametrize("around", ["□记者 王影 {}x", "(记者 王影 {}x", "昨日。记者 王影 {}x"])
def test_a_hostile_list_of_names_does_not_hang_the_patterns(credit: str, around: str) -> None:
    """Names and roles could once be told apart in 2^n ways, and each was tried."""
    read(around.format(credit * 60)[:99])


HOSTILE = {
    "one line": "昨日下午记者在现场看到许多居民正在清理积雪。" * 8000,
    "short lines": "昨日下雪了。\n" * 2000,
    "short broken lines": "昨日下雪了他\n" * 1000,
    "headlines": "".join(f"第{n}中学招生开始\n" for n in range(10_000)),
    "brackets": "(\n" * 2000,
    "captions": "图为居民参加活动。本报记者 王思俊 摄\n" * 2000,
    "one character": "啊" * 200_000,
    "district": "区" * 60_000,
    "months": "十" * 60_000,
    "open quotes": "“" * 5000 + "他说“好\n" * 1000,
    "digits": ("1" * 100_000 + "\n") * 3,
    "seams": "领到了工资并且领到了\n\n" * 2000,
    "bylines": "记者 王影\n" * 1000,
    "blanks": "好" + " " * 200_000 + "\n好",
    "marks": "# 标题\n" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_all_the_same(name: str) -> None:
    """Of each kind so much that a step of quadratic time would take minutes."""
    read(HOSTILE[name])


def test_a_date_below_a_notice_belongs_to_it_and_one_at_the_top_to_the_page() -> None:
    text = page(
        "江州晚报",
        "1996年8月12日",
        *LAMPS,
        "各位读者:本馆八月起改在南门出入,特此告知。",
        "1996年8月9日",
        *NURSE,
    )
    reading = read(text)
    assert set_aside(reading, text, "imprint") == ["江州晚报", "1996年8月12日"]
    (owner,) = [a for a in reading.articles if any(text[s.start : s.end] == "1996年8月9日" for s in a.head)]
    assert "特此告知" in owner.text
    assert "护士" not in owner.text
