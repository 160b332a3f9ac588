"""qa/feedback.py: what visitors say of answers is kept, and `python -m qa evaluate` runs on it as it is."""

import json
import threading
from dataclasses import replace

import pytest
from hypothesis import given

import qa.__main__ as command
from index.errors import CorpusError, FeedbackError
from qa.evaluate import evaluate, read_gold
from qa.feedback import keep_vote, write_vote
from qa.records import Vote
from tests.ours import hostile_text
from tests.test_view import counted, make_answer, make_refusal

QUESTION, FOLLOW_UP, REFUSED = "农民工张广林拿回了多少工资?", "他是哪里人?", "十二里屯工地要盖几层楼?"


def vote(file, archive, id_: str, one: Vote, *questions: str) -> None:
    *history, question = questions
    keep_vote(file, write_vote(id_, one, archive.ask(question, history), history, "0123abcd"))


def test_what_was_said_is_evaluated_as_gold_questions_are(archive, tmp_path):
    file = tmp_path / "var" / "feedback.jsonl"
    vote(file, archive, "a-1", Vote(useful=True), QUESTION)
    vote(file, archive, "a-2", Vote(useful=True), QUESTION, FOLLOW_UP)
    vote(file, archive, "a-3", Vote(useful=True), REFUSED)
    vote(file, archive, "a-4", Vote(useful=False, reason="missed", said="六层"), REFUSED)
    vote(file, archive, "a-5", Vote(useful=False, reason="invented"), QUESTION)
    vote(file, archive, "a-6", Vote(useful=False, reason="off", said="20600元"), QUESTION)
    vote(file, archive, "a-7", Vote(useful=False, reason="source"), QUESTION)
    vote(file, archive, "a-8", Vote(useful=False), QUESTION)
    measures = evaluate(archive, read_gold(file))
    assert measures.questions == 6  # of two it is not known what is true
    assert (measures.article_at_1, measures.evidence_at_1, measures.cited) == (1, 1, 1)
    assert measures.exact == 3 / 4
    assert measures.refused == 1 / 2
    assert measures.false_refusals == 1 / 4


def test_the_command_runs_on_the_file(archive, index_dir, tmp_path, capsys):
    file = tmp_path / "feedback.jsonl"
    vote(file, archive, "a-1", Vote(useful=True), QUESTION)
    assert command.main(["evaluate", str(file), "--json", "--index", str(index_dir)]) == 0
    assert json.loads(capsys.readouterr().out)["exact"] == 1


def test_the_last_word_on_an_answer_counts_once(archive, tmp_path):
    file = tmp_path / "feedback.jsonl"
    vote(file, archive, "a-1", Vote(useful=True), QUESTION)
    vote(file, archive, "b-1", Vote(useful=True), FOLLOW_UP)
    vote(file, archive, "a-1", Vote(useful=False, reason="invented"), QUESTION)
    assert [(gold.id, gold.source) for gold in read_gold(file)][-1] == ("a-1", None)
    assert len(read_gold(file)) == 2
    vote(file, archive, "a-1", Vote(useful=False, reason="other", said="不好"), QUESTION)
    assert [gold.id for gold in read_gold(file)] == ["b-1"]


def test_gold_questions_of_one_id_are_still_counted_each(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text('{"id": "x", "question": "一", "source": null}\n' * 2)
    assert len(read_gold(file)) == 2


def test_where_no_vote_tells_the_truth_that_is_said(archive, tmp_path):
    file = tmp_path / "feedback.jsonl"
    vote(file, archive, "a-1", Vote(useful=False), QUESTION)
    with pytest.raises(CorpusError, match="no questions"):
        read_gold(file)


@pytest.mark.parametrize(
    ("one", "answer", "truth", "answers"),
    [
        (Vote(useful=True), make_answer(), "here", ["20600元"]),
        (Vote(useful=True), replace(make_answer(), span=None), "here", []),
        (Vote(useful=True), make_refusal(), "nowhere", []),
        (Vote(useful=True), counted(), "unknown", []),
        (Vote(useful=False, reason="missed"), make_refusal(), "somewhere", []),
        (Vote(useful=False, reason="missed", said=" 六层 "), make_refusal(), "somewhere", ["六层"]),
        (Vote(useful=False, reason="off"), make_answer(), "unknown", []),
        (Vote(useful=False, reason="other", said="六层"), make_answer(), "unknown", []),
    ],
)
def test_a_vote_says_of_the_truth_what_it_can(one, answer, truth, answers):
    line = json.loads(write_vote("a-1", one, answer, [], "0123abcd"))
    assert (line["truth"], line["answers"]) == (truth, answers)
    assert (line["source"] is not None) == (truth == "here")


@given(hostile_text, hostile_text)
def test_whatever_is_said_is_one_line_of_bounded_length(question, said):
    answer = replace(make_answer(), question=question)
    one = Vote(useful=False, reason="off", said=said * 1000)
    line = write_vote("a-1", one, answer, [question] * 100, "0123abcd")
    assert "\n" not in line
    assert len(json.loads(line)["history"]) == 11
    assert len("".join(json.loads(line)["answers"])) <= 500
    assert line.encode()


def test_votes_cast_at_once_are_kept_each_on_a_line_of_its_own(tmp_path):
    file = tmp_path / "feedback.jsonl"
    file.write_text('{"broken')  # by a process that was killed
    threads = [threading.Thread(target=keep_vote, args=(file, f'{{"n": {n}}}')) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broken, *lines = file.read_text().splitlines()
    assert broken == '{"broken'
    assert sorted(json.loads(line)["n"] for line in lines) == list(range(20))


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(FeedbackError, match="taken"):
        keep_vote(tmp_path / "taken" / "feedback.jsonl", "{}")
    full = tmp_path / "full.jsonl"
    with full.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(FeedbackError, match="full"):
        keep_vote(full, "{}")
