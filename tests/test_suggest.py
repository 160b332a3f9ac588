"""qa.suggest and qa.pose: what can be asked of articles, and what after an answer."""

from dataclasses import replace

import pytest

from index.records import Article, Span
from qa.pose import pose_questions
from qa.suggest import suggest_related


def article(text: str, district: str | None = None, headline: str = "标题") -> Article:
    return Article(headline, None, None, None, district, "news", (Span(0, len(text)),), text)


def posed(text: str, district: str | None = None, *, cited: bool = False) -> list[tuple[str, str]]:
    return [(one.question, one.answer) for one in pose_questions(article(text, district), "页", cited=cited)]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("长兴路办事处投入资金200多万元。", "长兴路办事处投入资金多少元?", "200多万元"),
        ("长兴路办事处实施修复工程,共筹资200多万元。", "长兴路办事处共筹资多少元?", "200多万元"),
        ("刘琴英今年44岁。", "刘琴英今年多少岁?", "44岁"),
        ("上海新建住宅价格环比上涨0.02%。", "上海新建住宅价格环比上涨百分之多少?", "0.02%"),
        ("管城区委组织部部长王彬彬介绍说。", "管城区委组织部部长是谁?", "王彬彬"),
        ("7月28日第九届全国智力运动会在安徽合肥开幕。", "第九届全国智力运动会在哪里开幕?", "安徽合肥"),
        ("汇园游园于2007年10月建成开放。", "汇园游园什么时候建成开放?", "2007年10月"),
        ("迎宾路街道将治污降霾作为工作的重点。", "哪个街道将治污降霾作为工作的重点?", "迎宾路街道"),
    ],
)
def test_a_clause_that_names_its_subject_becomes_a_question(text, question, answer):
    assert posed(text) == [(question, answer)]


@pytest.mark.parametrize(
    "text",
    [
        "距离市区约60公里。",
        "他们投入资金200万元。",
        "该公司去年投入资金200万元。",
        "长兴路办事处硬化路面1500平方米拆除棚子20个。",
        "长兴路办事处投入资金“200万元。",
        "长兴路办事处投入\u202e资金200万元。",
        "长兴路办事处实施工程。居民很高兴。大家都说好。共筹资200万元。",
    ],
)
def test_what_needs_other_words_to_be_understood_is_not_asked(text):
    assert posed(text) == []


def test_the_district_of_the_page_stands_for_who_did_it_and_for_this_district():
    assert posed("全区共发放创业担保贷款87笔。") == []
    text = "上街区帮人创业。全区共发放创业担保贷款87笔。"
    assert posed(text, "上街区") == [("上街区共发放创业担保贷款多少笔?", "87笔")]


def test_under_its_own_answer_a_question_may_do_without_a_name():
    text = "机关党员干部参与活动100余人次。"
    assert posed(text) == []
    assert posed(text, cited=True) == [("机关党员干部参与活动多少人次?", "100余人次")]


def test_the_place_of_the_clause_is_kept_to_the_character():
    text = "天气很好。刘琴英今年44岁,全家4口人。"
    (one,) = pose_questions(article(text), "页", cited=False)
    assert text[one.start : one.end] == "刘琴英今年44岁,"


QUESTIONS = [
    "鑫山公司受表彰的一线优秀员工里党员和积极分子占多大比例?",
    "侯寨街道的党员干部因为治污不作为被查处了多少起?",
    "管城区有多少名机关在职党员到社区报到?",
    "上街区今年希望阀门在全国的市场占有率做到多少?",
    "哪些区报道了创卫?",
    "金水区去年的GDP增速是多少?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_archive_answers_what_it_offers_from_where_it_was_made(archive, question):
    answer = archive.ask(question)
    offered = archive.related(answer, [question])
    assert len(set(offered)) == len(offered) <= 3
    spans = [archive.ask(one).span for one in offered]
    assert all(spans)
    assert answer.span not in spans
    assert len(set(spans)) == len(spans)


def test_something_is_offered_after_most_of_them(archive):
    assert sum(bool(archive.related(archive.ask(question))) for question in QUESTIONS) >= 4


def test_what_was_asked_is_not_offered_again(archive):
    answer = archive.ask(QUESTIONS[0])
    first, *others = archive.related(answer)
    again = archive.related(answer, [first])
    assert first not in again
    assert set(others) <= set(again)


def test_nothing_is_offered_after_what_nothing_came_near(archive):
    answer = archive.ask(QUESTIONS[0])
    assert archive.related(replace(answer, answered=False, mentioned=("员工",)))
    assert archive.related(replace(answer, answered=False)) == []


def test_at_most_four_are_tried_and_none_kept_that_is_answered_otherwise(archive):
    tried = []

    def ask(question):
        tried.append(question)
        return replace(archive.ask(question), span="别的")

    assert suggest_related(archive.catalog, ask, archive.ask(QUESTIONS[0]), [], 3) == []
    assert 0 < len(tried) <= 4
