import random

import pytest

from index.text import sentences
from lab.cloze import ask_about

STORY = (
    "青山市防汛指挥部昨日通报，截至9日6时，柳河洪水已造成37人受伤，转移群众1.2万人。"
    "市长李建国赶到柳河大堤，慰问了受灾群众。10月12日，省水利厅派出专家组前往青山市指导抢险工作。"
)


@pytest.mark.parametrize("seed", range(30))
def test_the_answer_stands_in_its_sentence_and_is_asked_for(seed: int) -> None:
    made = ask_about(STORY, random.Random(seed), 3)
    assert made
    ranges = sentences(STORY)
    assert len({item.sentence for item in made}) == len(made)
    for item in made:
        assert item.sentence in ranges
        assert item.sentence[0] <= item.answer[0] < item.answer[1] <= item.sentence[1]
        assert any(
            word in item.question
            for word in ("多少", "几", "谁", "哪", "什么", "何", "人数", "时间", "日期", "地点", "姓名")
        )


def test_the_same_seed_makes_the_same_questions() -> None:
    assert ask_about(STORY, random.Random(3), 3) == ask_about(STORY, random.Random(3), 3)


def test_figures_days_persons_and_bodies_are_all_asked_for() -> None:
    asked = {
        STORY[slice(*item.answer)] for seed in range(200) for item in ask_about(STORY, random.Random(seed), 3)
    }
    assert {"37人", "1.2万人", "10月12日", "李建国"} <= asked


def test_titles_lists_reasons_and_things_are_asked_for_too() -> None:
    story = "因连降大雨，李建国带领队员学习《防汛手册》，检查了水库、河堤和泵站，队员们修好了三台旧水泵。"
    asked = {
        story[slice(*item.answer)] for seed in range(200) for item in ask_about(story, random.Random(seed), 1)
    }
    assert {"《防汛手册》", "水库、河堤和泵站", "连降大雨"} <= asked


@pytest.mark.parametrize("story", ["", "好。", "好的好的，是啊是啊，就这样吧，就这样吧，太好了太好了。"])
def test_what_tells_no_fact_gives_no_question(story: str) -> None:
    assert ask_about(story, random.Random(0), 3) == []
