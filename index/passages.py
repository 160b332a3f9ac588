"""Article -> Passage: what is indexed and found.

In: an Article and the text of its page. Out: windows of whole neighbouring sentences that overlap by one.
Does not know vectors, postings or questions.

A passage lies in one stretch of the page: it may run over a column break, never over another article, nor to
where the article goes on further up. So the characters between its first and its last offset on the page are
the passage and nothing else. A sentence that runs on at another place is cut there; qa/read.py puts it
together again.
"""

from collections.abc import Iterator

from index.records import Article, Passage, stands_below
from index.text import clauses, sentences

# Shorter windows lose the subject; longer ones answer no better and take longer to judge and to read.
# Measured: lab/README.md, "How long a passage is".
MAX_LENGTH = 400


def cut_passages(article: Article, page_text: str) -> list[Passage]:
    """Return the passages of `article`, in the order of its text; each is 1 to MAX_LENGTH characters long."""
    passages = []
    for low, high in _stretches(article, page_text):
        stretch = article.text[low:high]
        ranges = [
            (low + start, low + end)
            for sentence in sentences(stretch)
            for start, end in _pieces(stretch, *sentence)
        ]
        for start, end in _windows(ranges):
            passages.append(Passage(start, end, article.text[start:end]))
    return passages


def _stretches(article: Article, page_text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the article's text that lie together on the page, column breaks aside."""
    start = end = 0
    for span, following in zip(article.spans, (*article.spans[1:], None), strict=True):
        end += len(span)
        if following is None or not stands_below(page_text, span, following):
            yield start, end
            start = end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence whole, or, where it is longer than a passage, in as few clauses as will do."""
    if end - start <= MAX_LENGTH:
        yield start, end
        return
    low = start
    for clause_start, clause_end in clauses(text, start, end):
        if clause_end - low > MAX_LENGTH and clause_start > low:
            yield low, clause_start
            low = clause_start
        while clause_end - low > MAX_LENGTH:  # a line of one endless clause
            yield low, low + MAX_LENGTH
            low += MAX_LENGTH
    if low < end:
        yield low, end


def _windows(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of windows over `ranges`: full, overlapping by one sentence, none inside another."""
    first = 0
    while first < len(ranges):
        last = first
        while last + 1 < len(ranges) and ranges[last + 1][1] - ranges[first][0] <= MAX_LENGTH:
            last += 1
        yield ranges[first][0], ranges[last][1]
        if last + 1 == len(ranges):
            return
        # The last sentence opens the next window too, if there is room for another one beside it.
        fits = last > first and ranges[last + 1][1] - ranges[last][0] <= MAX_LENGTH
        first = last if fits else last + 1
