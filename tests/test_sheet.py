"""web.sheet and web.bar: a page beside the chat, what is marked on it, and the ways in its bar."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import split_articles
from index.records import Article, Page, Span, stands_below
from lab.press import Damage
from tests.newsprint import page_of, print_page, printed_pages
from tests.ours import HOSTILE, Reader, as_shown, read_ours, squeeze
from web.bar import Trail
from web.languages import LANGUAGES
from web.quote import Place
from web.sheet import render_page

LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True)
class Paper:
    page: Page
    articles: tuple[Article, ...]


def paper_of(text: str, source: str = "p.txt") -> Paper:
    page = replace(page_of(text), source=source)
    return Paper(page, tuple(split_articles(page)))


PAPER = paper_of(
    "新电梯装好了\n\n本报记者 王影\n\n清晨六点,周奶奶走出单元门。装一部电梯花了四十万元。居民出了一半的钱。\n"
    "\n西瓜熟了\n\n本报记者 李明\n\n地里的西瓜一个挨着一个。每亩地能多收入八百元。\n",
)


def place_at(words: str, *, mark: str = "", source: str = "p.txt") -> Place:
    start = PAPER.page.text.index(words)
    marks = (Span(at := PAPER.page.text.index(mark), at + len(mark)),) if mark else ()
    return Place(source, Span(start, start + len(words)), marks)


PLACES = (
    place_at("装一部电梯花了四十万元。", mark="四十万元"),
    place_at("居民出了一半的钱。", source="other.txt"),
    place_at("每亩地能多收入八百元。", mark="八百元"),
    place_at("居民出了一半的钱。"),
)


def draw(n: int, language: str = "zh", number: int = 7, paper: Paper = PAPER) -> str:
    trail = Trail(number, n, PLACES)
    return render_page(paper, PLACES[n - 1], trail.key(n), language, trail)


def marks_of(html: str, name: str) -> list[str]:
    return re.findall(rf'<mark class="{name}"[^>]*>(.*?)</mark>', html)


def steps_of(html: str) -> dict[str, str | None]:
    return {a["data-step"]: a.get("data-open") for _, a in read_ours(html).elements if "data-step" in a}


# ---- the other sources of the turn


def test_the_other_sources_on_this_page_are_faintly_marked_and_each_leads_to_its_place():
    html = draw(1)
    assert marks_of(html, "exact") == ["四十万元"]
    assert marks_of(html, "said") == ["装一部电梯花了", "。"]
    assert marks_of(html, "also") == ["居民出了一半的钱。", "每亩地能多收入八百元。"]
    leads = [a for tag, a in read_ours(html).elements if tag == "mark" and a["class"] == "also"]
    assert [(a["data-open"], a["title"]) for a in leads] == [("7-4", "出处 4"), ("7-3", "出处 3")]
    assert all(a["role"] == "link" and a["tabindex"] == "0" for a in leads)


def test_where_two_sources_overlap_the_one_that_is_shown_is_marked():
    places = (place_at("每亩地能多收入八百元。"), place_at("地里的西瓜一个挨着一个。每亩地能多收入八百元。"))
    html = render_page(PAPER, places[0], "1-1", "zh", Trail(1, 1, places))
    assert marks_of(html, "said") == ["每亩地能多收入八百元。"]
    assert marks_of(html, "also") == ["地里的西瓜一个挨着一个。"]


@LANGUAGE
def test_the_bar_says_which_source_it_is_and_leads_to_the_ones_beside_it(language):
    words = LANGUAGES[language]
    html = draw(2, language)
    assert words.step_of.format(at=2, count=4) in read_ours(html).text
    assert steps_of(html) == {"back": "7-1", "on": "7-3"}
    assert words.step_back in html
    assert words.step_on in html


def test_at_either_end_a_button_leads_nowhere_and_stays_where_it_was():
    assert steps_of(draw(1)) == {"back": None, "on": "7-2"}
    assert steps_of(draw(4)) == {"back": "7-3", "on": None}
    assert draw(1).count("aria-disabled") == draw(4).count("aria-disabled") == 1
    assert "aria-disabled" not in draw(2)


def test_a_lonely_source_has_no_way_to_others():
    assert steps_of(render_page(PAPER, PLACES[0], "1-1", "zh", Trail(1, 1, PLACES[:1]))) == {}
    assert steps_of(render_page(PAPER, PLACES[0], "p.txt@0-4", "zh")) == {}


# ---- the articles of the page


def entries_of(html: str) -> list[str]:
    return [
        re.sub("<[^>]+>", "", entry)
        for entry in re.findall(r'<button type="button" data-to.*?</button>', html)
    ]


@LANGUAGE
def test_the_articles_of_the_page_are_listed_and_the_one_shown_is_marked(language):
    html = draw(3, language)
    assert entries_of(html) == ["新电梯装好了", "西瓜熟了"]
    current = [a["data-to"] for _, a in read_ours(html).elements if "aria-current" in a]
    assert current == ["1"]
    assert LANGUAGES[language].place.format(count=2, at=2) in read_ours(html).text


def test_an_article_without_a_headline_is_named_by_its_kind_and_first_words():
    text = "图为居民在新装的电梯前合影留念，\n大家都说以后上楼再也不用歇了。\n"
    body = Span(0, len(text) - 1)
    article = Article(None, None, None, None, None, "caption", (body,), text[:-1])
    html = render_page(Paper(page_of(text), (article,)), Place("p", Span(0, 3)), "", "zh")
    assert entries_of(html) == ["图片说明 图为居民在新装的电梯前合影留念，大家……"]


def test_articles_under_one_headline_are_told_apart_by_their_first_words():
    text = "简讯\n近日,公安局开会。\n昨日,人社局发证。\n"
    spans = [Span(at := text.index(part), at + len(part)) for part in text.split()]
    articles = tuple(
        Article("简讯", None, None, None, None, "brief", (body,), text[body.start : body.end], head)
        for body, head in zip(spans[1:], ((spans[0],), ()), strict=True)
    )
    html = render_page(Paper(page_of(text), articles), Place("p", spans[1]), "", "zh")
    assert entries_of(html) == ["简讯 近日,公安局开会。", "简讯 昨日,人社局发证。"]


@given(printed_pages(most=3.0))
def test_the_list_leads_to_where_each_article_begins_once(made):
    text, _ = made
    paper = paper_of(text)
    html = render_page(paper, Place("p.txt", Span(0, 0)), "", "zh")
    stretches = re.split(r'<div class="art(?: on)?" data-article="(\d+)" tabindex="-1">', html)
    numbers, parts = stretches[1::2], stretches[2::2]
    assert sorted(map(int, numbers)) == list(range(len(paper.articles))) == list(range(len(entries_of(html))))
    for number, part in zip(numbers, parts, strict=True):
        article = paper.articles[int(number)]
        heads = [text[span.start : span.end] for span in article.head]
        begins = next((head for head in heads if head in (article.headline or "")), article.text[:8])
        assert squeeze(as_shown(begins))[:8] in squeeze(Reader(part).text)


def test_a_page_without_articles_has_no_list():
    html = render_page(Paper(page_of("只有报头"), ()), Place("p", Span(0, 2)), "", "zh")
    assert "data-to" not in html
    assert "<summary" not in html
    assert marks_of(html, "said") == ["只有"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_in_the_bar_are_shown_and_not_obeyed(text):
    page = replace(page_of(text * 3), source=text)
    article = Article(None, None, None, None, None, "brief", (Span(0, len(text)),), text)
    other = replace(article, headline=text, spans=(Span(len(text), 2 * len(text)),))
    places = (Place(text, Span(0, 3)), Place(text, Span(1, len(text))), Place(text, Span(2, 2 * len(text))))
    sheet = read_ours(render_page(Paper(page, (article, other)), places[0], text, "zh", Trail(1, 1, places)))
    assert squeeze(as_shown(text)) in squeeze(sheet.text)


# ---- marks by offsets


def places_of(article: Article, text: str, start: int, end: int) -> list[list[Span]]:
    """Return what `article.text[start:end]` is on the page, as citations have it: a list for each place.

    Pieces that stand below each other are one place; what else the page prints is another.
    """
    pieces = list(article.page_spans(start, end))
    places = [pieces[:1]]
    for before, after in pairwise(pieces):
        if stands_below(text, before, after):
            places[-1].append(after)
        else:
            places.append([after])
    return places


@given(printed_pages(most=3.0), st.randoms(use_true_random=False))
def test_the_text_under_the_marks_is_the_text_at_the_offsets_on_any_cut_page(made, rng):
    text, _ = made
    paper = paper_of(text)
    sources: list[tuple[Place, str]] = []
    for _ in range(4):
        article = rng.choice(paper.articles)
        start, end = sorted(rng.sample(range(len(article.text) + 1), 2))
        for pieces in places_of(article, text, start, end):
            place = Place("p.txt", Span(pieces[0].start, pieces[-1].end))
            said = "".join(text[piece.start : piece.end] for piece in pieces)
            sources.append((place, said))
            if len(pieces) == 1:
                assert said == text[place.evidence.start : place.evidence.end]
    trail = Trail(1, 1, [place for place, _ in sources])
    for n, (place, said) in enumerate(sources, 1):
        alone = read_ours(render_page(paper, place, "", "zh")).marked
        assert squeeze(alone.get("said", "")) == squeeze(as_shown(said))
        html = render_page(paper, place, "", "zh", replace(trail, n=n))
        assert squeeze(read_ours(html).marked.get("said", "")) == squeeze(as_shown(said))
        assert squeeze(read_ours(html).text) == squeeze(
            read_ours(
                render_page(
                    paper, place, "", "zh", Trail(1, n, [Place("else", place.evidence)] * len(sources))
                )
            ).text
        )  # what is faintly marked changes no word


@given(printed_pages(most=3.0), st.randoms(use_true_random=False))
def test_what_is_faintly_marked_is_the_text_at_the_offsets_of_each_other_source(made, rng):
    text, _ = made
    paper = paper_of(text)
    said: dict[str, str] = {}
    places = [Place("else", Span(0, 0))]
    for article in paper.articles:  # of each article one: they share no character
        start, end = sorted(rng.sample(range(len(article.text) + 1), 2))
        pieces = places_of(article, text, start, end)[0]
        places.append(Place("p.txt", Span(pieces[0].start, pieces[-1].end)))
        said[f"3-{len(places)}"] = "".join(text[piece.start : piece.end] for piece in pieces)
    html = render_page(paper, replace(places[0], source="p.txt"), "3-1", "zh", Trail(3, 1, places))
    for key, words in said.items():
        marks = re.findall(rf'<mark class="also" [^>]*data-open="{key}"[^>]*>.*?</mark>', html, re.DOTALL)
        assert squeeze(read_ours("".join(marks)).text) == squeeze(as_shown(words))


def test_the_made_pages_are_cut_and_joined():
    """What the properties above are drawn from: without seams and moved columns they would say little."""
    seams = jumps = apart = 0
    for seed in range(12):
        sheet = print_page(Damage.at(2), seed)
        paper = paper_of(sheet.text)
        html = render_page(paper, Place("p.txt", Span(0, 0)), "", "zh")
        seams += html.count('class="seam"')
        jumps += html.count('class="jump"')
        apart += sum(
            len(places_of(article, sheet.text, 0, len(article.text))) > 1 for article in paper.articles
        )
    assert min(seams, jumps, apart) > 10


@given(printed_pages(most=3.0))
def test_each_sign_that_a_text_goes_on_elsewhere_has_its_counterpart_there(made):
    text, _ = made
    paper = paper_of(text)
    signs = re.findall(
        r'<p class="jump" lang="zh-CN"><button type="button" data-jump="(\d+)">(.{2})',
        render_page(paper, Place("p.txt", Span(0, 0)), "", "zh"),
    )
    assert sorted(end for end, way in signs if way == "下转") == sorted(
        end for end, way in signs if way == "上接"
    )
    assert len(set(signs)) == len(signs)
    ends = {str(span.end) for article in paper.articles for span in article.spans[:-1]}
    assert {end for end, _ in signs} <= ends
