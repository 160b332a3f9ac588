"""Drawn HTML as a browser would read it, the elements and attributes that are ours, and what is not."""

import re
from html.parser import HTMLParser

from hypothesis import strategies as st

OURS = {
    "a", "article", "aside", "b", "bdi", "blockquote", "button", "dd", "del", "details", "dialog", "div",
    "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "header", "i", "input", "ins", "kbd", "label",
    "li", "mark", "nav", "ol", "option", "p", "rect", "section", "select", "small", "span", "summary",
    "svg", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
OUR_ATTRIBUTES = {
    "autocomplete", "class", "colspan", "disabled", "enterkeyhint", "height", "hidden", "href", "id", "lang",
    "maxlength", "open", "placeholder", "preserveaspectratio", "role", "scope", "selected", "tabindex",
    "title", "type", "value", "viewbox", "width", "y",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "</p></div></section><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "<a href='javascript:alert(1)'>点我</a>",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} {{{this}}} {0} {words} %s @children `x`",
    "&lt;script&gt; &amp; &#60; &notit; <!-- --> <![CDATA[ ]]> </textarea></style>",
    "a\x00b\x0b\x1f\u202e右到左\ud800",
]
hostile_text = st.one_of(
    st.text(max_size=40), st.sampled_from(HOSTILE), st.text("<>&\"'`{}$/=;!- ax\n", max_size=40)
)


class Reader(HTMLParser):
    """What a browser would make of it: the text, and every element with its attributes."""

    VOID = frozenset({"img", "br", "input", "link", "meta"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.signs: list[str] = []
        self.marked: dict[str, str] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()[0] != tag:
            self.odd.append(f"</{tag}>")

    def handle_data(self, data):
        classes = [name for _, name in self.open]
        (self.signs if {"seam", "jump"} & set(classes) else self.words).append(data)
        if self.open and self.open[-1][0] == "mark":
            self.marked[classes[-1]] = self.marked.get(classes[-1], "") + data

    def handle_comment(self, data):
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    @property
    def text(self) -> str:
        return "".join(self.words)


def read_ours(html: str) -> Reader:
    """Read HTML and assert that all of it is ours: known elements and attributes, each closed, no scheme."""
    reader = Reader(html)
    assert not reader.open
    assert not reader.odd
    for tag, attributes in reader.elements:
        assert tag in OURS
        others = {name for name in attributes if not name.startswith(("aria-", "data-"))}
        assert others <= OUR_ATTRIBUTES
        assert re.fullmatch(r"#[sq]\d+-\d+", attributes.get("href") or "#s1-1")
        assert not attributes.get("id") or re.fullmatch(r"[tsq]\d+(-\d+)?", attributes["id"])
    return reader


def as_shown(text: str) -> str:
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


def squeeze(text: str) -> str:
    return "".join(text.split())
