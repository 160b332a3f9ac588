"""qa.listing: the place on the page that shows why an article is listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold
from qa.listing import cite_mention


@pytest.fixture(scope="module")
def everything(archive):
    return list(archive.catalog.articles(archive.scope.facts))


def test_whatever_stands_in_an_article_is_shown_and_marked_at_its_place(everything) -> None:
    @given(st.data())
    def check(data: st.DataObject) -> None:
        _, article, page = data.draw(st.sampled_from(everything))
        start = data.draw(st.integers(0, len(article.text) - 2))
        word = fold(article.text[start : start + data.draw(st.integers(1, 9))].strip())
        if not word or "\n" in word:
            return
        citation = cite_mention(1, article, page, [word])
        assert page.text[citation.start : citation.end] == citation.text
        assert 0 < len(citation.text) <= 400
        assert citation.marks
        said = "".join(page.text[mark.start : mark.end] for mark in citation.marks)
        # Over a break of the text the part is marked that stands in this place.
        assert word in fold(said) or fold(said) in word or said[:1] in word

    check()


def test_without_words_the_first_sentence_is_shown_and_nothing_marked(everything) -> None:
    for _, article, page in everything:
        citation = cite_mention(3, article, page, [])
        assert citation.n == 3
        assert citation.marks == ()
        assert fold(citation.text)[:5] == fold(article.text.lstrip())[:5]


def test_the_sentence_with_the_most_of_the_words_is_shown(everything) -> None:
    article, page = next((a, p) for _, a, p in everything if "农民工" in a.text and "锦旗" in a.title)
    citation = cite_mention(1, article, page, ["农民工", "现金"])
    assert "农民工" in citation.text
    assert "现金" in citation.text
