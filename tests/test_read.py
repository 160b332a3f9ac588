"""qa.read: which sentence of the passages found bears on the question, and how much of it is covered."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Stored
from index.passages import cut_passages
from index.records import Article, Page, Passage, Span
from index.text import sentences
from qa import read
from qa.locate import load_reader
from qa.question import understand
from qa.read import CLOSE, SEARCHED, UNREAD, WORTH_READING, order_by_evidence, read_passages
from qa.records import Found

TEXT = (
    "柳河大桥昨日建成通车。大桥长320米,宽18米。青山镇筹资340余万元修建了这座桥。"
    "养蜂人李大海今年67岁。他说,过去到县城卖蜂蜜要走两个小时。花市下月在河西公园开幕。"
)


def found(text: str = TEXT, headline: str | None = None, score: float = 1.0, number: int = 1) -> Found:
    page = Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)
    article = Article(headline, None, None, None, None, "news", (Span(0, len(text)),), text)
    return Found(Stored(number, number, article, Passage(0, len(text), text), page), score)


def even(term: str) -> float:
    return 1.0


def quoted(item) -> str:
    return item.found.stored.article.text[item.start : item.end]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("青山镇筹资多少修建了桥?", "青山镇筹资340余万元修建了这座桥。"),
        ("养蜂人李大海几岁?", "养蜂人李大海今年67岁。"),
        ("花市在哪个公园开幕?", "花市下月在河西公园开幕。"),
    ],
)
def test_the_sentence_that_holds_the_words_comes_first(question: str, sentence: str) -> None:
    assert quoted(read_passages(understand(question), [found()], even)[0]) == sentence


def test_the_sentence_before_lends_its_subject() -> None:
    text = "柳河大桥昨日通车。全长320米。河西花市全长500米。"
    assert quoted(read_passages(understand("柳河大桥全长多少米?"), [found(text)], even)[0]) == "全长320米。"


def test_the_headline_lends_its_subject() -> None:
    question = understand("柳河大桥全长多少米?")
    items = [
        found("全长500米。", "河西花市", number=1),
        found("全长320米。", "柳河大桥通车", number=2),
    ]
    assert quoted(read_passages(question, items, even)[0]) == "全长320米。"


def test_a_sentence_without_the_figure_that_is_asked_for_gives_way_to_one_of_its_article_that_has_it() -> (
    None
):
    text = "作为全县耕作面积最大的镇,青山镇又开始禁烧秸秆。全镇31平方公里都在网内。镇长今年50岁。"
    question = understand("青山镇禁烧秸秆涉及多大面积?")
    best = read_passages(question, [found(text)], even)[0]
    assert quoted(best) == "全镇31平方公里都在网内。"
    assert [text[slice(*one)] for one in best.answers if one] == ["31平方公里"]


def test_a_sentence_that_names_nobody_gives_way_to_the_one_that_names_who_holds_the_office() -> None:
    text = "深秋时节,走进新街社区,居民赞不绝口。主任赵永强说起网格如数家珍。"
    best = read_passages(understand("新街社区的主任是谁?"), [found(text)], even)[0]
    assert [text[slice(*one)] for one in best.answers if one] == ["赵永强"]


def test_where_what_was_read_has_no_such_figure_the_next_passages_are_read_too() -> None:
    texts = ["青山镇又开始禁烧秸秆,面积最大。", "全镇31平方公里都在网内。"]
    text = "\n".join(texts)
    page = Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)
    article = Article("青山镇禁烧秸秆", None, None, None, None, "news", (Span(0, len(text)),), text)
    items = [
        Found(Stored(n, 1, article, Passage(start, start + len(one), one), page), score)
        for n, (one, start, score) in enumerate(
            [(texts[0], 0, 1.0), (texts[1], len(texts[0]) + 1, 0.9 - WORTH_READING)]
        )
    ]
    assert quoted(read_passages(understand("青山镇禁烧秸秆涉及多大面积?"), items, even)[0]) == texts[1]
    others = read_passages(understand("青山镇禁烧什么?"), items, even)
    assert [quoted(item) for item in others] == [texts[0]]


def test_a_sentence_on_another_year_does_not_come_before_the_one_on_the_year_asked_about() -> None:
    text = "2021年,柳河公司营业收入131亿元。公司还修了桥。2022年柳河公司收入118亿元。"
    best = read_passages(understand("柳河公司2022年的营业收入是多少?"), [found(text)], even)[0]
    assert quoted(best) == "2022年柳河公司收入118亿元。"


def test_a_day_is_the_same_in_figures_and_in_numerals():
    text = "二月二十三日,花市卖出花苗300株。公司还修了桥。二月二十四日,花市又卖出500株。"
    best = read_passages(understand("2月24日花市卖出花苗多少株?"), [found(text)], even)[0]
    assert quoted(best) == "二月二十四日,花市又卖出500株。"


def test_a_sentence_that_leaves_open_what_is_asked_does_not_answer_it() -> None:
    text = "只见一名男子正往河里倒着什么。原来男子往河里倒的是石灰。"
    best = read_passages(understand("男子往河里倒的是什么?"), [found(text)], even)[0]
    assert quoted(best) == "原来男子往河里倒的是石灰。"


def test_a_sentence_is_read_whole_that_runs_on_at_another_place() -> None:
    text = "英与丈夫双双下岗。婆婆瘫痪了。\n\n图为公园。\n\n十几年前,因工厂倒闭,刘琴"
    start, end = text.index("十"), text.index("\n\n图")
    spans = (Span(start, len(text)), Span(0, end))
    said = text[start:] + text[:end]
    article = Article(None, None, None, None, None, "news", spans, said)
    page = Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)
    items = [
        Found(Stored(n, 1, article, passage, page), 1.0)
        for n, passage in enumerate(cut_passages(article, text))
    ]
    assert [item.stored.passage.text for item in items] == [text[start:], text[:end]]
    evidence = read_passages(understand("工厂倒闭以后谁双双下岗?"), items, even)
    assert [quoted(item) for item in evidence] == [
        "十几年前,因工厂倒闭,刘琴英与丈夫双双下岗。",
        "婆婆瘫痪了。",
    ]


def test_a_sentence_that_is_longer_than_a_passage_is_read_in_parts() -> None:
    text = "桥长" + "一二三四五六七八九十," * 60 + "完。"
    article = Article(None, None, None, None, None, "news", (Span(0, len(text)),), text)
    page = Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)
    items = [
        Found(Stored(n, 1, article, passage, page), 1.0)
        for n, passage in enumerate(cut_passages(article, text))
    ]
    read = sorted((item.start, item.end) for item in read_passages(understand("桥长?"), items, even))
    assert read == [(item.stored.passage.start, item.stored.passage.end) for item in items]


def test_a_question_about_something_else_is_hardly_covered() -> None:
    near = read_passages(understand("柳河大桥何时通车?"), [found()], even)[0]
    far = read_passages(understand("火星探测器何时着陆?"), [found()], even)[0]
    assert near.covered > 0.9
    assert far.covered < 0.3


def test_the_same_sentence_in_two_overlapping_passages_is_listed_once() -> None:
    evidence = read_passages(understand("柳河大桥有多长?"), [found(), found(score=0.5)], even)
    assert len({item.start for item in evidence}) == len(evidence) == len(sentences(TEXT))
    assert all(item.found.score == 1.0 for item in evidence)


def test_nothing_found_gives_no_evidence() -> None:
    assert read_passages(understand("柳河大桥有多长?"), [], even) == []


def test_no_more_sentences_are_searched_than_the_limit() -> None:
    evidence = read_passages(understand("桥有多长?"), [found("桥长5米。" * 40)], even)
    assert len(evidence) == 40
    assert [bool(item.answers) for item in evidence] == [True] * SEARCHED + [False] * (40 - SEARCHED)


asked = st.sampled_from(["柳河大桥有多长?", "养蜂人是谁,几岁?", "为什么修桥?", "火星在哪里?", "a", "5"])


@given(
    asked,
    st.lists(st.sampled_from([*TEXT, "。", "\n", "67岁", "柳河大桥"]), min_size=1, max_size=60).map("".join),
)
def test_shares_lie_between_0_and_1_scores_fall_and_ranges_are_whole_sentences(question, text) -> None:
    evidence = read_passages(understand(question), [found(text)], even)
    ranges = sentences(text)
    scores = [item.score for item in evidence if not item.completes]
    assert scores == sorted(scores, reverse=True)
    for item in evidence:
        assert -1e-9 <= item.matched <= 1 + 1e-9
        assert -1e-9 <= item.covered <= 1 + 1e-9
        assert (item.start, item.end) in ranges
        assert all(item.start <= start < end <= item.end for start, end in filter(None, item.answers))


MEASURES = (
    "青山镇采取三项措施治理河道。一是清淤,共清出淤泥3万方。二是绿化,种树2000棵。三是巡查,每天两次。"
    "群众拍手叫好。"
)


@pytest.mark.parametrize("question", ["青山镇采取了哪些措施治理河道?", "青山镇怎么治理河道?"])
def test_an_enumeration_over_several_sentences_is_given_whole(question: str) -> None:
    first = read_passages(understand(question), [found(MEASURES)], even)[0]
    assert quoted(first) == MEASURES.removesuffix("群众拍手叫好。")
    (whole,) = first.answers
    assert MEASURES[slice(*whole)].startswith("一是清淤")
    assert MEASURES[slice(*whole)].endswith("每天两次。")


def test_who_asks_for_one_thing_does_not_get_the_whole_enumeration() -> None:
    first = read_passages(understand("青山镇种了多少棵树?"), [found(MEASURES)], even)[0]
    assert quoted(first) == "二是绿化,种树2000棵。"


def test_a_part_that_the_first_sentence_leaves_open_is_answered_from_another_one() -> None:
    text = "柳河大桥全长320米,昨日通车。市民纷纷前来参观。大桥总投资4500万元。公园里花开了。"
    first, second, *rest = read_passages(understand("柳河大桥全长多少米,总投资多少钱?"), [found(text)], even)
    assert [quoted(first), quoted(second)] == ["柳河大桥全长320米,昨日通车。", "大桥总投资4500万元。"]
    assert (first.completes, second.completes) == (False, True)
    assert [text[slice(*one)] for item in (first, second) for one in item.answers if one] == [
        "320米",
        "4500万元",
    ]
    assert not any(item.completes for item in rest)


def test_four_parts_in_four_sentences_are_all_answered() -> None:
    text = "柳河大桥全长320米。柳河大桥宽18米。柳河大桥高26米。柳河大桥总投资4500万元。公园里花开了。"
    question = understand("柳河大桥全长多少米,宽多少米,高多少米,总投资多少钱?")
    evidence = read_passages(question, [found(text)], even)
    said = [(n, text[slice(*one)]) for item in evidence[:4] for n, one in enumerate(item.answers) if one]
    assert sorted(said) == [(0, "320米"), (1, "18米"), (2, "26米"), (3, "4500万元")]
    assert [item.completes for item in evidence[:5]] == [False, True, True, True, False]


def test_who_asks_how_and_how_many_gets_the_enumeration_and_the_figure_in_it() -> None:
    question = understand("青山镇怎么治理河道,种了多少棵树?")
    first = read_passages(question, [found(MEASURES)], even)[0]
    whole, number = first.answers
    assert MEASURES[slice(*whole)].endswith("每天两次。")
    assert MEASURES[slice(*number)] == "2000棵"


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_passage_without_a_sentence_is_not_read(text: str) -> None:
    assert read_passages(understand("桥多长,谁修的?"), [found(text)], even) == []


def test_both_parts_in_one_sentence_need_no_other() -> None:
    text = "柳河大桥全长320米,总投资4500万元。大桥旁的公园投资80万元。"
    first, *rest = read_passages(understand("柳河大桥全长多少米,总投资多少钱?"), [found(text)], even)
    assert [text[slice(*one)] for one in first.answers if one] == ["320米", "4500万元"]
    assert not any(item.completes for item in rest)


def test_a_sentence_that_asks_is_no_answer() -> None:
    text = "什么是路长制?路长制即每条路由一名干部负责,保洁、绿化、停车都归他管。路长姓名已公布。"
    first = read_passages(understand("什么是路长制?"), [found(text)], even)[0]
    assert quoted(first).startswith("路长制即")


def test_passages_far_behind_the_best_are_not_read() -> None:
    other = "东湖大桥长500米。东湖公园开园。"
    evidence = read_passages(
        understand("大桥有多长?"),
        [found(score=2.0), found(other, score=2.0 - 2 * WORTH_READING, number=2)],
        even,
    )
    assert {item.found.stored.number for item in evidence} == {1}


def test_who_asks_for_the_total_gets_the_sentence_that_sums_up() -> None:
    text = "青山镇清理垃圾30吨,东湖村清理垃圾20吨。河西区共清理垃圾150吨。河西区清理垃圾的队伍有40人。"
    first = read_passages(understand("河西区一共清理了多少吨垃圾?"), [found(text)], even)[0]
    assert quoted(first) == "河西区共清理垃圾150吨。"


@pytest.fixture
def texts(monkeypatch) -> list[str]:
    """The texts that the reader gets from now on."""
    reader, texts = load_reader(), list[str]()

    class Watched:
        def read(self, question, given):
            texts.extend(given)
            return reader.read(question, given)

    monkeypatch.setattr(read, "load_reader", Watched)
    return texts


def test_the_reader_reads_what_might_still_be_cited_and_nothing_else(texts) -> None:
    about = "东湖公园开园,园里有三座小桥。"
    several = [found(about, score=0.5, number=2), found(score=1.0), found(about[:7], score=0.9, number=3)]
    evidence = read_passages(understand("柳河大桥长多少米?"), several, even)
    assert texts == [TEXT]
    unread = [item for item in evidence if item.found.stored.number != 1]
    assert len(evidence) > len(unread) == 2
    assert {item.located for item in unread} == {UNREAD}
    assert max(item.score for item in unread) < evidence[0].score - CLOSE


def test_the_same_words_in_another_article_are_not_read_again_and_answer_there_too(texts) -> None:
    before = "花市下月在河西公园开幕。"
    again = found(before + "大桥长320米,宽18米。", score=0.9, number=2)
    evidence = read_passages(understand("柳河大桥长多少米?"), [found(), again], even)
    assert texts == [TEXT]
    first, second = [item for item in evidence if quoted(item) == "大桥长320米,宽18米。"]
    assert first.located == second.located > UNREAD
    (exact,) = second.answers
    assert second.found.stored.article.text[slice(*exact)] == "320米"
    assert all(second.start <= guess.start < guess.end <= second.end for guess in second.guesses[0])


def test_what_is_cited_is_the_same_as_if_all_were_read() -> None:
    chance = random.Random(5)
    questions = ["柳河大桥长多少米?", "李大海今年几岁?", "花市在哪里开幕?", "谁去县城卖蜂蜜?"]
    for _ in range(60):
        asked, texts = understand(chance.choice(questions)), chance.choices(TEXT.split("。")[:-1], k=5)
        passages = [
            found(f"{text}。", score=chance.uniform(-1, 1), number=n) for n, text in enumerate(texts, 1)
        ]

        def cited() -> list[tuple[int, int, float]]:
            evidence = read_passages(asked, passages, even)  # noqa: B023  # called in this very round
            near = [item for item in evidence if item.score > evidence[0].score - CLOSE]
            return [(item.found.stored.number, item.start, round(item.score, 3)) for item in near]

        some = cited()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(read, "CLOSE", 100.0)  # the reader gets to all of them
            patch.setattr(read, "_quote", lambda item: (item.found.stored.number, item.start))
            everything = cited()
        assert some == everything


def test_who_asks_gets_the_best_sentence_first_and_who_types_a_headline_the_article() -> None:
    some = [
        found("柳河大桥全长320米，昨日在雨中。", score=1.0, number=1),
        found("新闻发布会说，柳河大桥将提前开放，全长没有说。", score=1.2, number=2),
    ]
    asked = understand("柳河大桥全长多少米?")
    evidence = read_passages(asked, some, even)
    for text, first in (("柳河大桥全长多少米?", 1), ("柳河大桥将提前开放", 2)):
        ordered = order_by_evidence(understand(text), some, evidence)
        assert ordered[0].stored.number == first
        assert [item.score for item in ordered] == sorted((item.score for item in ordered), reverse=True)
