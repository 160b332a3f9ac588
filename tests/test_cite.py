"""qa/cite.py: references after GB/T 7714-2015, and answers as Markdown that shows text and nothing else."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.records import Span
from qa.cite import escape_markdown, write_answer_text, write_reference
from qa.records import Answer, Citation, Group, Hit, Limit, ModelSummary, Overview, Statement
from tests.ours import HOSTILE, hostile_text

GOLDEN = Path(__file__).parent / "golden" / "answer.md"
KNOWN = Citation(
    1, "zzrb/2016/A03.txt", "社区帮讨薪 民工送锦旗", "金水区", "本报记者 王影 通讯员 申宝玲", "news",
    5077, 5106, "来自滑县的农民工张广林手里拿着20600元现金,激动不已。", Span(5000, 5200), (),
    "2016-10-25", "郑州日报", "A03",
)  # fmt: skip
TITLE = "社区帮讨薪 民工送锦旗[N]."
FILE = "zzrb/2016/A03.txt."
NO_ISSUE = {"newspaper": None, "date": None, "edition": None}


@pytest.mark.parametrize(
    ("known", "reference"),
    [
        ({}, f"王影, 申宝玲. {TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"byline": "记者 张三 李四 王五"}, f"张三, 李四, 王五. {TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"byline": "记者 张三 李四 王五 赵六"}, f"张三, 李四, 王五, 等. {TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"byline": "记者 张三 等"}, f"张三, 等. {TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"byline": None}, f"{TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"byline": "本报综合报道"}, f"{TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"newspaper": "《郑州日报》"}, f"王影, 申宝玲. {TITLE} 郑州日报, 2016-10-25(A03)."),
        ({"headline": "社区帮讨薪\n  民工送锦旗"}, f"王影, 申宝玲. {TITLE} 郑州日报, 2016-10-25(A03)."),
        # What is not known goes with its punctuation, and then the file says where to look.
        ({"edition": None}, f"王影, 申宝玲. {TITLE} 郑州日报, 2016-10-25. {FILE}"),
        ({"date": None}, f"王影, 申宝玲. {TITLE} 郑州日报(A03). {FILE}"),
        ({"date": None, "edition": None}, f"王影, 申宝玲. {TITLE} 郑州日报. {FILE}"),
        ({"newspaper": None}, f"王影, 申宝玲. {TITLE} 2016-10-25(A03). {FILE}"),
        ({"newspaper": None, "date": None}, f"王影, 申宝玲. {TITLE} (A03). {FILE}"),
        (NO_ISSUE, f"王影, 申宝玲. {TITLE} {FILE}"),
        # What the page does not call by a name is called what it is, in brackets.
        (
            {"headline": None, "kind": "caption"},
            f"王影, 申宝玲. [图片说明][N]. 郑州日报, 2016-10-25(A03). {FILE}",
        ),
        ({"headline": None, "byline": None, "kind": "document", **NO_ISSUE}, f"[无题文件][N]. {FILE}"),
    ],
)
def test_a_reference_says_what_is_known_and_nothing_else(known, reference):
    assert write_reference(replace(KNOWN, **known)) == reference


@given(st.lists(hostile_text | st.none(), min_size=5, max_size=5))
def test_a_reference_is_one_line_whatever_the_page_says(parts):
    headline, byline, date, newspaper, edition = parts
    citation = replace(
        KNOWN, headline=headline, byline=byline, date=date, newspaper=newspaper, edition=edition
    )
    reference = write_reference(citation)
    assert reference.encode().decode().splitlines() == [reference]
    assert "\0" not in reference


def make_answer(**changes) -> Answer:
    answer = Answer(
        "他拿到多少?", "张广林拿到多少工资?", True, f"{KNOWN.text}[1](张广林,45岁)[2]", "20600元", 0.9,
        (KNOWN, replace(KNOWN, n=2, source="B`1.txt", headline=None, kind="caption", byline=None)),
        (), None, 6.4, differing=(1, 2),
        limits=(Limit("district", "在金水区的报道中,", "金水区", "他拿到多少?"),),
    )  # fmt: skip
    return replace(answer, **changes)


def make_refusal() -> Answer:
    reason = "报上没有写。有报道提到“建设”,但没有提到“楼层”。"
    return make_answer(
        question="盖几层楼?", standalone="盖几层楼?", answered=False, answer="", span=None,
        citations=(), reason=reason, limits=(), differing=(),
    )  # fmt: skip


def make_count() -> Answer:
    overview = Overview(
        "articles", "讨薪", 2, 50, False, 0, (Group("金水区", 2),), "库中共 50 篇,2 篇提到“讨薪”。"
    )
    return make_answer(
        question="多少篇提到讨薪?", standalone="多少篇提到讨薪?", span="2篇", overview=overview,
        limits=(), differing=(),
    )  # fmt: skip


def make_summary() -> ModelSummary:
    statements = (Statement("张广林拿到了工资。", (1,)), Statement("一年的<b>*工资*</b>。", (1, 3)))
    hit = Hit(1, 1.0, "002.txt", 1, "推进产业集聚区建设", 7, 20, "新春伊始")
    return ModelSummary("qwen_2.5", 2, statements, (hit,), done=True)


def test_a_conversation_looks_like_its_golden_file():
    answers = [
        write_answer_text(make_answer(), make_summary()),
        write_answer_text(make_refusal()),
        write_answer_text(make_count()),
    ]
    talk = "\n".join(["# 问报\n", *answers])  # as web/static/keep.js joins them
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(talk, "utf-8")
    assert talk == GOLDEN.read_text("utf-8")


def read_markdown(text: str) -> tuple[set[str], str]:
    """Return which elements Markdown becomes, also of GitHub's dialect, and the text that it shows."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    raw = re.sub("<[^>]*>", "", html)
    shown = raw.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return set(re.findall("<([a-z0-9]+)", html)), "".join(shown.split())


def visible(text: str) -> str:
    return "".join(re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", text).split())


markdown_text = hostile_text | st.text("#*_-+=>`~|[](){}!\\&<:.1 a$\n字", max_size=40)
TRICKS = [
    *HOSTILE, "[点我](javascript:alert(1))", "![](http://x.example/a.png)", "[1]: http://x.example", "# 头条",
    "1. 一", "12) 一", "- 一", "+ 一", "===", "---", "```", "> 引", "| a | b |\n|---|---|", "a_b_c **d**",
    "~~e~~", "<http://x.example>", "&copy;", "\\", "\\*", "    四格", "[1](二)", "[x][1]", "$a$",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKS)
def test_no_trick_of_markdown_works(text):
    elements, shown = read_markdown(escape_markdown(text))
    assert elements <= {"p"}
    assert shown == visible(text)


@given(markdown_text)
def test_escaped_text_is_shown_as_it_is(text):
    elements, shown = read_markdown(escape_markdown(text))
    assert elements <= {"p"}
    assert shown == visible(text)


@given(markdown_text, markdown_text)
def test_whatever_a_page_and_a_visitor_say_an_answer_holds_our_elements_only(page, visitor):
    cited = replace(KNOWN, headline=page, byline=page, newspaper=page, source=page)
    answer = make_answer(
        question=visitor, standalone=visitor + "?", answer=f"{page}[1]{page}[2]", span=page,
        citations=(cited, cited),
    )  # fmt: skip
    summary = replace(make_summary(), model=page, statements=(Statement(page, (1,)),) * 2)
    refusal = make_refusal()
    for one in (
        answer,
        replace(answer, overview=make_count().overview),
        replace(refusal, reason=page, question=visitor),
    ):
        elements, shown = read_markdown(write_answer_text(one, summary))
        assert elements <= {"h2", "p", "strong", "blockquote", "code"}
        assert visible(page) in shown
        assert visible(visitor) in shown
