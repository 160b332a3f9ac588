"""qa.overview: which questions are of the archive itself, and which are of what an article says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.limits import find_limits
from qa.overview import Request, read_request


@pytest.fixture(scope="module")
def read(gazette):
    return lambda question: read_request(find_limits(question, gazette.scope, date(2016, 12, 1)))


@pytest.mark.parametrize(
    ("question", "what", "mention"),
    [
        ("有多少篇报道提到大气污染?", "articles", "大气污染"),
        ("有多少篇報道提到大氣污染?", "articles", "大氣污染"),
        ("报上有多少条消息说到公交车?", "articles", "公交车"),
        ("有几篇关于望江大桥的新闻?", "articles", "望江大桥"),
        ("关于志愿者的报道有几篇?", "articles", "志愿者"),
        ("志愿者的报道有几篇?", "articles", "志愿者"),
        ("提到“望江大桥”的文章一共有多少篇?", "articles", "望江大桥"),
        ("大桥有几篇报道提到?", "articles", "大桥"),
        ("请问一共有几篇报道讲了志愿者的事?", "articles", "志愿者"),
        ("哪些报道提到了志愿者?", "articles", "志愿者"),
        ("有哪些关于大桥的报道?", "articles", "大桥"),
        ("关于大桥的报道有哪些?", "articles", "大桥"),
        ("哪几篇写到了大桥?", "articles", "大桥"),
        ("哪几篇报道了大桥?", "articles", "大桥"),
        ("有多少篇报道了大桥?", "articles", "大桥"),
        ("有多少篇报道报道了大桥?", "articles", "大桥"),
        ("一共有多少篇报道?", "articles", None),
        ("库里有多少篇文章", "articles", None),
        ("2016年10月有多少篇报道提到大气污染?", "articles", "大气污染"),
        ("青林区有多少篇报道?", "articles", None),
        ("青林区有哪些新闻?", "articles", None),
        ("2016年10月25日的江州晚报说了什么?", "articles", None),
        ("有几条简讯提到大桥?", "articles", "大桥"),
        ("哪些区报道了创卫?", "districts", "创卫"),
        ("哪些区的报道提到了大气污染?", "districts", "大气污染"),
        ("有多少个区县提到大气污染?", "districts", "大气污染"),
        ("都写了哪些区的事?", "districts", None),
        ("报道了哪些县?", "districts", None),
        ("哪几版写到了秸秆?", "pages", "秸秆"),
        ("有几版写到志愿者?", "pages", "志愿者"),
        ("哪些报纸报道了大桥?", "newspapers", "大桥"),
        ("有哪些报纸?", "newspapers", None),
    ],
)
def test_a_question_of_the_archive_itself_is_read_as_what_it_counts(read, question, what, mention) -> None:
    assert read(question) == Request(what, mention)


@pytest.mark.parametrize(
    "question",
    [
        "有多少人参加?",
        "志愿者有多少人?",
        "张三发表了多少篇文章?",
        "记者李明写了多少篇报道?",
        "《唐文粹》共收文、赋及诗各多少篇?",
        "有多少篇报道提到他?",
        "有多少篇报道提到谁?",
        "有多少篇报道获了奖?",
        "哪些报道获了奖?",
        "有几篇?",
        "哪些区开展了创卫?",
        "哪些区有志愿者服务队?",
        "秸秆禁烧涉及哪些区?",
        "哪个区的志愿者写了信?",
        "有哪家报纸说,最富有的人比最穷的人有钱?",
        "新闻发布会上提到了哪些数字?",
        "图书馆有多少条规定?",
        "报社有多少名记者?",
        "发生了什么?",
        "?",
    ],
)
def test_a_question_of_what_an_article_says_is_none(read, question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    "piece",
    [
        "新闻报道",
        "有哪些",
        "都一共",
        "报道了",
        "关于",
        "的",
        "青林区",
        "2016年",
        "发生了什么",
        "报纸",
        "有多少篇报道提到",
        "a.",
        "第三版",
    ],
)
def test_a_question_that_says_the_same_over_and_over_is_read_at_once(read, piece: str) -> None:
    """A pattern that tries it in every way would never come to an end."""
    for question in (piece * (990 // len(piece)) + "火", "青林区" + piece * (980 // len(piece)) + "星"):
        assert read(question) is None or "篇" in piece or "关于" in piece


@given(st.text("有多少篇几条报道新闻提到关于的了哪些区县版写都一共志愿者,?“” ", max_size=30))
def test_whatever_is_asked_what_is_to_be_mentioned_stands_in_it(read, question: str) -> None:
    request = read(question)
    if request and request.mention is not None:
        assert request.mention in question
        assert any(c.isalnum() for c in request.mention)
