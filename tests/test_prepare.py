"""prepare: what is made of a page depends on nothing but the page."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from index.encoder import load_encoder
from index.lexicon import load_lexicon
from index.pages import read_page
from index.prepare import prepare_pages
from index.records import Page
from index.text import cut_words, terms

# Of what a sentence may begin, go on and end with; some of it is long, or no end after all.
MARKS = [
    "。",
    "！”",
    "?",
    "…",
    ". ",
    "78.9%",
    "\n",
    "，",
    "；",
    "１．２亿",
    "二月",
    "二十四日",
    "f-35.",
    "\u3000",
]
WORDS = [
    "刘琴英",
    "社區",
    "帮A",
    "柳河大桥昨日通车",
    "一万",
    "三千",
    "王",
    "志愿者" * 30,
    "a" * 260,
    "没有标点" * 70,
]
told = st.lists(st.sampled_from(MARKS + WORDS), min_size=1, max_size=60).map("".join)


@given(told)
@example("甲。" * 200 + "志愿者一万\n三千。" * 40)
def test_a_passage_has_its_own_words_whatever_else_has_them(text: str) -> None:
    encoder, number = load_encoder(), load_lexicon().number
    for one in prepare_pages([Page("page.txt", "/page.txt", text, "utf-8", "")], encoder):
        passages = [(article.title, item.text) for article, own in one.articles for item in own]
        assert [[sorted(part.split()) for part in both] for both in one.terms] == [
            [sorted(terms(part)) for part in both] for both in passages
        ]
        assert [[part.tolist() for part in both] for both in one.words] == [
            [number(cut_words(part)).tolist() for part in both] for both in passages
        ]
        rows = encoder.encode_passages([f"{title}\n{said}".strip() for title, said in passages])
        assert one.rows.tobytes() == rows.astype(np.float16).tobytes()


def test_several_processes_prepare_the_same(seeds, monkeypatch) -> None:
    monkeypatch.setattr("index.prepare._BATCH", 5000)
    pages = [page for path in sorted(seeds.iterdir()) if isinstance(page := read_page(path, path.name), Page)]
    encoder = load_encoder()
    alone = list(prepare_pages(pages, encoder))
    together = list(prepare_pages(pages, encoder, processes=2))
    assert len(alone) == len(together) == 5
    for one, other in zip(alone, together, strict=True):
        assert (one.page, one.articles, one.terms) == (other.page, other.articles, other.terms)
        assert one.rows.tobytes() == other.rows.tobytes()
        assert [[part.tolist() for part in words] for words in one.words] == [
            [part.tolist() for part in words] for words in other.words
        ]
