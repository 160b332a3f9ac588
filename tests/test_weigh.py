"""qa.weigh: how much each word of a question says of what is asked about."""

import math

import pytest

from qa.question import understand
from qa.weigh import say_words, weigh_terms, weigh_words


def test_a_term_that_no_passage_holds_weighs_the_most_and_none_weighs_nothing() -> None:
    weigh = weigh_terms({"桥": 90, "蜂": 3, "月球": 0}.__getitem__, 100)
    assert weigh("月球") > weigh("蜂") > weigh("桥") > 0
    assert weigh("蜂") == pytest.approx(math.log(1 + 97.5 / 3.5))


def test_the_weights_of_the_words_sum_to_one() -> None:
    weights = weigh_words(understand("柳河大桥是什么时候通车的?"), lambda term: 1.0)
    assert sum(word.weight for word in weights) == pytest.approx(1)
    by_text = {word.text: word.weight for word in weights}
    assert by_text["大桥"] > by_text["的"]


def test_a_name_says_more_than_a_verb_and_a_verb_more_than_a_particle() -> None:
    says = {word: much for word, much, _ in say_words(understand("李大海的蜂蜜卖到县城"))}
    assert says["蜂蜜"] > says["卖"] > says["的"]


def test_words_that_fit_any_question_say_little() -> None:
    says = {word: much for word, much, _ in say_words(understand("养蜂人和大学一起进行的有关蜂蜜的事情"))}
    assert max(says[word] for word in ("一起", "进行", "有关", "事情")) < min(says["大学"], says["蜂蜜"])


def test_what_every_passage_of_a_small_archive_is_about_still_weighs_more_than_a_common_verb() -> None:
    weights = weigh_words(understand("大桥有名字"), weigh_terms(lambda term: 0 if term == "有" else 2, 2))
    by_text = {word.text: word.weight for word in weights}
    assert by_text["大桥"] > by_text["有"]
