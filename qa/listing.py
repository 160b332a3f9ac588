"""An article that mentions words -> the sentence to show for it, cited.

In: an article, its page, and the words. Out: a Citation of one place on the page, the words marked in it.
Does not know why the article is listed. Nothing is shown that is not in the page.
"""

import re
from collections.abc import Iterator, Sequence

from index.passages import MAX_LENGTH
from index.records import Article, Page, Span, stands_below
from index.text import clauses, fold, sentences
from qa.records import Citation


def cite_mention(n: int, article: Article, page: Page, words: Sequence[str]) -> Citation:
    """Return the sentence of the article that has the most of the folded `words`.

    Where none has any, the line of its head that does; without `words`, its first sentence.
    """
    place, marks = _in_text(article, page, words) or _in_head(article, page, words) or _first(article, page)
    return Citation(
        n=n, source=page.source, headline=article.headline, district=article.district, byline=article.byline,
        kind=article.kind, start=place.start, end=place.end, text=page.text[place.start : place.end],
        passage=place, marks=tuple(sorted(marks)), date=page.date, newspaper=page.newspaper,
        edition=page.edition, section=article.section, version=page.version,
    )  # fmt: skip


Placed = tuple[Span, list[Span]]


def _in_text(article: Article, page: Page, words: Sequence[str]) -> Placed | None:
    text = fold(article.text)
    low, high = max(
        _pieces(article.text), key=lambda piece: sum(word in text[piece[0] : piece[1]] for word in words)
    )
    found = sorted(_find(words, text[low:high], low))
    if not found:  # over the end of a sentence
        found = sorted(_find(words, text, 0))[:1]
        if not found:
            return None
        low, high = found[0]
    place = _stretch(article, page, low, high, found[0][0])
    spans = [span for start, end in found for span in article.page_spans(start, end)]
    return place, [span for span in spans if place.start <= span.start and span.end <= place.end]


def _in_head(article: Article, page: Page, words: Sequence[str]) -> Placed | None:
    for line in article.head:
        found = list(_find(words, fold(page.text[line.start : line.end]), line.start))
        if found:
            return line, [Span(low, high) for low, high in found]
    return None


def _first(article: Article, page: Page) -> Placed:
    low, high = next(_pieces(article.text))
    return _stretch(article, page, low, high, low), []


def _find(words: Sequence[str], folded: str, offset: int) -> Iterator[tuple[int, int]]:
    """Yield where words stand in a folded text, none inside another."""
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    for match in re.finditer(longest_first, folded) if longest_first else ():
        yield offset + match.start(), offset + match.end()


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text; of one that is too long to be shown, its clauses, or parts of them."""
    for low, high in sentences(text):
        for start, end in [(low, high)] if high - low <= MAX_LENGTH else clauses(text, low, high):
            for at in range(start, end, MAX_LENGTH):
                yield at, min(at + MAX_LENGTH, end)


def _stretch(article: Article, page: Page, low: int, high: int, at: int) -> Span:
    """Return the one place on the page that holds the character `at` of a range of the article's text."""
    (character,) = article.page_spans(at, at + 1)
    place: Span | None = None
    for span in article.page_spans(low, high):
        if place and stands_below(page.text, place, span):
            place = Span(place.start, span.end)
        elif place and place.start <= character.start < place.end:
            break
        else:
            place = span
    return place or character
