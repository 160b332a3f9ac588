"""qa.archive: the one door. Opening, asking in any script and width, talking, and sharing between threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import opencc
import pytest

import qa.archive
from index.build import build_index
from index.encoder import load_encoder
from index.errors import (
    ArchiveError,
    EmptyQuestion,
    EncoderError,
    IndexIncompatible,
    IndexMissing,
    LongQuestion,
)
from index.lexicon import BUNDLED
from qa.archive import Archive
from qa.records import Answer

QUESTIONS = [
    "农民工张广林手里拿着多少元现金?",
    "党员老妈妈服务队的队长是谁?",
    "圃田乡1月26日强制拆除了多少平方米违法建筑?",
    "电影《好好活着》在哪里上映?",
    "惠济区委书记是谁?",
    "容错免责按照哪几个步骤进行?",
    "火星上有没有水?",
    "小区安装了60个监控探头,花了多少钱?",
    "机关党员干部APP问卷征集了多少条意见?",
]
to_traditional = opencc.OpenCC("s2t").convert
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def content(answer: Answer) -> Answer:
    """The answer without what may differ: the words as typed, and the time."""
    return replace(answer, question="", standalone="", took_ms=0.0)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_traditional_characters_gets_the_same_answer(archive, question) -> None:
    asked = archive.ask(to_traditional(question))
    assert asked.question == to_traditional(question)
    assert content(asked) == content(archive.ask(question))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_full_width_figures_and_letters_gets_the_same_answer(archive, question) -> None:
    assert content(archive.ask(question.translate(FULL_WIDTH))) == content(archive.ask(question))


def test_a_question_in_small_letters_gets_the_same_answer(archive) -> None:
    assert content(archive.ask(QUESTIONS[-1].lower())) == content(archive.ask(QUESTIONS[-1]))


@pytest.mark.parametrize(
    ("question", "span"),
    [
        (QUESTIONS[0], "20600元"),
        (QUESTIONS[1], "周树枝"),
        (QUESTIONS[3], "奥斯卡影院"),
        (QUESTIONS[4], "黄钊"),
        (QUESTIONS[5], "申请、核实、认定、暂缓、反馈、公开、备案"),
    ],
)
def test_the_exact_answer_is_named(archive, question, span) -> None:
    assert archive.ask(question).span == span


@pytest.mark.parametrize("words", ["管城区党员走进网格", "老妈妈服务队人数", "二七区绿化管理所"])
def test_words_that_ask_nothing_get_sentences_and_no_exact_answer(archive, words) -> None:
    answer = archive.ask(words)
    assert answer.answered
    assert answer.span is None
    assert not any(citation.marks for citation in answer.citations)


def test_a_follow_up_is_answered_from_the_article_that_the_talk_is_about(archive) -> None:
    answer = archive.ask("他手里拿着多少现金?", ["张广林是哪里人?"])
    assert answer.question == "他手里拿着多少现金?"
    assert "张广林" in answer.standalone
    assert answer.span == "20600元"


def test_a_follow_up_of_a_follow_up_keeps_to_the_subject(archive) -> None:
    answer = archive.ask("一共多少人?", ["鸿成光彩创业孵化基地入驻了几家经济实体?", "直接就业的呢?"])
    assert answer.citations[0].headline == "北下街办事处培育创业孵化基地"


def test_a_new_topic_gets_the_answer_that_it_gets_without_the_talk(archive) -> None:
    talk = ["张广林是哪里人?", "他领到了多少钱?"]
    for question in QUESTIONS[1:6]:
        assert content(archive.ask(question, talk)) == content(archive.ask(question))


@pytest.mark.parametrize("top", [1, 3, 10, 25])
def test_as_many_hits_are_listed_as_are_asked_for(archive, top) -> None:
    assert len(archive.ask(QUESTIONS[0], top=top).hits) == top


def test_the_answer_does_not_depend_on_how_many_hits_are_listed(archive) -> None:
    one, many = archive.ask(QUESTIONS[0], top=1), archive.ask(QUESTIONS[0], top=10)
    assert replace(content(one), hits=()) == replace(content(many), hits=())


def test_an_empty_question_and_a_text_are_refused_as_questions(archive) -> None:
    with pytest.raises(EmptyQuestion):
        archive.ask("?!……")
    with pytest.raises(LongQuestion):
        archive.ask("工" * 100_000)


def test_the_same_question_always_gets_the_same_answer(archive, index_dir) -> None:
    again = Archive.open(index_dir)
    for question in QUESTIONS:
        assert content(again.ask(question)) == content(archive.ask(question))


def test_eight_threads_that_share_an_archive_get_the_answers_that_one_gets(index_dir) -> None:
    shared = Archive.open(index_dir)
    jobs = [(question, ["张广林是哪里人?"] * (i % 2)) for i in range(6) for question in QUESTIONS]
    alone = [content(shared.ask(*job)) for job in jobs]
    fresh = Archive.open(index_dir)  # nothing cached yet
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda job: content(fresh.ask(*job)), jobs))
    assert together == alone


def test_a_page_is_returned_with_its_articles_by_the_name_that_citations_show(archive, seeds) -> None:
    for path in sorted(seeds.glob("*.txt")):
        view = archive.page(path.name)
        assert view.page.source == path.name
        assert view.articles
        for article in view.articles:
            assert "".join(view.page.text[span.start : span.end] for span in article.spans) == article.text


def test_a_page_that_is_not_there_is_a_key_error(archive) -> None:
    with pytest.raises(KeyError):
        archive.page("../../etc/passwd")


def test_the_summary_counts_what_the_index_holds(archive) -> None:
    summary = archive.summary
    assert summary.pages == 5
    assert summary.passages == len(archive.keywords) == len(archive.vectors) >= summary.articles > 5
    assert summary.encoder == "bundled"


def test_a_folder_without_an_index_says_how_to_build_one(tmp_path) -> None:
    with pytest.raises(IndexMissing, match="python -m index build"):
        Archive.open(tmp_path / "nothing")


def test_an_index_built_with_another_encoder_says_which_and_what_to_do(tmp_path, seeds, tiny) -> None:
    build_index([seeds / "003_daa5b69f8cc55723.txt"], tmp_path / "index", tiny)
    with pytest.raises(IndexIncompatible, match=r"built with the encoder tiny .*python -m index build"):
        Archive.open(tmp_path / "index", str(BUNDLED))


def test_an_index_whose_encoder_is_gone_says_so(tmp_path, seeds, tiny) -> None:
    tiny = type(tiny)(name=str(tmp_path / "gone"))
    build_index([seeds / "003_daa5b69f8cc55723.txt"], tmp_path / "index", tiny)
    with pytest.raises((EncoderError, ArchiveError), match="gone"):
        Archive.open(tmp_path / "index")


TOWN = """青山镇办起蜂蜜节
本报讯(记者 李小文)青山镇的蜂蜜节5月1日在人民广场开幕。养蜂人李大海带来了300瓶蜂蜜,他今年61岁。
蜂蜜节上展出的蜂箱有48个。开幕那天来了2000名游客。李大海的妻子赵海燕会唱山歌,她教出了12名徒弟。
今年的蜂蜜节由镇文化站承办,文化站站长王德贵说,明年还要再办。

南湖小学添了新教室
本报讯(记者 周文)南湖小学今年有86名教师、1200名学生。校长钱国华介绍,新教室有24间,图书室藏书3万册。
学校附近的房价涨到每平方米4000元。北湖小学有95名教师。
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Archive:
    folder = tmp_path_factory.mktemp("town")
    (folder / "1.txt").write_text(TOWN, "utf-8")
    build_index([folder / "1.txt"], folder / "index", load_encoder())
    return Archive.open(folder / "index")


@pytest.mark.parametrize(
    ("talk", "question", "standalone", "said"),
    [
        (["李大海带来了多少瓶蜂蜜?"], "他今年多大?", "李大海今年多大?", "61岁"),
        (["李大海带来了多少瓶蜂蜜?", "他今年多大?"], "他的妻子会唱什么?", "李大海的妻子会唱什么?", "山歌"),
        (["南湖小学有多少名教师?"], "学生呢?", "南湖小学有多少名学生?", "1200名"),
        (["南湖小学有多少名教师?"], "那北湖小学呢?", "北湖小学有多少名教师?", "95名"),
        (["南湖小学有多少名教师?"], "校长是谁?", "南湖小学校长是谁?", "钱国华"),
        (["南湖小学有多少名教师?"], "房价多少?", "南湖小学房价多少?", "4000元"),
        (["青山镇的蜂蜜节什么时候开幕?"], "在哪里?", "青山镇的蜂蜜节在哪里开幕?", "人民广场"),
    ],
)
def test_a_follow_up_is_rewritten_from_questions_and_answers(town, talk, question, standalone, said) -> None:
    answer = town.ask(question, talk)
    assert answer.question == question
    assert answer.standalone == standalone
    assert said in answer.answer


def test_another_year_of_the_same_is_no_count_of_what_there_is_from_that_year(town) -> None:
    answer = town.ask("2016年呢?", ["青山镇2015年种了多少亩苹果?"])
    assert answer.overview is None
    assert answer.standalone == "青山镇2016年种了多少亩苹果?"


def test_a_pronoun_stands_for_the_person_who_was_the_answer(town) -> None:
    talk = ["青山镇文化站站长是谁?"]
    assert town.ask(*talk).span == "王德贵"
    assert town.ask("他说了什么?", talk).standalone == "王德贵说了什么?"


def test_more_brings_other_sentences_until_there_are_none(town) -> None:
    talk, told = ["青山镇的蜂蜜节怎么样?"], list[str]()
    first = town.ask(*talk)
    told += [citation.text for citation in first.citations]
    for _ in range(9):
        answer = town.ask("还有呢?", talk)
        assert answer.standalone == talk[0]
        assert not {citation.text for citation in answer.citations} & set(told)
        told += [citation.text for citation in answer.citations]
        talk.append("还有呢?")
    assert len(told) > len(first.citations) > 0
    assert not answer.answered


def count_searches(archive: Archive, monkeypatch) -> list[str]:
    searched = []
    find = qa.archive.find_passages

    def note(question, *rest):
        searched.append(question.text)
        return find(question, *rest)

    monkeypatch.setattr("qa.archive.find_passages", note)
    return searched


def test_a_question_that_stands_by_itself_costs_one_search_and_so_does_a_follow_up_in_a_chat(
    town, monkeypatch
) -> None:
    town = Archive(town.store)
    searched = count_searches(town, monkeypatch)
    town.ask("南湖小学有多少名教师?", ["李大海带来了多少瓶蜂蜜?", "他今年多大?"])
    assert searched == ["南湖小学有多少名教师?"]
    town.ask("校长是谁?", ["李大海带来了多少瓶蜂蜜?", "南湖小学有多少名教师?"])
    assert searched[-1] == "南湖小学校长是谁?"
    assert searched.count("南湖小学有多少名教师?") == 1  # it was kept


def test_earlier_answers_are_had_again_where_they_are_not_kept(town, monkeypatch) -> None:
    talk, question = ["青山镇文化站站长是谁?", "他说了什么?"], "他叫什么?"
    kept = [town.ask(turn, talk[:at]) for at, turn in enumerate(talk)]
    fresh = Archive(town.store)
    searched = count_searches(fresh, monkeypatch)
    assert fresh.ask(question, talk).standalone == town.ask(question, talk).standalone == "王德贵叫什么?"
    assert set(searched) >= {answer.standalone for answer in kept}


def test_a_conversation_of_thousands_of_follow_ups_is_answered(town) -> None:
    assert town.ask("他几岁?", ["那他呢?"] * 5000).standalone == "他几岁?"
