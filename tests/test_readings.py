"""lab.readings: what the reader learns from. The stories are invented here."""

import random

import pytest

from index.text import fold
from lab import readings
from lab.readings import keep, load, make_reading, read_by_rule, read_headline, read_people, show

STORY = (
    "本报讯 青山镇昨日举行水渠竣工仪式。镇长赵永强介绍说,水渠全长3200米,总投资340万元。"
    "水渠流经柳河村、东湖村等26个村。村民周树根说,他家的12亩稻田再也不怕旱了。"
    "2009年,镇里因资金不足停工,去年9月重新开工。省水利厅派出了技术人员。"
)


def said(reading, text: str) -> list[str]:
    return [fold(text)[reading.text.start[a] : reading.text.end[b]] for a, b in reading.answers]


def test_the_tokens_of_an_answer_are_the_answer() -> None:
    start = STORY.index("3200米")
    reading = make_reading("水渠多长?", STORY, [(start, start + 5)], 0)
    assert said(reading, STORY) == ["3200米"]
    assert reading.sentence[reading.answers[0][0]] == 1


@pytest.mark.parametrize("seed", range(20))
def test_what_is_shown_is_whole_sentences_around_the_answer(seed: int) -> None:
    start = STORY.index("26个村")
    low, high = show(STORY, (start, start + 4), random.Random(seed), 60)
    assert low <= start < start + 4 <= high
    assert low == 0 or STORY[low - 1] == "。"
    assert STORY[high - 1] == "。"


def test_a_question_that_its_passage_does_not_answer_has_no_answer() -> None:
    item = {"question": "镇长几岁?", "passage": STORY, "answers": [], "answerable": False}
    assert [reading.answers for reading in read_people((1, item))] == [()]


def test_headlines_ask_for_what_the_body_says_too() -> None:
    made = [r for seed in range(10) for r in read_headline((seed, "青山镇3200米水渠竣工", STORY))]
    asked_for = {one for reading in made for one in said(reading, STORY)}
    assert "3200米" in asked_for
    assert all(one in "青山镇3200米水渠竣工" for one in asked_for)
    assert read_headline((1, "火星探测器升空", STORY)) == []


def test_questions_by_rule_are_answered_where_they_were_made() -> None:
    made = [reading for seed in range(10) for reading in read_by_rule((seed, STORY))]
    kinds = {fold(STORY)[r.text.start[a] : r.text.end[b]] for r in made for a, b in r.answers}
    assert made
    assert len(kinds) > 5
    assert all(reading.kind == 2 for reading in made)


def test_words_of_like_meaning_are_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_alike", {"水渠": ["沟渠"]})
    asked = {readings.disturb("青山镇水渠有多长?", random.Random(seed)) for seed in range(60)}
    assert asked == {"青山镇水渠有多长?", "青山镇沟渠有多长?"}


def test_what_is_kept_is_what_is_loaded(tmp_path) -> None:
    start = STORY.index("3200米")
    made = [
        make_reading("水渠多长?", STORY, [(start, start + 5)], 0),
        make_reading("镇长几岁?", STORY, [], 2),
    ]
    keep(made, tmp_path / "readings.npz")
    for one, other in zip(made, load(tmp_path / "readings.npz"), strict=True):
        assert (one.answers, one.kind) == (other.answers, other.kind)
        assert one.sentence.tolist() == other.sentence.tolist()
        for name in ("entries", "same", "first", "last", "kind", "start", "end"):
            assert getattr(one.text, name).tolist() == getattr(other.text, name).tolist()
