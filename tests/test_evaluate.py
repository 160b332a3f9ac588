"""qa.evaluate: measures on a small gold file, computed by hand; a broken line is named by its number."""

import json
from dataclasses import replace

import pytest

from index.errors import CorpusError, WenbaoError
from index.records import Span
from qa.archive import Archive
from qa.evaluate import Gold, evaluate, read_gold
from qa.records import Answer, Citation, Hit

ITEM = {
    "id": "x1",
    "question": "柳河大桥有多长?",
    "source": "bridge.txt",
    "headline": "柳河大桥通车",
    "evidence": "大桥长320米。",
    "answers": ["320米"],
}


def write(path, *items) -> None:
    path.write_text("\n".join(i if isinstance(i, str) else json.dumps(i) for i in items), "utf-8")


def test_gold_questions_are_read_with_their_facts_and_blank_lines_passed_over(tmp_path) -> None:
    file = tmp_path / "gold.jsonl"
    write(
        file, ITEM, "", "  ", {"question": "火星?", "source": None}, {**ITEM, "id": 7, "history": ["通车了?"]}
    )
    gold = read_gold(file)
    assert gold[0] == Gold(
        "x1", "柳河大桥有多长?", (), "bridge.txt", "柳河大桥通车", "大桥长320米。", ("320米",)
    )
    assert gold[1] == Gold("4", "火星?", (), None, None, "", ())
    assert (gold[2].id, gold[2].history) == ("7", ("通车了?",))


@pytest.mark.parametrize(
    "broken",
    ["{", '"text"', "[1]", "null", '{"question": "没有来源"}', '{"source": "a.txt"}',
     '{"question": "a", "source": "b", "answers": 5}'],
)  # fmt: skip
def test_a_broken_line_is_named_by_its_number(tmp_path, broken) -> None:
    file = tmp_path / "gold.jsonl"
    write(file, ITEM, "", broken)
    with pytest.raises(CorpusError, match=r"Line 3 of .*gold\.jsonl"):
        read_gold(file)


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path) -> None:
    file = tmp_path / "gold.jsonl"
    write(file, '\ufeff{"question": "上一行\u2028下一行?", "source": null}')
    assert [item.question for item in read_gold(file)] == ["上一行\u2028下一行?"]


def test_a_file_without_questions_is_no_gold_file(tmp_path) -> None:
    file = tmp_path / "gold.jsonl"
    write(file, "", "   ")
    with pytest.raises(CorpusError, match="no questions"):
        read_gold(file)


def test_a_file_that_is_no_text_is_refused_as_one(tmp_path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(WenbaoError, match=r"gold\.jsonl"):
        read_gold(file)


class Told:
    """An archive that gives the answers it was told, and has one page with one article of one span."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = iter(answers)

    def ask(self, question: str, history) -> Answer:
        return next(self.answers)


def hit(rank: int, text: str, source: str = "bridge.txt", headline: str = "柳河大桥\n通车") -> Hit:
    return Hit(rank, 1.0, source, 1, headline, 0, len(text), text)


def answer(*hits: Hit, cited: str | None = None, span: str | None = None, ms: float = 1.0) -> Answer:
    citations = ()
    if cited:
        citations = (
            Citation(1, "bridge.txt", None, None, None, "news", 0, len(cited), cited, Span(0, 99), ()),
        )
    said = f"{cited}[1]" if cited else ""
    return Answer(
        "问",
        "问",
        bool(cited),
        said,
        span,
        0.9 if cited else 0.1,
        citations,
        hits,
        None if cited else "报上没有写。",
        ms,
    )


GOLD = Gold("x1", "柳河大桥有多长?", (), "bridge.txt", "柳河大桥通车", "大桥长320米。", ("320米",))


def test_the_measures_are_those_that_a_hand_computes() -> None:
    right = "昨日通车。大桥长3\n20米。"
    told = [
        # all right: first hit, cited, exact
        answer(hit(1, right), cited="大桥长3\n20米。", span="320米", ms=10),
        # the evidence is in the third hit, something else is cited, the span is wrong
        answer(hit(1, "桥"), hit(2, "桥面宽"), hit(3, right), cited="昨日通车了呀。", span="18米", ms=20),
        # the right words from the wrong page, and refused
        answer(hit(1, right, source="other.txt", headline="另一座"), ms=30),
        # unanswerable: refused, and not
        answer(ms=40),
        answer(hit(1, right), cited="大桥长320米。", ms=50),
    ]
    nothing = replace(GOLD, id="n", source=None, headline=None, evidence="", answers=())
    measures = evaluate(Told(*told), [GOLD, GOLD, GOLD, nothing, nothing])
    assert measures.questions == 5
    assert measures.article_at_1 == pytest.approx(2 / 3)
    assert measures.evidence_at_1 == pytest.approx(1 / 3)
    assert measures.evidence_at_3 == pytest.approx(2 / 3)
    assert measures.cited == pytest.approx(1 / 3)
    assert measures.exact == pytest.approx(1 / 3)
    assert measures.false_refusals == pytest.approx(1 / 3)
    assert measures.refused == pytest.approx(1 / 2)
    assert measures.ms_p50 == 30
    assert measures.ms_p95 == pytest.approx(48)
    assert [miss.split()[0] for miss in measures.misses] == ["x1", "x1", "n"]
    assert "false_refusals" in measures.misses[1]


def test_a_question_of_two_parts_is_exact_only_with_both_answers() -> None:
    two = replace(GOLD, answers=("320米", "18米"))
    one = answer(hit(1, "大桥长320米。"), cited="大桥长320米,宽18米。", span="320米")
    assert evaluate(Told(one), [two]).exact == 0
    assert evaluate(Told(replace(one, span="320米、18米")), [two]).exact == 1
    assert evaluate(Told(replace(one, span=None)), [two]).exact == 1  # both stand in the sentence


def test_a_share_of_no_questions_is_none() -> None:
    measures = evaluate(Told(answer()), [replace(GOLD, source=None)])
    assert measures.refused == 1
    assert measures.cited is measures.exact is measures.article_at_1 is measures.false_refusals is None
    assert measures.ms_p50 == measures.ms_p95 == 1.0


def test_questions_on_the_seeds_are_measured_with_the_real_archive(archive: Archive, tmp_path) -> None:
    source = "000_d33047c3f0f66389.txt"
    cited = archive.ask("服务队的队长周树枝多大岁数?").citations[0]
    assert cited.source == source
    file = tmp_path / "gold.jsonl"
    write(
        file,
        {
            "question": "服务队的队长周树枝多大岁数?",
            "source": source,
            "headline": cited.headline,
            "evidence": cited.text,
            "answers": ["72岁"],
        },
        {"question": "刘琴英养了几只骆驼?", "source": None},
    )
    measures = evaluate(archive, read_gold(file))
    assert (measures.cited, measures.exact, measures.refused, measures.false_refusals) == (1, 1, 1, 0)
    assert measures.misses == ()
