"""web: what an answer, a refusal and a page look like, and that nothing in them is ever obeyed."""

import os
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Page, Span
from qa.records import Answer, Beyond, Citation, Group, Hit, Limit, ModelSummary, Overview, Statement
from tests.ours import HOSTILE, Reader, as_shown, hostile_text, read_ours, squeeze
from web.languages import LANGUAGES
from web.quote import Place, paint, runs_on, show_text
from web.sheet import render_notice, render_page
from web.view import Turn, list_places, render_talk, render_top

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Paper:
    page: Page
    articles: tuple[Article, ...]


HEAD, FIRST = (
    "社区帮讨薪 民工送锦旗\n\n本报记者 王影\n\n",
    "昨日下午,6名农民工拿到了拖欠一年的工资。\n\n张广林手里拿着20600元现",
)
SECOND, OTHER = (
    "现金,激动不已。他说,年前工头就跑了。",
    "区街动态\n\n上街区\n\n推进产业集聚区建设\n\n新春伊始,<b>建设</b>提速。",
)
TEXT = f"金水区<第3版>\n\n{HEAD}{FIRST}\n\n现{SECOND[1:]}\n\n{OTHER}\n"


def make_paper() -> Paper:
    start = TEXT.index(FIRST)
    again = TEXT.index("\n\n现金") + 3  # the character at the seam was printed twice
    spans = (Span(start, start + len(FIRST)), Span(again, again + len(SECOND) - 1))
    tail = TEXT.index("新春")
    other = (Span(tail, len(TEXT) - 1),)

    def article(headline: str, byline: str | None, district: str, where: tuple[Span, ...]) -> Article:
        body = "".join(TEXT[span.start : span.end] for span in where)
        starts = [(TEXT.index(part), len(part)) for part in (headline, byline) if part]
        head = tuple(Span(start, start + length) for start, length in starts)
        return Article(headline, None, None, byline, district, "news", where, body, head)

    articles = (
        article("社区帮讨薪 民工送锦旗", "本报记者 王影", "金水区", spans),
        article("推进产业集聚区建设", None, "上街区", other),
    )
    return Paper(Page("001.txt", "/pages/001.txt", TEXT, "utf-8", "0" * 64), articles)


def make_answer() -> Answer:
    paper = make_paper()
    first, second = paper.articles[0].spans
    start, end = TEXT.index("张广林"), TEXT.index("他说")
    mark = TEXT.index("20600")
    citation = Citation(
        1, "001.txt", "社区帮讨薪 民工送锦旗", "金水区", "本报记者 王影", "news",
        start, end, TEXT[start:end], Span(first.start, second.end), (Span(mark, mark + 6),),
    )  # fmt: skip
    said = "张广林手里拿着20600元现金,激动不已。[1]"
    question, full = "他拿到多少?", "张广林拿到多少工资?"
    return Answer(question, full, True, said, "20600元", 0.9, (citation,), (), None, 6.4)


def make_refusal() -> Answer:
    span = make_paper().articles[1].spans[0]
    hit = Hit(
        1,
        1.0,
        "001.txt",
        1,
        "推进产业集聚区建设",
        span.start,
        span.end,
        TEXT[span.start : span.end],
        ("002.txt",),
    )
    reason = "报上没有写。有报道提到“建设”,但没有提到“楼层”。"
    words = ("建设",), ("楼层",)
    return Answer("盖几层楼?", "盖几层楼?", False, "", None, 0.1, (), (hit,), reason, 0.4, *words)


def draw(*turns: Turn, language: str = "zh") -> str:
    return render_talk(turns, (), lambda source: make_paper(), language)


def body_of(sheet: str) -> str:
    """Return the page itself, without the bar above it."""
    return sheet[sheet.index('<div class="page') :].removesuffix("</section>")


def assert_golden(name: str, html: str) -> None:
    """Compare with a golden file, a line an element. UPDATE_GOLDEN=1 writes it anew."""
    lines = re.sub(r"(?<=>)(?=<(?!/|mark|i |u|b>|bdi|span))", "\n", html) + "\n"
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(lines, "utf-8")
    assert lines == path.read_text("utf-8")


def test_an_answer_looks_like_its_golden_file():
    assert_golden("answer.html", draw(Turn("他拿到多少?", make_answer())))


def test_a_refusal_looks_like_its_golden_file():
    assert_golden("refusal.html", draw(Turn("盖几层楼?", make_refusal()), language="en"))


def test_a_page_looks_like_its_golden_file():
    place = list_places(Turn("他拿到多少?", make_answer()))[0]
    assert_golden("page.html", render_page(make_paper(), place, "1-1", "zh"))


def test_the_exact_answer_is_marked_in_the_sentence_the_passage_and_the_page():
    turn = Turn("他拿到多少?", make_answer())
    talk = read_ours(draw(turn))
    assert talk.marked["exact"] == "20600元" * 2
    assert talk.marked["said"] == "张广林手里拿着" + "现" + "金,激动不已。"
    page = read_ours(render_page(make_paper(), list_places(turn)[0], "1-1", "zh"))
    assert page.marked["exact"] == "20600元"
    assert page.marked["said"] == talk.marked["said"]


def test_what_several_papers_print_in_the_same_words_is_said_once_with_a_marker_for_each():
    (first,) = make_answer().citations
    said = "张广林手里拿着20600元现金,激动不已。[1][2]"
    answer = replace(make_answer(), answer=said, citations=(first, replace(first, n=2)))
    talk = read_ours(draw(Turn("他拿到多少?", answer)))
    assert talk.marked["exact"] == "20600元" * 3  # once in the sentence, and in both passages
    sentence = re.search(r'<p class="said.*?</p>', draw(Turn("他拿到多少?", answer)), re.DOTALL)[0]
    assert sentence.count("<bdi>") == 1
    assert re.findall(r"\[(\d)\]</a>", sentence) == ["1", "2"]


def test_what_stands_between_two_pieces_of_a_sentence_is_neither_quoted_nor_marked():
    paper = make_paper()
    first, second = paper.articles[0].spans
    pieces = (Span(first.start, first.start + 9), second)
    between = Article(
        "插进来的一篇", None, None, None, None, "news", (Span(first.start + 12, first.end),), ""
    )
    whole = replace(paper.articles[0], spans=pieces, text="")
    answer = make_answer()
    citation = replace(answer.citations[0], start=first.start, end=second.end, marks=())
    turn = Turn("问", replace(answer, citations=(citation,)))
    cut = Paper(paper.page, (whole, between))
    said = "".join(TEXT[span.start : span.end] for span in pieces)
    assert read_ours(render_talk([turn], (), lambda source: cut, "zh")).marked["said"] == said
    assert read_ours(render_page(cut, list_places(turn)[0], "1-1", "zh")).marked["said"] == said


def test_a_joined_column_shows_its_seam_and_says_what_was_printed_twice():
    place = list_places(Turn("他拿到多少?", make_answer()))[0]
    page = read_ours(render_page(make_paper(), place, "1-1", "zh"))
    assert "".join(page.signs) == "⌇接栏"
    titles = [attributes["title"] for tag, attributes in page.elements if tag == "i"]
    assert titles == ["此处原为断栏，已接上；断处重印的“现”略去"]


def test_the_rewritten_question_is_shown_only_where_it_differs():
    assert "张广林拿到多少工资" in read_ours(draw(Turn("他拿到多少?", make_answer()))).text
    same = replace(make_answer(), standalone="他拿到多少?")
    assert "asked" not in draw(Turn("他拿到多少?", same))
    assert "fix" not in draw(Turn("他拿到多少?", same))


@pytest.mark.parametrize("rewritten", HOSTILE)
def test_the_rewritten_question_stands_in_a_closed_field_where_it_is_corrected(rewritten):
    page = read_ours(draw(Turn("他呢?", replace(make_answer(), standalone=rewritten), number=7)))
    (line,) = [attributes for _, attributes in page.elements if attributes.get("class") == "fix"]
    (field,) = [attributes for tag, attributes in page.elements if tag == "input"]
    (button,) = [attributes for _, attributes in page.elements if "data-correct" in attributes]
    assert "hidden" in line
    assert field["value"] == rewritten.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    assert button["data-correct"] == "7"
    assert button["aria-label"] == field["aria-label"] == "改写查找用的问题"


def test_the_language_changes_our_words_and_none_of_the_newspapers():
    turn = Turn("他拿到多少?", make_answer())
    chinese, english = read_ours(draw(turn)), read_ours(draw(turn, language="en"))
    assert "上下文" in chinese.text
    assert "In context" in english.text
    assert chinese.marked == english.marked
    place = list_places(turn)[0]
    pages = [Reader(render_page(make_paper(), place, "1-1", language)) for language in LANGUAGES]
    texts = [page.text[page.text.index("金水区<第3版>") :] for page in pages]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_is_told_calmly_in_the_visitors_language(language):
    words = LANGUAGES[language]
    told = draw(
        Turn("", problem="empty"),
        Turn("问" * 400, problem="too_long"),
        Turn("问", problem="failed", detail="索引在忙<b>"),
        language=language,
    )
    text = read_ours(told).text
    assert words.empty in text
    assert words.too_long in text
    assert text.endswith(f"{words.failed}索引在忙<b>")
    assert "问" * 161 not in text
    assert words.gone in read_ours(render_notice(words.gone, "1-1", language)).text


def test_a_caption_without_a_headline_is_called_what_it_is():
    paper = make_paper()
    caption = replace(paper.articles[1], headline=None, kind="caption")
    refusal = make_refusal()
    turn = Turn("问", replace(refusal, hits=(replace(refusal.hits[0], headline=None),)))
    talk = render_talk([turn], (), lambda source: Paper(paper.page, (caption,)), "zh")
    assert "图片说明" in read_ours(talk).text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_anywhere_are_shown_and_not_obeyed(text):
    paper = make_paper()
    page = replace(paper.page, source=text, text=text * 3)
    article = Article(text, text, text, text, text, "news", (Span(0, len(text)),), text)
    evil = Paper(page, (article,))
    span = Span(0, len(text))
    citation = Citation(1, text, text, text, text, "news", 0, len(text), text, span, (span,))
    answered = Answer(text, text + "?", True, f"{text}[1]", text, 0.9, (citation,), (), None, 1.0)
    hit = Hit(1, 1.0, text, 1, text, 0, len(text), text, (text,))
    limits = (Limit("district", text, text, text), Limit("date", text, "2015-01-01/2015-12-31", text))
    refused = Answer(text, text + "?", False, "", None, 0.1, (), (hit,), text, 1.0, (text,), (text,), limits)
    turns = [
        Turn(text, answered),
        Turn(text, refused, number=2),
        Turn(text, problem="failed", detail=text, number=3),
        Turn(text, replace(refused, beyond=Beyond(("date",), text)), number=4),
    ]
    talk = read_ours(render_talk(turns, (), lambda source: evil, "zh"))
    assert squeeze(as_shown(text)) in squeeze(talk.text)
    assert squeeze(as_shown(text)) in squeeze(
        read_ours(render_talk([], [text], lambda source: evil, "zh")).text
    )
    sheet = read_ours(render_page(evil, list_places(turns[0])[0], text, "zh"))
    assert squeeze(as_shown(text * 3)) in squeeze(sheet.text)


@given(hostile_text, st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=4))
def test_a_stretch_of_text_shows_exactly_itself_whatever_is_marked(text, cuts):
    layers = [(Span(min(pair), max(pair)), "exact") for pair in cuts]
    assert read_ours(paint(text, Span(0, len(text)), layers)).text == as_shown(text)


@given(hostile_text)
def test_an_attribute_holds_exactly_the_text_that_was_put_in(text):
    [(_, attributes)] = read_ours(f'<b title="{show_text(text)}"></b>').elements
    assert attributes == {"title": as_shown(text)}


parts_of_a_page = st.lists(
    st.tuples(
        hostile_text | st.sampled_from(["他们领到了", "工资。\n", "\n\n", "领到了工资", "\n\n领到了", "# "]),
        st.sampled_from([None, 0, 0, 1, 2]),
        st.sampled_from(["head", 0, 0, 1, 2]),
    ),
    max_size=10,
)


@given(parts_of_a_page, st.integers(0, 60))
def test_a_page_shows_all_of_its_text_in_order_however_it_was_cut_and_put_together(parts, at):
    text, heads, bodies = "", {0: [], 1: [], 2: []}, {0: [], 1: [], 2: []}
    for part, owner, role in parts:
        if owner is not None and part:
            span = Span(len(text), len(text) + len(part))
            heads[owner].append(span) if role == "head" else bodies[owner].append((role, span))
        text += part
    articles = tuple(
        Article(
            "头条", None, None, None, None, "news",
            tuple(span for _, span in sorted(bodies[n], key=lambda placed: placed[0])), "", tuple(heads[n]),
        )
        for n in bodies
    )  # fmt: skip
    shown = render_page(
        Paper(Page("p.txt", "/p.txt", text, "utf-8", ""), articles),
        Place("p.txt", Span(min(at, len(text)), min(at + 7, len(text)))),
        "1-1",
        "zh",
    )
    pieces = [(span, n, None) for n, article in enumerate(articles) for span in article.head]
    pieces += [(span, n, i) for n, article in enumerate(articles) for i, span in enumerate(article.spans)]
    left_out = [
        Span(before.end, after.start)
        for (before, n, i), (after, m, j) in pairwise(sorted(pieces, key=lambda piece: piece[0]))
        if n == m and i is not None and j == i + 1 and runs_on(text, before, after)
    ]
    expected = "".join(
        char for i, char in enumerate(text) if not any(gap.start <= i < gap.end for gap in left_out)
    )
    assert squeeze(read_ours(body_of(shown)).text) == squeeze(as_shown(expected))


def torn() -> tuple[str, Paper]:
    """A page whose only article begins at the foot of the page, with another one's caption in between."""
    head, tail = "瘫痪婆婆也是妈\n\n本报记者 王思俊\n\n", "几年前,因工厂倒闭,刘琴\n"
    text = f"{head}英与丈夫双双下岗。\n\n图为刘琴英在家中。\n\n{tail}"
    spans = [Span(text.index(part), text.index(part) + len(part)) for part in text.split("\n\n")]
    title, byline, end, caption, start = spans
    start = Span(start.start, start.end - 1)
    said = text[start.start : start.end] + text[end.start : end.end]
    articles = (
        Article("瘫痪婆婆也是妈", None, None, None, None, "news", (start, end), said, (title, byline)),
        Article(None, None, None, None, None, "caption", (caption,), "图为刘琴英在家中。"),
    )
    return text, Paper(Page("p.txt", "/p.txt", text, "utf-8", "", "2016-10-25", "郑州日报", "A03"), articles)


@pytest.mark.parametrize(
    ("language", "comes", "goes"),
    [
        ("zh", "上接本版另一处", "下转本版另一处"),
        ("en", "continued from elsewhere on this page", "continued elsewhere on this page"),
    ],
)
def test_where_an_article_goes_on_at_another_place_the_page_says_so_at_both(language, comes, goes):
    text, paper = torn()
    place = Place("p.txt", Span(text.index("几年前"), len(text) - 1))
    html = body_of(render_page(paper, place, "1-1", language))
    sheet = read_ours(html)
    assert sheet.signs == [comes, goes]
    assert html.index("本报记者") < html.index(comes) < html.index("英与丈夫") < html.index("图为")
    assert html.index("几年前") < html.index(goes)
    assert html.count('class="art on"') == 2
    assert squeeze(sheet.text).endswith(squeeze(text))


def test_a_sentence_over_two_places_is_marked_at_the_one_that_its_citation_names():
    _, paper = torn()
    start, end = paper.articles[0].spans
    answer = make_answer()
    one, two = (
        replace(
            answer.citations[0], n=n, start=part.start, end=part.end, passage=part, marks=(), source="p.txt"
        )
        for n, part in ((1, start), (2, end))
    )
    turn = Turn("问", replace(answer, citations=(one, two)))
    talk = read_ours(render_talk([turn], (), lambda source: paper, "zh"))
    assert "几年前,因工厂倒闭,刘琴[1]英与丈夫双双下岗。[2]" in talk.text
    pages = [read_ours(render_page(paper, place, "1-1", "zh")) for place in list_places(turn)]
    assert [page.marked["said"] for page in pages] == ["几年前,因工厂倒闭,刘琴", "英与丈夫双双下岗。"]


def test_the_head_is_set_as_head_and_the_district_above_it_is_no_headline():
    text = "金水区\n\n金水区党建有声有色\n\n本报记者 王影\n\n活动开展了。\n\n(通讯员 李娟)\n"
    spans = [Span(text.index(part), text.index(part) + len(part)) for part in text.strip().split("\n\n")]
    spans[0] = Span(0, 3)
    article = Article(
        "金水区党建有声有色", None, None, "本报记者 王影", "金水区", "news",
        (spans[3],), "活动开展了。", (*spans[:3], spans[4]),
    )  # fmt: skip
    html = render_page(
        Paper(Page("p.txt", "/p", text, "utf-8", ""), (article,)), Place("p.txt", spans[3]), "", "zh"
    )
    assert re.findall("<h2>(.*?)</h2>", html) == ["金水区党建有声有色"]
    assert re.findall('<p class="head">(.*?)</p>', html) == ["金水区", "本报记者 王影", "(通讯员 李娟)"]


def test_a_line_that_was_wrapped_has_no_sign_of_a_seam():
    text = "昨日下午,6名农民工拿到了拖\n欠一年的工资。\n"
    article = Article(
        None, None, None, None, None, "news", (Span(0, 14), Span(15, 22)), text.replace("\n", "")
    )
    html = render_page(
        Paper(Page("p.txt", "/p", text, "utf-8", ""), (article,)), Place("p.txt", Span(0, 5)), "", "zh"
    )
    assert read_ours(html).signs == []
    assert "拖欠一年的工资。</p>" in html


def test_newspaper_date_and_edition_stand_in_the_bar_and_with_the_source():
    _, paper = torn()
    place = Place("p.txt", paper.articles[0].spans[0])
    bar = read_ours(render_page(paper, place, "1-1", "zh")).text
    assert "关闭p.txt郑州日报 · 2016-10-25 · 第A03版瘫痪婆婆也是妈" in bar
    citation = replace(make_answer().citations[0], start=place.evidence.start, end=place.evidence.end)
    turn = Turn("问", replace(make_answer(), citations=(citation,)))
    talk = read_ours(render_talk([turn], (), lambda source: paper, "zh"))
    assert "本报记者 王影 · 郑州日报 · 2016-10-25 · 第A03版 · 001.txt" in talk.text


def limited(kind, value: str, without: str = "谁?") -> str:
    limit = Limit(kind, "限于它", value, without)
    return draw(Turn("问", replace(make_answer(), limits=(limit,))))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("district", "金水区", "地区 金水区"),
        ("kind", "brief", "体裁 简讯"),
        ("edition", "A01、A03", "版次 第A01版、第A03版"),
        ("edition", "A03", "版次 第A03版"),
        ("date", "2015-01-01/2015-12-31", "日期 2015"),
        ("time", "1990-01-01/1999-12-31", "时间 1990–1999"),
        ("date", "2016-02-01/2016-02-29", "日期 2016-02"),
        ("date", "2016-02-01/2016-02-28", "日期 2016-02-01–2016-02-28"),
        ("date", "2016-10-25/2016-10-25", "日期 2016-10-25"),
        ("date", "--10-01/--10-07", "日期 10-01–10-07（不限年份）"),
        ("date", "../1989-12-31", "日期 –1989-12-31"),
        ("date", "2014-01-01/..", "日期 2014-01-01–"),
    ],
)
def test_a_limit_stands_above_the_answer_and_says_how_it_was_understood(kind, value, shown):
    talk = read_ours(limited(kind, value))
    assert f"{shown}×" in talk.text
    [button] = [a for _, a in talk.elements if "data-ask" in a]
    assert button["data-ask"] == "谁?"


def test_a_limit_without_which_nothing_is_asked_has_no_button():
    assert "data-ask" not in limited("district", "金水区", "?")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_within_limits_quotes_what_there_is_beyond(language):
    limit = Limit("district", "在金水区的报道中,", "金水区", "盖几层楼?")
    refusal = replace(
        make_refusal(), limits=(limit,), beyond=Beyond(("district",), "楼有6层。"), mentioned=(), missing=()
    )
    talk = read_ours(draw(Turn("问", refusal), language=language))
    words = LANGUAGES[language]
    assert words.none_within in talk.text
    assert words.beyond.format(words.limits["district"], "楼有6层。") in talk.text
    assert words.nothing_near not in talk.text
    assert "推进产业集聚区建设" in talk.text


def counted(**changes) -> Answer:
    overview = Overview("articles", "讨薪", 1200, 65000, False, 0, (), "库中……")
    return replace(
        make_answer(), span="1200篇", standalone="他拿到多少?", overview=replace(overview, **changes)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_said_in_our_words_apart_from_what_is_quoted(language):
    words = LANGUAGES[language]
    talk = read_ours(draw(Turn("问", counted()), language=language))
    assert words.units["articles"].format("1,200") in talk.text
    assert words.counted.format(among="65,000", count="1,200", mention="讨薪") in talk.text
    assert words.counted_how in talk.text
    assert words.counted_shown.format(1) in talk.text
    assert "张广林手里拿着20600元现金,激动不已。" in squeeze(talk.text)
    assert talk.marked == {"exact": "20600元"}
    assert "summary" not in {tag for tag, _ in talk.elements}


def test_what_was_counted_loosely_apart_or_of_all_is_said():
    assert "没有一篇原样写到“讨薪”，1,200 篇写到了其中每个词" in draw(Turn("问", counted(loosely=True)))
    assert "另有 7 篇写到了其中每个词，但没有连在一起。" in draw(Turn("问", counted(apart=7)))
    assert "共 65,000 篇。按篇" in draw(Turn("问", counted(mention=None)))


def test_groups_are_told_with_their_numbers_and_of_many_the_first_forty():
    groups = (*(Group(f"{n}区", 90 - n) for n in range(60)), Group(None, 5))
    html = draw(Turn("问", replace(counted(what="districts", groups=groups), span="60个区县")))
    talk = read_ours(html)
    assert "60 个区县" in talk.text
    assert "0区 90" in talk.text
    assert "39区 51还有 20 个没有写明 5" in talk.text
    few = draw(Turn("问", replace(counted(what="districts", groups=groups[-2:]), span="59区")))
    assert 'class="span serif long" lang="zh-CN">59区<' in few


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_in_a_count_are_shown_and_not_obeyed(text):
    answer = replace(counted(mention=text, what="districts", groups=(Group(text, 3),)), span=text)
    refused = replace(answer, answered=False, beyond=Beyond(("district",), text))
    talk = read_ours(draw(Turn("问", answer), Turn("问", refused, number=2)))
    assert squeeze(as_shown(text)) in squeeze(talk.text)


def test_the_bar_offers_every_language_and_says_what_the_archive_holds():
    bar = read_ours(render_top(5, 1249, ["ask", "browse"], "en"))
    assert "5 pages · 1,249 articles" in bar.text
    assert [a["data-language"] for _, a in bar.elements if "data-language" in a] == list(LANGUAGES)
    assert [a["data-room"] for _, a in bar.elements if "data-room" in a] == ["ask", "browse"]
    assert "Ask" not in render_top(5, 1249, ["ask"], "en")


def make_summary(text: str = "张广林拿到了工资。", **others) -> ModelSummary:
    further = make_refusal().hits
    statements = (Statement(text, (1,)), Statement("建设提速了。", (2, 1)))
    return ModelSummary("qwen", 1, statements, further, done=True, **others)


def classes(reader: Reader, name: str) -> list[str]:
    return [a["data-open"] for _, a in reader.elements if a.get("class") == name]


def test_a_models_summary_stands_apart_between_the_answer_and_its_sources():
    turn = Turn("他拿到多少?", make_answer(), number=3, summary=make_summary(dropped=2))
    html = draw(turn)
    reader = read_ours(html)
    before, summary = html.split('<section class="sum">')
    summary, sources = summary.split("</section>")
    assert 'class="said serif"' in before
    assert 'class="sources"' in sources
    assert not re.search("serif|<mark|blockquote|span", summary)  # it is no quotation and no exact answer
    assert "张广林拿到了工资。" in summary
    assert "由 <bdi>qwen</bdi> 归纳，已逐句核对；不是报上的原话" in summary
    assert "2 句未能与原文核对，已略去" in summary
    assert "data-stop" not in summary
    assert classes(reader, "cite") == ["3-1", "3-1", "3-2", "3-1"]
    assert classes(reader, "src") == ["3-1", "3-2"]  # a card for the passage that only the model cites, too


def test_every_marker_of_a_summary_leads_to_its_place():
    turn = Turn("他拿到多少?", make_answer(), summary=make_summary())
    citation, hit = make_answer().citations[0], make_refusal().hits[0]
    assert [(place.source, place.evidence) for place in list_places(turn)] == [
        (item.source, Span(item.start, item.end)) for item in (citation, hit)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_says_what_became_of_it(language):
    words = LANGUAGES[language]

    def told(summary: ModelSummary) -> str:
        return read_ours(draw(Turn("问", make_answer(), summary=summary), language=language)).text

    empty = ModelSummary("qwen", 1)
    assert words.summing_up.format("qwen") in told(empty)
    assert f'data-stop="">{words.stop}</button>' in draw(
        Turn("问", make_answer(), summary=empty), language=language
    )
    for trouble, note in words.troubles.items():
        nothing = told(replace(empty, done=True, trouble=trouble))
        assert note in nothing
        assert words.not_summed_up.format("qwen") in nothing
        assert "data-stop" not in draw(Turn("问", make_answer(), summary=replace(empty, done=True)))
        some = told(make_summary(trouble=trouble))
        assert note in some
        assert words.summed_up.format("qwen") in some
    assert words.unsaid in told(replace(empty, done=True, dropped=3))
    assert words.dropped.format(3) in told(replace(empty, done=True, dropped=3))


def test_a_growing_summary_keeps_its_elements():
    shapes = []
    for statements in ((), make_summary().statements[:1]):
        summary = ModelSummary("qwen", 1, statements)
        reader = read_ours(draw(Turn("问", make_answer(), summary=summary)))
        shapes.append(
            [tag for tag, attributes in reader.elements if attributes.get("class") != "cite" and tag != "bdi"]
        )
    assert shapes[0] == shapes[1]


@given(text=hostile_text, name=hostile_text)
def test_a_models_words_and_name_are_shown_and_never_obeyed(text, name):
    summary = replace(make_summary(text), model=name)
    reader = read_ours(draw(Turn("问", make_answer(), summary=summary)))
    assert squeeze(as_shown(text)) in squeeze(reader.text)
    assert squeeze(as_shown(name)) in squeeze(reader.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_that_differ_are_named_with_a_marker_each(language):
    answer = make_answer()
    second = replace(answer.citations[0], n=2, source="002.txt")
    answer = replace(answer, citations=(*answer.citations, second), differing=(1, 2))
    reader = read_ours(draw(Turn("问", answer), language=language))
    assert LANGUAGES[language].differ.format("[1][2]") in reader.text
    assert classes(reader, "cite") == ["1-1", "1-2"] * 2
    assert LANGUAGES[language].differ.format("") not in draw(Turn("问", make_answer()), language=language)
