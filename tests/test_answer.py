"""qa.answer: what is said is what the pages say, or why nothing is said. Many questions on the real index."""

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build_index
from index.catalog import CatalogWriter, Counts
from index.check import find_faults
from index.encoder import load_encoder
from index.errors import QuestionError
from index.generation import CATALOG, KEYWORDS, VECTORS, Part
from index.keywords import KeywordWriter
from index.lexicon import load_lexicon
from index.passages import cut_passages
from index.publish import lock_index, new_draft, publish
from index.records import Article, Page, Span
from index.text import cut_words, sentences, terms
from index.vectors import VectorWriter
from qa.answer import MAX_CITED, THRESHOLD, explain
from qa.archive import Archive
from qa.question import understand

ASKED = [
    "谁帮十二里屯工地的农民工要回了工资?",
    "鑫山公司表彰的优秀员工里有几名共产党员?",
    "汇园游园占地多大?",
    "容错免责的步骤有哪些?",
    "为什么叫老妈妈服务队?",
    "刘琴英是谁?",
    "声乐大赛在哪里举行?",
    "怎么申请大病救助?",
    "党建云平台分为哪几个板块,启动仪式有多少人参加?",
    "垃圾",
    "2020年",
    "a",
]
ABSENT = [
    ("月球基地的面积是多少?", ["月球", "基地"]),
    ("金水区的滑雪场什么时候开业?", ["滑雪场", "开业"]),
    ("刘琴英养了几只骆驼?", ["骆驼"]),
    ("上街区的海底隧道有多长?", ["海底"]),
    ("莎士比亚是哪一年出生的?", ["莎士比亚"]),
]


@pytest.fixture(scope="module")
def pages(archive, seeds) -> dict[str, str]:
    return {path.name: archive.page(path.name).page.text for path in sorted(seeds.glob("*.txt"))}


@pytest.fixture(scope="module")
def asked(pages) -> list[str]:
    """Questions as people type them, and stretches of the pages, cut anywhere."""
    chance = random.Random(20)
    cut = []
    for _ in range(60):
        text = chance.choice(list(pages.values()))
        start = chance.randrange(len(text) - 60)
        cut.append(text[start : start + chance.randint(2, 60)])
    return ASKED + [text for text in cut if re.search(r"\w", text)]


@pytest.fixture(scope="module")
def answers(archive, asked):
    return [archive.ask(question) for question in asked]


def test_many_questions_are_answered_and_several_sentences_cited(answers) -> None:
    assert sum(answer.answered for answer in answers) > 40
    assert {len(answer.citations) for answer in answers if answer.answered} == set(range(1, MAX_CITED + 1))


def test_every_citation_is_the_text_of_its_page_at_its_place(answers, pages) -> None:
    cited = [citation for answer in answers for citation in answer.citations]
    assert cited
    for citation in cited:
        assert pages[citation.source][citation.start : citation.end] == citation.text
        assert citation.text.strip() == citation.text != ""


def test_every_hit_is_the_text_of_its_page_at_its_place(answers, pages) -> None:
    for answer in answers:
        assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
        for hit in answer.hits:
            assert pages[hit.source][hit.start : hit.end] == hit.text != ""


def test_marks_lie_inside_their_citation_and_citations_inside_their_passage(answers) -> None:
    marked = 0
    for answer in answers:
        for citation in answer.citations:
            assert citation.passage.start <= citation.start < citation.end <= citation.passage.end
            for mark in citation.marks:
                assert citation.start <= mark.start < mark.end <= citation.end
                marked += 1
    assert marked


def test_the_answer_is_made_of_sentences_of_the_articles_and_markers_alone(answers, archive) -> None:
    for answer in answers:
        said, rest = "", answer.answer
        for citation in answer.citations:
            part, rest = rest.split(f"[{citation.n}]", 1)
            said += part  # a sentence that runs on at another place has a marker at each
            view = archive.page(citation.source)
            own = [
                article.text[start:end].replace("\n", "")
                for article in view.articles
                for start, end in sentences(article.text)
            ]
            said = "" if said in own else said
            assert any(sentence.startswith(said) for sentence in own)
        assert said == rest == ""


def test_markers_count_from_one_and_each_sentence_is_cited_once(answers) -> None:
    for answer in answers:
        assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        places = [(citation.source, citation.start) for citation in answer.citations]
        assert len(set(places)) == len(places) <= MAX_CITED


def test_the_span_is_what_is_marked_in_the_first_citation(answers, pages) -> None:
    spans = 0
    for answer in answers:
        if answer.span and len(understand(answer.standalone).wanted) == 1:
            first = answer.citations[0]
            marked = [pages[first.source][mark.start : mark.end] for mark in first.marks]
            assert answer.span == "、".join(marked).replace("\n", "")
            spans += 1
    assert spans >= 5


def test_the_span_of_a_question_with_several_parts_is_marked_in_its_citations(answers, pages) -> None:
    answer = next(item for item in answers if item.question.startswith("党建云平台分为"))
    marked = [pages[one.source][mark.start : mark.end] for one in answer.citations for mark in one.marks]
    rest = answer.span
    for words in sorted((text.replace("\n", "") for text in marked), key=len, reverse=True):
        rest = rest.replace(words, "")
    assert set(rest) <= {"、"}
    assert "800余人" in answer.span


def test_the_citation_names_the_article_it_stands_in(answers, archive) -> None:
    for answer in answers:
        for citation in answer.citations:
            own = [
                article
                for article in archive.page(citation.source).articles
                if any(span.start <= citation.start < span.end for span in article.spans)
            ]
            facts = [(a.headline, a.byline, a.district, a.kind) for a in own]
            assert (citation.headline, citation.byline, citation.district, citation.kind) in facts


def test_it_is_answered_or_a_reason_is_given_never_both(answers) -> None:
    for answer in answers:
        assert 0 <= answer.confidence <= 1
        assert answer.answered == (answer.confidence >= THRESHOLD)
        assert answer.answered == (answer.reason is None) == bool(answer.answer) == bool(answer.citations)
        assert answer.answered or answer.span is None


def test_scores_of_hits_are_numbers_and_ranks_are_in_order(answers) -> None:
    for answer in answers:
        assert all(one.rank + 1 == two.rank for one, two in pairwise(answer.hits))
        assert all(hit.score == hit.score for hit in answer.hits)  # no NaN


@pytest.mark.parametrize(("question", "missing"), ABSENT)
def test_what_no_page_tells_is_refused_and_the_missing_words_are_named(archive, question, missing) -> None:
    answer = archive.ask(question)
    assert not answer.answered
    assert answer.answer == ""
    assert answer.citations == ()
    assert answer.reason.startswith("报上没有写。")
    assert any(word in "、".join(answer.missing) for word in missing)


def test_the_reason_says_what_the_pages_do_have(archive) -> None:
    reason = archive.ask("刘琴英养了几只骆驼?").reason
    having, lacking = reason.split("但没有提到")
    assert "“刘琴英”" in having
    assert "“骆驼”" in lacking


@pytest.mark.parametrize(
    ("mentioned", "missing", "reason"),
    [
        ([], ["骆驼"], "报上没有写。库中没有与这个问题相近的报道。"),
        (["金水区"], [], "报上没有写。有报道提到“金水区”,但没有一句能回答这个问题。"),
        (
            ["金水区", "社区"],
            ["骆驼", "滑雪"],
            "报上没有写。有报道提到“金水区”、“社区”,但没有提到“骆驼”、“滑雪”。",
        ),
    ],
)
def test_a_refusal_is_a_sentence_with_the_words_quoted(mentioned, missing, reason) -> None:
    assert explain(mentioned, missing) == reason


def test_a_refusal_still_shows_the_nearest_passages(archive) -> None:
    assert len(archive.ask("刘琴英养了几只骆驼?", top=7).hits) == 7


hostile = st.one_of(
    st.text(max_size=120),
    st.text(st.characters(), max_size=60),  # lone surrogates too
    st.text("工资社区多少谁 \t\n\x00\x1b\u200b\u202e\ufeff'\";:()*?~^\\/+-&|!<>{}[]%$#@", max_size=60),
    st.text("אבגדابجد金水区 abc", max_size=40),
    st.sampled_from(
        [
            "a:b AND (",
            "body:\"工资\" OR NOT head:*",
            "工资~2^5 +必须 -没有",
            "'; DROP TABLE pages; --",
            '" OR ""="',
            "工资\x00社区",
            "\ud800工资\udfff",
            "工" * 1000,
            "1" * 1000,
            "a" * 1000,
            "……？！" * 100 + "谁",
            "\u202eעברית金水区\u202c",
            "🧧工资🧧",
            "的" * 30,
            "<script>alert('工资')</script>",
            "{{7*7}} ${工资} %s",
        ]
    ),
)  # fmt: skip


@settings(max_examples=120)
@given(hostile, st.lists(hostile, max_size=2))
def test_whatever_is_typed_gives_an_answer_a_refusal_or_a_question_error(archive, pages, question, history):
    try:
        answer = archive.ask(question, history)
    except QuestionError:
        return
    assert answer.answered == (answer.reason is None)
    assert 0 <= answer.confidence <= 1
    for piece in (*answer.citations, *answer.hits):
        assert pages[piece.source][piece.start : piece.end] == piece.text


TORN = """瘫痪婆婆也是妈

本报记者 王思俊

英与丈夫双双下岗,靠打零工度日。今年79岁高龄的婆婆已经瘫痪多年。

图为社区的志愿者在公园里清扫落叶。本报记者 李明 摄

十几年前,因工厂倒闭,刘琴
"""


def torn_index(folder: Path) -> Path:
    """An index of one page whose article begins below its own end."""
    text = TORN
    start, end = text.index("十几年前"), text.index("英与丈夫")
    spans = (Span(start, len(text) - 1), Span(end, text.index("\n\n图为")))
    said = "".join(text[span.start : span.end] for span in spans)
    article = Article(
        "瘫痪婆婆也是妈", None, None, "本报记者 王思俊", None, "news", spans, said, (Span(0, 7),), "人物"
    )
    page = Page("page.txt", "/page.txt", text, "utf-8", "0", "2016-10-25", "郑州日报", "A03")
    encoder = load_encoder()
    with lock_index(folder), new_draft(folder, None) as draft:
        part = Part("p000001", 1)
        (draft / part.folder).mkdir()
        catalog = CatalogWriter(draft / part.folder / CATALOG, (0, 0, 0))
        passages = cut_passages(article, text)
        words = [
            tuple(load_lexicon().number(cut_words(part)) for part in (article.title, passage.text))
            for passage in passages
        ]
        numbers = catalog.add(page, [(article, passages)], words)
        catalog.close()
        vectors = VectorWriter(draft / part.folder / VECTORS, encoder.dimension)
        keywords = KeywordWriter(draft / KEYWORDS)
        vectors.add(encoder.encode_passages([passage.text for passage in passages]))
        for number, passage in zip(numbers, passages, strict=True):
            keywords.add(number, " ".join(terms(article.title)), " ".join(terms(passage.text)))
        keywords.close()
        vectors.close()
        publish(
            folder, draft, None, encoder=encoder.name, encoder_fingerprint=encoder.fingerprint,
            dimension=encoder.dimension, contents="0", counts=Counts(1, 1, len(numbers)), parts=(part,),
            skipped=(),
        )  # fmt: skip
    return folder


@pytest.mark.parametrize("question", ["因为工厂倒闭刘琴英和丈夫怎么了?", "刘琴英与丈夫为什么双双下岗?"])
def test_a_sentence_that_runs_on_at_another_place_is_cited_at_both(tmp_path, question) -> None:
    archive = Archive.open(torn_index(tmp_path / "index"))
    assert find_faults(archive.store) == []
    answer = archive.ask(question)
    assert answer.answer.startswith("十几年前,因工厂倒闭,刘琴[1]英与丈夫双双下岗,靠打零工度日。[2]")
    first, second = answer.citations[:2]
    assert (first.text, second.text) == ("十几年前,因工厂倒闭,刘琴", "英与丈夫双双下岗,靠打零工度日。")
    for piece in (*answer.citations, *answer.hits):
        assert TORN[piece.start : piece.end] == piece.text
    for citation in answer.citations:
        assert citation.passage.start <= citation.start < citation.end <= citation.passage.end
        assert all(citation.start <= mark.start < mark.end <= citation.end for mark in citation.marks)
    facts = (first.newspaper, first.date, first.edition, first.section)
    assert facts == ("郑州日报", "2016-10-25", "A03", "人物")


def test_what_is_told_of_one_place_or_year_does_not_answer_for_another(tmp_path) -> None:
    (tmp_path / "page.txt").write_text(
        "青山市统计局昨日公布,2015年青山市常住人口为53万人,比上一年增加2万人。\n", "utf-8"
    )
    build_index([tmp_path / "page.txt"], tmp_path / "index", load_encoder())
    ask = Archive.open(tmp_path / "index").ask
    assert ask("青山市2015年的常住人口是多少?").span == "53万人"
    for other in ("郑州市2015年的常住人口是多少?", "青山市1998年的常住人口是多少?"):
        assert not ask(other).answered


def test_what_several_papers_print_in_the_same_words_is_said_once_and_cited_at_each(tmp_path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    same = "青山市云溪大桥昨日建成通车,全长320米。"
    # So that they are no reprints of one another, which are folded into one passage before.
    others = (
        "市民李大海说,过去到县城卖蜂蜜要走两个小时,如今骑车一刻钟就到。",
        "花市下月在河西公园开幕。" * 3,
    )
    for n, (other, behind) in enumerate(zip(others, reversed(others), strict=True)):
        (corpus / f"{n}.txt").write_text(
            f"{other}\n\n本报讯 昨日天气放晴。{same}{behind * (n + 1)}\n", "utf-8"
        )
    build_index([corpus], tmp_path / "index", load_encoder())
    answer = Archive.open(tmp_path / "index").ask("云溪大桥全长多少米?")
    assert answer.span == "320米"
    assert [citation.text for citation in answer.citations[:2]] == [same, same]
    assert len({citation.source for citation in answer.citations[:2]}) == 2
    assert answer.answer.startswith(f"{same}[1][2]")
    assert answer.answer.count(same) == 1
