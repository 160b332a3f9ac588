"""qa.within and Archive.ask: answers inside limits, and honest refusals where there are none."""

import pytest

from qa.records import Answer, Limit
from qa.within import refuse_within, say_limit


def ask(gazette, question: str) -> Answer:
    answer = gazette.ask(question)
    for piece in (*answer.citations, *answer.hits):
        assert gazette.page(piece.source).page.text[piece.start : piece.end] == piece.text
    return answer


@pytest.mark.parametrize(
    ("question", "span", "source"),
    [
        ("望江大桥总投资多少?", None, None),
        ("2016年10月的报纸上,望江大桥总投资多少?", "4.6亿元", "江州晚报/2016-10-26/A03.txt"),
        ("前年的报道里,望江大桥总投资多少?", "3.9亿元", "江州日报/2014-10-02/B03.txt"),
        ("国庆期间的报道里,望江大桥总投资多少?", "3.9亿元", "江州日报/2014-10-02/B03.txt"),
        ("江州日报上,望江大桥总投资多少?", "3.9亿元", "江州日报/2014-10-02/B03.txt"),
        ("B03版上,望江大桥总投资多少?", "3.9亿元", "江州日报/2014-10-02/B03.txt"),
        ("A03.txt里,望江大桥总投资多少?", "4.6亿元", "江州晚报/2016-10-26/A03.txt"),
        ("白石区的报道中,望江大桥总投资多少?", "4.6亿元", "江州晚报/2016-10-26/A03.txt"),
    ],
)
def test_a_limit_decides_between_two_reports_of_one_thing(gazette, question, span, source) -> None:
    answer = ask(gazette, question)
    assert answer.answered
    assert answer.standalone == question
    if span:
        assert answer.limits
        assert answer.span == span
        assert {citation.source for citation in answer.citations} == {source}
        assert all(hit.source == source for hit in answer.hits) or "江州晚报" in source
    else:
        assert answer.limits == ()


def test_every_hit_lies_inside_the_limit(gazette) -> None:
    answer = ask(gazette, "在青林区的报道中,志愿者队长叫什么?")
    inside = gazette.scope.select(answer.limits)
    assert answer.answered
    assert {hit.article_id for hit in answer.hits} <= inside != set(gazette.scope.facts)


@pytest.mark.parametrize(("count", "searches"), [(1, 1), (2, 3), (6, 7), (7, 1), (40, 1)])
def test_a_flood_of_limits_costs_no_flood_of_searches(gazette, count: int, searches: int) -> None:
    refusal = gazette.ask("在白石区的报道中,供暖管道的改造投入了多少资金?")
    limits = [Limit("district", f"第{n}区", f"第{n}区", "") for n in range(count)]
    asked = []

    def search(kept) -> Answer:
        asked.append(kept)
        return refusal

    assert "不加限制也没有。" in refuse_within(limits, refusal, search, 0.0).reason
    assert len(asked) == searches
    assert asked[-1] == []


def test_a_limit_that_leaves_no_answer_is_a_refusal_that_says_what_there_is_without_it(gazette) -> None:
    answer = ask(gazette, "在白石区的报道中,供暖管道的改造投入了多少资金?")
    assert not answer.answered
    assert (answer.answer, answer.span, answer.citations) == ("", None, ())
    assert answer.beyond is not None
    assert answer.beyond.without == ("district",)
    assert "共投入资金860万元。" in answer.beyond.text
    assert answer.reason == f"限于白石区没有找到。不限地区时有:“{answer.beyond.text}”"
    assert "860万元" in answer.hits[0].text
    assert 0 < answer.took_ms


def test_a_limit_that_leaves_nothing_at_all_says_so_too(gazette) -> None:
    answer = ask(gazette, "在望山区的报道中,供暖管道的改造投入了多少资金?")
    assert not answer.answered
    assert answer.reason.startswith("限于望山区没有找到。不限地区时有:“")


def test_of_several_limits_the_one_that_is_in_the_way_is_named(gazette) -> None:
    answer = ask(gazette, "2014年的青林区的报道里,志愿者队长叫什么?")
    assert answer.beyond.without == ("date",)
    assert answer.reason.startswith("限于2014年、青林区没有找到。不限日期时有:“")
    both = ask(gazette, "2014年的白石区的报道里,志愿者队长叫什么?")
    assert both.beyond.without == ("date", "district")


def test_what_is_nowhere_is_refused_as_that(gazette) -> None:
    answer = ask(gazette, "在青林区的报道中,火星上的骆驼有几只?")
    assert not answer.answered
    assert answer.beyond is None
    assert answer.reason.startswith("限于青林区没有找到。不加限制也没有。报上没有写。")


def test_the_question_without_its_limit_gets_what_was_said_to_be_beyond_it(gazette) -> None:
    answer = ask(gazette, "在白石区的报道中,供暖管道的改造投入了多少资金?")
    (limit,) = answer.limits
    again = ask(gazette, limit.without)
    assert again.answered
    assert again.limits == ()
    assert "860万元" in answer.beyond.text
    assert again.span == "860万元"


def test_a_follow_up_keeps_the_limit_that_it_leans_on_and_shows_it(gazette) -> None:
    answer = gazette.ask("它长多少米?", ["2016年10月的报纸上,望江大桥总投资多少?"])
    assert [(limit.kind, limit.value) for limit in answer.limits] == [("date", "2016-10-01/2016-10-31")]
    assert answer.span == "1280米"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [("district", "白石区", "白石区"), ("edition", "A03", "第A03版"),
     ("date", "2015-01-01/2015-12-31、2016-02-01/2016-02-29", "2015年、2016年2月"), ("kind", "brief", "简讯"),
     ("time", "2015-01-01/2015-12-31", "2015年"), ("source", "柳河.txt", "柳河.txt")],
)  # fmt: skip
def test_a_limit_is_said_in_chinese(kind, value, said) -> None:
    assert say_limit(Limit(kind, value, value, "")) == said
