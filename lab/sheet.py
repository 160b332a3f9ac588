"""A text -> a page as the benchmarks index it.

In: a text and what it is called. Out: the page, its articles, their passages. Does not know what is asked.
It stands alone because the processes that share the work of building import it: they need nothing else.
"""

from dataclasses import dataclass

from index.articles import split_articles
from index.passages import cut_passages
from index.records import Article, Page, Passage, Span


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be indexed. `whole`: it is one article without a headline, else a page of newsprint."""

    source: str
    text: str
    whole: bool = True

    @property
    def page(self) -> Page:
        """The record that the catalog keeps."""
        return Page(self.source, self.source, self.text, "utf-8", "")

    @property
    def articles(self) -> list[Article]:
        """The articles that stand on it."""
        if not self.whole:
            return split_articles(self.page)
        return [Article(None, None, None, None, None, "news", (Span(0, len(self.text)),), self.text)]

    def cut(self) -> list[tuple[Article, list[Passage]]]:
        """Return the articles with their passages."""
        return [(article, cut_passages(article, self.text)) for article in self.articles]
