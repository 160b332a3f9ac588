"""qa.compare: when reports differ, and the many ways in which they only seem to."""

import itertools
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import load_encoder
from qa.archive import Archive
from qa.records import Answer

OPENED = "柳河大桥建成通车\n\n本报讯(记者 李明)昨日,柳河大桥建成通车。柳河大桥全长320米,总投资1.3亿元。\n"
CUT = "柳河大桥昨剪彩\n\n本报讯(记者 王芳)柳河大桥全长{},昨天上午剪彩。{}\n"
ASKED = "柳河大桥全长多少米?"
TEA = "青峰茶叶节开幕\n\n本报讯 青峰茶叶节昨日开幕,共有46家茶企参加青峰茶叶节。\n"
GUESTS = "茶叶节迎客\n\n本报讯 昨天,{}迎来游客,有五十二{}茶企参加{}。\n"


@pytest.fixture
def ask(tmp_path):
    number = itertools.count()

    def run(question: str, *pages: str) -> tuple[Answer, Archive]:
        folder = Path(tmp_path / str(next(number)))
        folder.mkdir()
        for at, page in enumerate(pages):
            (folder / f"{at}.txt").write_text(page, "utf-8")
        build_index([folder], folder / "index", load_encoder())
        archive = Archive.open(folder / "index")
        return archive.ask(question), archive

    return run


def figures(answer: Answer, archive: Archive) -> list[str]:
    """Return the figures that differ, as the pages print them."""
    cited = [answer.citations[n - 1] for n in answer.differing]
    pages = [archive.page(citation.source).page.text for citation in cited]
    return [page[c.marks[0].start : c.marks[0].end] for page, c in zip(pages, cited, strict=True)]


def test_two_figures_for_one_thing_are_both_cited_that_of_the_answer_first(ask) -> None:
    answer, archive = ask(ASKED, OPENED, CUT.format("350米", ""))
    assert sorted(figures(answer, archive)) == ["320米", "350米"]
    assert figures(answer, archive)[0] == answer.span
    assert len({answer.citations[n - 1].source for n in answer.differing}) == 2
    assert all(f"[{n}]" in answer.answer for n in answer.differing)


def test_figures_are_compared_however_they_are_written(ask) -> None:
    answer, archive = ask("青峰茶叶节有多少家茶企参加?", TEA, GUESTS.format("青峰茶叶节", "家", "青峰茶叶节"))
    assert sorted(figures(answer, archive)) == ["46家", "五十二家"]


@pytest.mark.parametrize(
    "other",
    [
        CUT.format("320米", ""),
        CUT.format("三百二十米", ""),
        CUT.format("近350米", ""),
        CUT.format("300多米", ""),
        CUT.format("350公里", ""),  # another unit
        CUT.format("350米", "").replace("柳河大桥全长", "2009年柳河大桥全长"),  # at another time
        CUT.format("350米", "").replace("柳河", "江口"),  # another bridge
        CUT.format("350米", "").replace("全长", "连同引道"),  # nothing says that it is the length
        CUT.format("350米", "建成时全长320米。"),  # that report knows the other figure, too
        CUT.format("由340米延至350米", ""),
        CUT.format("不详", "工地上有350人。"),
    ],
)
def test_what_only_seems_to_differ_is_passed_over(ask, other) -> None:
    answer, _ = ask(ASKED, OPENED, other)
    assert answer.answered
    assert answer.differing == ()


def test_dollars_do_not_contradict_yuan(ask) -> None:
    other = CUT.format("320米", "柳河大桥总投资1.5亿{}。")
    for unit, expected in (("元", 2), ("美元", 0)):
        answer, _ = ask("柳河大桥总投资多少钱?", OPENED, other.format(unit))
        assert answer.span in ("1.3亿元", "1.5亿元", "1.5亿美元")
        assert len(answer.differing) == expected


def test_one_article_does_not_contradict_itself(ask) -> None:
    page = OPENED.replace("总投资", "柳河大桥桥面全长350米,总投资") + "柳河大桥全长350米,市民说。\n"
    assert ask(ASKED, page)[0].differing == ()


def test_only_what_is_asked_for_its_number_is_compared(ask) -> None:
    other = CUT.format("350米", "")
    for question in ("柳河大桥什么时候剪彩?", "柳河大桥在哪里?", "柳河大桥全长多少米,投资多少?"):
        assert ask(question, OPENED, other)[0].differing == ()


def test_no_page_of_the_seeds_contradicts_another(archive) -> None:
    asked = ("农民工张广林拿回了多少工资?", "圃田乡总共拆掉了多少平方米的违法建筑?", "刘琴英今年多大?")
    for question in asked:
        assert archive.ask(question).answered
        assert archive.ask(question).differing == ()
