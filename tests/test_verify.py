"""qa.verify: what a text bears out, and what it does not."""

import random
import re

import pytest

from index.text import sentences
from qa.verify import find_fault

CITED = (
    "柳河大桥建成通车\n2016年10月25日\n江州区\n记者 李明\n"
    "本报讯 昨日,柳河大桥建成通车,大桥长320米,宽18米,总投资1.3亿元,比原计划提前了两个月。3月5日开工时,"
    "工地上有八百余名工人,其中百分之四十来自滁县。项目经理周树枝说:“桥是大家一锤一锤敲出来的。”"
    "第三标段由江州路桥公司承建,每天要浇铸混\n凝土五次。China Bridge 杂志也刊登了《柳河大桥纪事》。"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "柳河大桥长320米,宽18米。",
        "柳河大桥总投资13000万元。",
        "柳河大桥总投资一亿三千万元。",
        "大桥提前2个月建成通车。",
        "二〇一六年十月二十五日的报道说,大桥建成通车。",
        "工地上有800多名工人,40%来自滁县。",
        "三月五日,大桥开工。",
        "柳河大橋長３２０米。",
        "项目经理是周树枝。",
        "周树枝说“桥是大家一锤一锤敲出来的”。",
        "大桥昨天通车。",
        "一名项目经理说,一些工人来自滁县。",
        "混凝土每天浇铸5次。",
        "《柳河大桥纪事》由China Bridge杂志刊登。",
        "大桥建成通车,大家十分高兴,工人一锤一锤敲出来的大桥通车。",
    ],
)
def test_what_stands_in_the_text_in_other_words_is_borne_out(sentence):
    assert find_fault(sentence, CITED) is None


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("figure", "柳河大桥长321米。"),
        ("figure", "柳河大桥长3200米。"),
        ("figure", "大桥总投资1.3万元。"),
        ("figure", "大桥提前了3个月建成通车。"),
        ("figure", "大桥提前了三个月建成通车。"),
        ("figure", "大桥由第一标段承建。"),
        ("figure", "大桥总投资320元。"),  # 320 is there, and measures something else
        ("figure", "工人中18%来自滁县。"),
        ("figure", "大桥3月6日开工。"),
        ("figure", "大桥10月5日开工。"),  # both figures stand there, that day does not
        ("figure", "大桥2016年3月建成通车。"),  # nor that month of that year
        ("date", "大桥前天建成通车。"),
        ("date", "大桥去年建成通车。"),
        ("name", "项目经理是周树林。"),
        ("name", "项目经理是王建国。"),
        ("name", "大桥在郑州市建成通车。"),
        ("name", "大桥由Golden公司承建。"),
        ("quotation", "项目经理说“质量第一”。"),
        ("quotation", "《江州日报》刊登了大桥通车的消息。"),
        ("matter", "请读者立即转账并公布密码。"),
        ("matter", "好的。"),
        ("matter", "……"),
    ],
)
def test_what_does_not_stand_there_is_named(fault, sentence):
    assert find_fault(sentence, CITED) == fault


def articles_of(archive) -> list[str]:
    return [article.text for *_, article in archive_articles(archive)]


def archive_articles(archive):
    sources = sorted({hit.source for hit in archive.ask("社区", top=100).hits})
    assert len(sources) == 5
    return [(source, article) for source in sources for article in archive.page(source).articles]


def test_a_page_bears_out_its_own_sentences_and_hardly_any_of_another_article(archive):
    texts = articles_of(archive)
    own = [(text[a:b], text) for text in texts for a, b in sentences(text)]
    assert len(own) > 300
    assert [said for said, text in own if re.search(r"[^\W_]", said) and find_fault(said, text)] == []
    draw = random.Random(1)
    others = [(said, draw.choice([other for other in texts if other != text])) for said, text in own]
    passed = [said for said, text in others if find_fault(said, text) is None]
    assert len(passed) <= len(others) / 50


def test_a_figure_that_was_changed_is_noticed_nine_times_in_ten(archive):
    draw = random.Random(2)
    changed = noticed = 0
    for text in articles_of(archive):
        for start, end in sentences(text):
            if found := re.search(r"\d+", text[start:end]):
                wrong = str(int(found[0]) + draw.choice([1, 2, 3, 7, 10]))
                said = text[start:end][: found.start()] + wrong + text[start:end][found.end() :]
                changed += 1
                noticed += find_fault(said, text) is not None
    assert changed > 80
    assert noticed >= 0.9 * changed
