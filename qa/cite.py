"""Citation -> text: a reference after GB/T 7714-2015, an answer or a whole conversation as Markdown.

In: citations and answers. Out: text to be pasted elsewhere, in Chinese.
Does not know how an answer was found, or where the text goes.

A reference says what is known and nothing else. What comes from a page, a model or a visitor stands in the
Markdown as text: nothing in it becomes a link, an element or a heading.
"""

import re
from collections.abc import Iterator, Sequence

from qa.byline import list_authors
from qa.records import Answer, Citation, Hit, ModelSummary
from qa.within import say_limits

# Of more than three authors the standard has the first three named.
_NAMED = 3
_UNTITLED = {"news": "无题报道", "caption": "图片说明", "brief": "简讯", "document": "无题文件"}
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What means something in a line of Markdown, or of a dialect of it: ~ and | on GitHub, $ where formulas are.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|$]")
_BEGINS = re.compile(r"(\d{0,9})([-+=#.)])")  # a heading, a list, a line below a heading


def write_reference(citation: Citation) -> str:
    """Return the reference to what a citation quotes, as GB/T 7714-2015 has it for an article of a newspaper.

    `王影, 申宝玲. 社区帮讨薪 民工送锦旗[N]. 郑州日报, 2016-10-25(A03).` What is not known is left out with
    its punctuation. An item without a headline is called what it is, in brackets, as the standard marks
    words that are not the source's: `[图片说明][N]`. Where headline, newspaper, date or edition is missing,
    the file stands at the end, in the place of the path by which a source is found.
    """
    parts = [_name_item(citation), _name_issue(citation)]
    if not (citation.headline and citation.newspaper and citation.date and citation.edition):
        parts.append(f"{_in_line(citation.source)}.")
    return " ".join(filter(None, parts))


def write_answer_text(answer: Answer, summary: ModelSummary | None = None) -> str:
    """Return an answer as Markdown: question, exact answer, what is quoted, references with file and place.

    A model's `summary` stands apart, and says that it is no quotation.
    """
    return "\n\n".join(_answer_parts(answer, summary)) + "\n"


def escape_markdown(text: str) -> str:
    """Return text in one line, as Markdown that shows it and does nothing else."""
    escaped = _SPECIAL.sub(r"\\\g<0>", _in_line(text))
    begins = _BEGINS.match(escaped)
    return f"{begins[1]}\\{escaped[begins.start(2) :]}" if begins else escaped


def _in_line(text: str) -> str:
    return " ".join(_UNSEEN.sub(" ", text).split())


def _name_item(citation: Citation) -> str:
    """Return authors and title: 王影, 申宝玲. 社区帮讨薪 民工送锦旗[N]."""
    names, others = list_authors(citation.byline or "")
    authors = ", ".join(map(_in_line, names[:_NAMED]))
    if len(names) > _NAMED or others:
        authors += ", 等"
    title = _in_line(citation.headline or "") or f"[{_UNTITLED[citation.kind]}]"
    return f"{authors}. {title}[N]." if authors else f"{title}[N]."


def _name_issue(citation: Citation) -> str:
    """Return newspaper, date and edition: 郑州日报, 2016-10-25(A03)."""
    newspaper = _in_line(citation.newspaper or "").strip("《》")
    when = ", ".join(filter(None, (newspaper, _in_line(citation.date or ""))))
    edition = _in_line(citation.edition or "")
    issue = f"{when}({edition})" if edition else when
    return f"{issue}." if issue else ""


def _answer_parts(answer: Answer, summary: ModelSummary | None) -> Iterator[str]:
    yield f"## {escape_markdown(answer.question)}"
    if answer.standalone.strip() != answer.question.strip():
        yield f"按“{escape_markdown(answer.standalone)}”查找"
    if answer.limits:
        yield f"限于 {escape_markdown(say_limits(answer.limits))}"
    if not answer.answered:
        yield escape_markdown(answer.reason or "")
        return
    if exact := escape_markdown(answer.span or ""):
        yield f"**{exact}**"
    if answer.overview:
        yield escape_markdown(answer.overview.stated)
    if answer.differing:
        yield f"各报说法不一:{''.join(f'[{n}]' for n in answer.differing)}"
    yield _quote(answer)
    if summary and summary.statements:
        said = _mark_up([(one.text, one.sources) for one in summary.statements])
        yield f"由 {escape_markdown(summary.model)} 归纳,不是报上的原话:{''.join(said)}"
    for citation in answer.citations:
        yield _note(citation.n, f"{_name_item(citation)} {_name_issue(citation)}", citation)
    if summary and summary.statements:
        for n, hit in enumerate(summary.further, summary.cited + 1):
            yield _note(n, f"{_in_line(hit.headline)}[N]." if hit.headline else "", hit)


def _quote(answer: Answer) -> str:
    """Return the sentences with their markers; of those that stand behind a number, each by itself."""
    parts, rest = [], answer.answer
    for citation in answer.citations:
        said, _, rest = rest.partition(f"[{citation.n}]")
        parts.append((said, (citation.n,)))
    lines = [[part] for part in parts] if answer.overview else [parts]
    return "\n>\n".join("> " + "".join(_mark_up(line)) for line in lines)


def _mark_up(parts: Sequence[tuple[str, Sequence[int]]]) -> Iterator[str]:
    """Yield each text with its markers. Before ( or : a marker could become a link, and is escaped."""
    following = [text for text, _ in parts[1:]] + [""]
    for (text, numbers), then in zip(parts, following, strict=True):
        ends = r"\[{}\]" if then.lstrip().startswith(("(", ":")) else "[{}]"
        yield escape_markdown(text) + "".join(ends.format(n) for n in numbers)


def _note(n: int, reference: str, item: Citation | Hit) -> str:
    """Return a reference with the file and the place in it, in characters."""
    source = _in_line(item.source)
    file = escape_markdown(source) if "`" in source else f"`{source}`"
    parts = (escape_markdown(reference).replace(r"\[N\].", "[N]."), f"{file} ({item.start}-{item.end})")
    return " ".join([f"[{n}]", *filter(None, parts)])
