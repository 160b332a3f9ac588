"""An HTML page -> its text, without what surrounds it.

In: the characters of the page. Out: a Piece: blocks of text between blank lines, the title, what the page
says of its date and newspaper. Does not know files or encodings.

The page is read as a stream of tags: no tree is built, so that 8 MB of hostile tags stay 8 MB.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from index.dating import find_date
from index.formats import Fault, Piece
from index.furniture import PAPER, is_paper
from index.imprint import Imprint
from index.records import Span
from index.text import HAN

MAX_HTML = 8 * 2**20
_DEEPEST = 1000  # libxml2 takes quadratic time for end tags below so many open ones
_CHUNK = 2**16
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "founder-content", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "title", "tr",
    "ul",
})  # fmt: skip
_DROPPED = frozenset({
    "aside", "button", "canvas", "footer", "iframe", "math", "nav", "noscript", "object", "option",
    "script", "select", "style", "svg", "template", "textarea",
})  # fmt: skip
# What marks the text proper; the last two are of Founder's digital newspapers.
_MAIN = frozenset({"article", "main", "founder-content"})
_MAIN_IDS = frozenset({"ozoom"})
_ENOUGH = 20  # characters in what is marked as main, for the rest to be left out
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "publish_date", "pubdate",
    "publish-date", "pubtime", "dc.date", "dc.date.issued", "dcterms.created",
    "weibo: article:create_at", "date",
)  # fmt: skip
_PAPERS = ("newspaper", "source", "mediaid", "og:site_name", "publisher", "dc.publisher")
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_FOUNDER = re.compile(r"<(date|title)>\s*([^<]{2,200}?)\s*</\1>")
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-—–·]+\s+|(?<=[\u4e00-\u9fff])[-—–]+(?=[\u4e00-\u9fff])")
_NO_TITLE = re.compile(r"(?:网|網|报|報|数字报|电子报|频道|首页|平台|在线|新闻|版)$")
_WRAPPED = re.compile(rf"(?<=[{HAN}，。、；：！？”）])[ \t\r\n]*\n[ \t\r\n]*(?=[{HAN}“（])")


class _TooDeep(Exception):
    """More open tags than a page has."""


class _Gathering:
    """What the parser calls: gathers blocks, and what is said in the head."""

    def __init__(self) -> None:
        self.blocks: list[
            tuple[str, str, bool]
        ] = []  # the tag around it, its text, whether it is marked as main
        self.facts: dict[str, str] = {}
        self._open: list[tuple[str, bool]] = []  # tag, whether it is main
        self._text: list[str] = []
        self._dropped = self._main = 0
        self._heading = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = tag.lower()
        main = (
            tag in _MAIN or attributes.get("id", "").lower() in _MAIN_IDS or attributes.get("role") == "main"
        )
        if tag in _BLOCKS:
            self._flush()
        self._open.append((tag, main))
        if len(self._open) > _DEEPEST:
            raise _TooDeep
        if tag in _DROPPED or self._dropped or (tag == "header" and not self._main):
            self._dropped += 1
        self._main += main
        if tag in ("h1", "title"):
            self._heading = tag
        if tag == "meta" and (content := attributes.get("content", "").strip()):
            for key in ("name", "property", "itemprop"):
                self.facts.setdefault(attributes.get(key, "").strip().lower(), content)
        elif tag == "time" and "datetime" in attributes:
            self.facts.setdefault("datepublished", attributes["datetime"])

    def end(self, tag: str) -> None:
        tag = tag.lower()
        if tag in _BLOCKS:
            self._flush()
        elif tag in ("td", "th"):
            self._text.append(" ")
        if self._open:
            _, main = self._open.pop()
            self._main -= main
        self._dropped = max(self._dropped - 1, 0)
        if tag == self._heading:
            self._heading = ""

    def data(self, text: str) -> None:
        if not self._dropped:
            self._text.append(text)
        elif self._open[-1][0] == "script" and (said := _JSON_DATE.search(text)):
            self.facts.setdefault("datepublished", said[1])

    def comment(self, text: str) -> None:
        if "enpproperty" in text[:40]:  # what Founder's newspapers say of an article
            for key, value in _FOUNDER.findall(text[:4000]):
                self.facts.setdefault({"date": "pubdate", "title": "og:title"}[key], value)

    def close(self) -> None:
        self._flush()

    def _flush(self) -> None:
        text = " ".join(_WRAPPED.sub("", "".join(self._text)).split(" "))
        text = re.sub(r"[ \t\r\n\f\xa0]+", " ", text).strip().strip("\u3000")
        self._text.clear()
        if self._heading == "title":
            self.facts.setdefault("title", text)
        elif text:
            self.blocks.append((self._heading, text, self._main > 0))


def read_html(text: str, encoding: str) -> Piece | Fault:
    """Return the text of the page, its title first if it stands elsewhere."""
    gathered = _Gathering()
    parser = etree.HTMLParser(target=gathered, encoding="utf-8", no_network=True)
    raw = text.encode("utf-8", "replace")
    try:
        for start in range(0, len(raw), _CHUNK):
            parser.feed(raw[start : start + _CHUNK])
        parser.close()
    except _TooDeep:
        return Fault(f"an HTML page with more than {_DEEPEST} tags within each other")
    except etree.ParserError:
        return Fault("an HTML page without text")
    blocks = list(_text_proper(gathered.blocks))
    if not blocks:
        return Fault("an HTML page without text: what a script would put into it is not there")
    title, at = _find_title(gathered, blocks)
    if title and at is None:
        blocks, at = [title, *blocks], 0
    start = sum(len(block) + 2 for block in blocks[:at]) if at else 0
    span = Span(start, start + len(title)) if title and at is not None else None
    return Piece("\n\n".join(blocks), f"html {encoding}", title=span, imprint=_imprint(gathered.facts))


def _text_proper(blocks: list[tuple[str, str, bool]]) -> Iterator[str]:
    """Yield what is marked as the text proper; where nothing is, all."""
    marked = sum(len(text) for _, text, main in blocks if main) >= _ENOUGH
    for _, text, main in blocks:
        if main or not marked:
            yield text


def _find_title(gathered: _Gathering, blocks: list[str]) -> tuple[str | None, int | None]:
    """Return the one headline of the page, and which block it is if it is one.

    The only h1; or else what the head calls the page, without the name of the site. A page of several h1
    holds several articles, unless its head names one of them.
    """
    headings = [text for tag, text, _ in gathered.blocks if tag == "h1"]
    if len(headings) == 1:
        return headings[0], blocks.index(headings[0]) if headings[0] in blocks else None
    named = gathered.facts.get("og:title") or gathered.facts.get("title", "")
    candidates = [named, *sorted(_SITE.split(named), key=len, reverse=True)]
    for candidate in candidates:
        if candidate and candidate in blocks:
            return candidate, blocks.index(candidate)
    likely = next((c for c in candidates[1:] if len(c) > 3 and not _NO_TITLE.search(c)), None)
    return (likely, None) if likely and not headings else (None, None)


def _imprint(facts: Mapping[str, str]) -> Imprint:
    date = next((found for name in _DATES if (found := find_date(facts.get(name, "")))), None)
    papers = (facts.get(name, "") for name in _PAPERS)
    paper = next((name for name in papers if re.fullmatch(PAPER, name) and is_paper(name)), None)
    return Imprint(date, paper)
