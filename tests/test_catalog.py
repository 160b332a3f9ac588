"""catalog: what goes into SQLite comes out, and what is taken out is gone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.articles import split_articles
from index.catalog import Catalog, Counts
from index.pages import read_page
from index.passages import cut_passages
from index.records import Article, Page, Passage, Span

Cut = list[tuple[Article, list[Passage]]]


def cut(page: Page) -> Cut:
    return [(article, cut_passages(article, page.text)) for article in split_articles(page)]


@pytest.fixture(scope="module")
def pages(seeds) -> list[Page]:
    found = [read_page(path, path.name) for path in sorted(seeds.iterdir())]
    assert all(isinstance(page, Page) for page in found)
    return found


@pytest.fixture
def path(tmp_path, pages) -> Path:
    catalog = Catalog.create(tmp_path / "目录 ?#%.sqlite")
    for page in pages[:2]:
        catalog.add(page, cut(page))
    catalog.close()
    return tmp_path / "目录 ?#%.sqlite"


@pytest.fixture
def catalog(path):
    catalog = Catalog.load(path)
    yield catalog
    catalog.close()


def test_pages_and_articles_come_out_as_they_went_in(catalog, pages) -> None:
    for page in pages[:2]:
        assert catalog.page(page.source) == (page, tuple(split_articles(page)))


def test_passages_come_out_in_the_order_asked_for_and_unknown_numbers_are_left_out(catalog, pages) -> None:
    numbers = catalog.numbers()
    expected = [(a, p, page) for page in pages[:2] for a, ps in cut(page) for p in ps]
    assert len(numbers) == len(expected)
    stored = catalog.passages([numbers[-1], 10**9, *numbers])
    assert [(s.article, s.passage, s.page) for s in stored] == [expected[-1], *expected]
    assert [s.number for s in stored] == [numbers[-1], *numbers]
    assert catalog.passages([]) == []


def test_what_stands_in_one_article_shares_its_number(catalog) -> None:
    stored = catalog.passages(catalog.numbers())
    assert len({s.article_id for s in stored}) == len({(s.page.source, s.article.spans) for s in stored})


def test_the_counts_are_of_everything(catalog, pages) -> None:
    whole = [found for page in pages[:2] for found in cut(page)]
    assert catalog.counts() == Counts(2, len(whole), sum(len(passages) for _, passages in whole))


def test_files_are_known_by_their_paths_and_checksums(catalog, pages) -> None:
    assert catalog.files() == {page.source: (page.path, page.sha256) for page in pages[:2]}


def test_a_page_that_is_taken_out_takes_its_articles_and_passages_with_it(path, pages) -> None:
    catalog = Catalog.create(path)
    gone = catalog.remove(pages[0].source)
    assert len(gone) == sum(len(passages) for _, passages in cut(pages[0]))
    assert catalog.passages(gone) == []
    assert catalog.counts().pages == 1
    assert catalog.remove(pages[0].source) == []
    assert catalog.remove("no such page") == []
    with pytest.raises(KeyError, match=pages[0].source):
        catalog.page(pages[0].source)
    numbers = catalog.add(pages[0], cut(pages[0]))
    assert len(numbers) == len(gone)
    assert catalog.page(pages[0].source)[0] == pages[0]
    catalog.close()


def test_a_catalog_opened_for_reading_cannot_be_changed(catalog, pages) -> None:
    with pytest.raises(OSError, match="readonly"):
        catalog.add(pages[2], [])
    with pytest.raises(OSError, match="readonly"):
        catalog.remove(pages[0].source)


def test_a_page_whose_name_is_taken_is_the_callers_mistake(path, pages) -> None:
    catalog = Catalog.create(path)
    with pytest.raises(sqlite3.IntegrityError):
        catalog.add(pages[0], [])
    catalog.close()


def test_threads_may_share_a_catalog(catalog) -> None:
    numbers = catalog.numbers()
    alone = catalog.passages(numbers)
    with ThreadPoolExecutor(8) as threads:
        assert all(found == alone for found in threads.map(lambda _: catalog.passages(numbers), range(24)))


def test_what_is_known_of_a_page_is_kept(tmp_path) -> None:
    pages = [
        Page("a", "/a", "题\n\n文", "jsonl utf-8", "0", "2016-10-25", "郑州日报", "A03", Span(0, 1)),
        Page("b", "/b", "文", "pdf", "0", None, "郑州日报", None, None),
        Page("c", "/c", "文", "pdf", "0", title=Span(0, 0)),
    ]
    catalog = Catalog.create(tmp_path / "c")
    for page in pages:
        catalog.add(page, [])
    assert [catalog.page(page.source)[0] for page in pages] == pages
    assert catalog.encodings() == {"pdf": 2, "jsonl utf-8": 1}
    catalog.close()


def test_what_is_known_of_an_article_is_kept_with_its_spans_in_the_order_of_its_text(tmp_path) -> None:
    page = Page("a", "/a", "区街动态\n题\n后半句。\n前半", "utf-8", "0")
    spans, head = (Span(12, 14), Span(7, 11)), (Span(5, 6),)
    article = Article(
        "题",
        "肩",
        "副",
        "记者 王影",
        "金水区",
        "brief",
        spans,
        "前半后半句。",
        head,
        "区街动态",
        ("昨日", "3月"),
    )
    bare = Article(None, None, None, None, None, "caption", (Span(0, 4),), "区街动态")
    catalog = Catalog.create(tmp_path / "c")
    catalog.add(page, [(article, cut_passages(article, page.text)), (bare, [])])
    assert catalog.page("a") == (page, (article, bare))
    assert [(s.article, s.passage.text) for s in catalog.passages(catalog.numbers())] == [
        (article, "前半"),
        (article, "后半句。"),
    ]
    catalog.close()


def test_what_a_page_says_cannot_be_sql_or_json(tmp_path) -> None:
    text = "'); DROP TABLE pages; -- \"]}\\ 社区帮讨薪。\U0001f600\ufffd"
    page = Page("'\";--.txt", "/'x", text, "utf-8", "0")
    catalog = Catalog.create(tmp_path / "c")
    catalog.add(page, cut(page))
    assert catalog.page(page.source) == (page, tuple(split_articles(page)))
    catalog.close()


def test_what_is_known_of_the_articles_is_listed_in_the_order_of_their_numbers(catalog, pages) -> None:
    facts = catalog.facts()
    articles = [(page, article) for page in pages[:2] for article, _ in cut(page)]
    assert [one.article_id for one in facts] == sorted(one.article_id for one in facts)
    assert [(one.source, one.district, one.kind) for one in facts] == [
        (page.source, article.district, article.kind) for page, article in articles
    ]
    assert catalog.named_dates() == [article.dates for _, article in articles]
    found = list(catalog.articles([facts[-1].article_id, 10**9, facts[0].article_id]))
    assert [(page.source, article) for _, article, page in found] == [
        (articles[0][0].source, articles[0][1]), (articles[-1][0].source, articles[-1][1]),
    ]  # fmt: skip


def test_every_passage_has_an_owner(catalog) -> None:
    numbers, owners = catalog.owners()
    stored = catalog.passages(catalog.numbers())
    assert list(zip(numbers.tolist(), owners.tolist(), strict=True)) == [
        (item.number, item.article_id) for item in stored
    ]


def test_the_places_where_passages_are_cut_are_told_for_breaks_and_for_endless_lines(tmp_path) -> None:
    text = "前半句没有写完" + "。\n" + "后半句接着写"
    page = Page("a", "/a", text, "utf-8", "0")
    spans = (Span(9, 15), Span(0, 7))  # goes on above
    torn = Article(None, None, None, None, None, "news", spans, text[9:15] + text[:7])
    whole = Article(None, None, None, None, None, "news", (Span(0, 15),), text)
    catalog = Catalog.create(tmp_path / "c")
    catalog.add(page, [(torn, cut_passages(torn, text)), (whole, cut_passages(whole, text))])
    long = "长" * 600
    endless = Article(None, None, None, None, None, "news", (Span(0, 600),), long)
    catalog.add(Page("b", "/b", long, "utf-8", "0"), [(endless, cut_passages(endless, long))])
    assert catalog.cuts(250) == [(1, 6), (3, 250), (3, 500)]
    catalog.close()


def test_the_article_of_a_passage_is_known_and_unknown_passages_are_left_out(catalog) -> None:
    numbers = catalog.numbers()
    owners = catalog.owners_of([*numbers, 10**9])
    assert owners == {stored.number: stored.article_id for stored in catalog.passages(numbers)}
    assert catalog.owners_of([]) == {}
