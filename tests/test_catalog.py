"""catalog: what goes into SQLite comes out, and what is taken out is gone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.articles import split_articles
from index.catalog import Catalog, CatalogWriter, Counts, Known
from index.lexicon import Numbers, load_lexicon
from index.pages import read_page
from index.passages import MAX_LENGTH, cut_passages
from index.records import Article, Page, Passage, Span
from index.text import cut_words

Cut = list[tuple[Article, list[Passage]]]


def cut(page: Page) -> Cut:
    return [(article, cut_passages(article, page.text)) for article in split_articles(page)]


def words(articles: Cut) -> list[tuple[Numbers, Numbers]]:
    number = load_lexicon().number
    return [
        (number(cut_words(a.title)), number(cut_words(p.text))) for a, passages in articles for p in passages
    ]


@pytest.fixture(scope="module")
def pages(seeds) -> list[Page]:
    found = [read_page(path, path.name) for path in sorted(seeds.iterdir())]
    assert all(isinstance(page, Page) for page in found)
    return found


def written(path: Path, *pages: tuple[Page, Cut], last: tuple[int, int, int] = (0, 0, 0), gone=()) -> Catalog:
    """Write one part, and open it."""
    writer = CatalogWriter(path, last)
    for page, articles in pages:
        writer.add(page, articles, words(articles))
    writer.leave_out(gone)
    writer.close()
    return Catalog.load([path])


@pytest.fixture(params=["one part", "two parts", "two parts, and some that went"])
def catalog(request, tmp_path, pages):
    """A catalog of the first two pages, as different histories leave it."""
    one, two = tmp_path / "目录 ?#%.sqlite", tmp_path / "two.sqlite"
    if request.param == "one part":
        catalog = written(one, *((page, cut(page)) for page in pages[:2]))
    elif request.param == "two parts":
        first = written(one, (pages[0], cut(pages[0])))
        written(two, (pages[1], cut(pages[1])), last=first.last())
        catalog = Catalog.load([one, two])
    else:
        first = written(one, (pages[2], cut(pages[2])), (pages[0], cut(pages[0])), (pages[1], cut(pages[1])))
        others = [(pages[3], cut(pages[3])), (pages[1], cut(pages[1]))]
        written(two, *others, last=first.last(), gone=[1, 3, 4])
        catalog = Catalog.load([one, two])
    yield catalog
    catalog.close()


def test_words_come_out_as_they_went_in(catalog, pages) -> None:
    expected = [words(cut(page)) for page in pages[:2]]
    kept = catalog.words(catalog.numbers())
    assert [(item.head.tolist(), item.body.tolist()) for item in kept] == [
        (head.tolist(), body.tolist()) for page in expected for head, body in page
    ]
    for item in kept:
        assert item.article.tolist() == [
            number for other in kept if other.article is item.article for number in other.body.tolist()
        ]


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


def test_pages_are_known_by_their_files_and_checksums(catalog, pages) -> None:
    assert catalog.paths() == sorted(page.path for page in pages[:2])
    for page in pages[:2]:
        (known,) = catalog.pages_of(page.path)
        assert known == Known(known.id, page.source, page.path, page.sha256)
        assert catalog.pages_with(page.sha256) == [known]
        assert catalog.pages_known([known.id, 10**6]) == [known]
        assert catalog.counts([known.id]) == Counts(
            1, len(cut(page)), sum(len(cuts) for _, cuts in cut(page))
        )
        numbers = catalog.passages_on([known.id])
        assert {one.page.source for one in catalog.passages(numbers)} == {page.source}
        assert len(numbers) == catalog.counts([known.id]).passages
    for page in pages[2:4]:
        assert catalog.pages_of(page.path) == catalog.pages_with(page.sha256) == []
        assert not catalog.has_file(page.source)
        with pytest.raises(KeyError, match=page.source):
            catalog.page(page.source)
    assert catalog.has_file(pages[0].source)


def test_a_file_of_rows_is_known_by_any_of_them(tmp_path) -> None:
    catalog = written(tmp_path / "c", (Page("n.jsonl#12", "/n.jsonl", "文", "jsonl utf-8", "0"), []))
    assert catalog.has_file("n.jsonl")
    assert catalog.has_file("n.jsonl#12")
    assert not catalog.has_file("n.json")
    assert not catalog.has_file("n.jsonl2")
    catalog.close()


def test_what_counts_no_more_is_told_with_its_passages(catalog) -> None:
    gone = catalog.gone()
    assert catalog.passages(gone.tolist()) == []
    assert catalog.last()[2] == catalog.counts().passages + len(gone)
    assert set(gone.tolist()).isdisjoint(catalog.numbers())


def test_a_writer_goes_on_with_the_part_there_is(tmp_path, pages) -> None:
    at_once = written(tmp_path / "a", (pages[0], cut(pages[0])), (pages[1], cut(pages[1])))
    first = written(tmp_path / "b", (pages[0], cut(pages[0])))
    by_two = written(tmp_path / "b", (pages[1], cut(pages[1])), last=first.last())
    assert by_two.facts() == at_once.facts()
    assert by_two.passages(by_two.numbers()) == at_once.passages(at_once.numbers())


def test_a_part_opened_for_reading_cannot_be_changed(catalog) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalog._rows("DELETE FROM pages")


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
    catalog = written(tmp_path / "c", *((page, []) for page in pages))
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
    catalog = written(tmp_path / "c", (page, [(article, cut_passages(article, page.text)), (bare, [])]))
    assert catalog.page("a") == (page, (article, bare))
    assert [(s.article, s.passage.text) for s in catalog.passages(catalog.numbers())] == [
        (article, "前半"),
        (article, "后半句。"),
    ]
    catalog.close()


def test_what_a_page_says_cannot_be_sql_or_json(tmp_path) -> None:
    text = "'); DROP TABLE pages; -- \"]}\\ 社区帮讨薪。\U0001f600\ufffd"
    page = Page("'\";--.txt", "/'x", text, "utf-8", "0")
    catalog = written(tmp_path / "c", (page, cut(page)))
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
    long = "长" * (2 * MAX_LENGTH + 100)
    endless = Article(None, None, None, None, None, "news", (Span(0, len(long)),), long)
    catalog = written(
        tmp_path / "c",
        (page, [(torn, cut_passages(torn, text)), (whole, cut_passages(whole, text))]),
        (Page("b", "/b", long, "utf-8", "0"), [(endless, cut_passages(endless, long))]),
    )
    assert catalog.cuts(MAX_LENGTH) == [(1, 6), (3, MAX_LENGTH), (3, 2 * MAX_LENGTH)]
    catalog.close()


def test_the_article_of_a_passage_is_known_and_unknown_passages_are_left_out(catalog) -> None:
    numbers = catalog.numbers()
    owners = catalog.owners_of([*numbers, 10**9])
    assert owners == {stored.number: stored.article_id for stored in catalog.passages(numbers)}
    assert catalog.owners_of([]) == {}
