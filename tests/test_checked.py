"""web/quotation.py: what a checked quotation looks like, and that no text in it becomes HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Span
from qa.records import Printed, Quotation, QuotedPart, Run
from tests.ours import as_shown, hostile_text, read_ours, squeeze
from web.languages import LANGUAGES
from web.quotation import Checked, render_checked, render_lead

PAID = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。"
CUT = "十几年前,因工厂倒闭,刘琴英与丈夫双双下岗。"
INVENTED = "月球上发现了大量的水冰资源,科学家十分高兴。"


def draw(archive, text: str, language: str = "zh") -> str:
    return render_checked(Checked(archive.verify(text)), language)


def words_in(html: str, tag: str) -> list[str]:
    return [re.sub("<[^>]*>", "", inner) for inner in re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAID, "原文如此"),
        (PAID.replace("20600", "2.06万"), "文字相同，写法有别"),
        (PAID.replace("20600", "26000"), "相近，差 2 字"),
        (PAID + CUT, "2 处拼接"),
        (PAID + INVENTED, "一部分见于馆藏"),
        (INVENTED, "馆藏里没有"),
        ("志愿者", "字数太少"),
        ("骆驼", "馆藏里没有"),
    ],
)
def test_the_verdict_is_the_heading(archive, text, said) -> None:
    html = draw(archive, text)
    read_ours(html)
    assert words_in(html, "h2") == [said]


def test_differences_are_struck_through_and_underlined(archive) -> None:
    html = draw(archive, PAID.replace("张广林手里", "张广林双手").replace("激动不已", "非常激动不已"))
    held = words_in(re.sub("</?(?:del|ins)>", "", html), "p")
    assert held[-3].startswith("来自滑县的农民工张广林")
    assert ("双手" in "".join(words_in(html, "del"))) or ("双" in "".join(words_in(html, "del")))
    assert "非常" in words_in(html, "del")
    assert words_in(html, "del")[0] == "只在引文里"
    assert words_in(html, "ins")[0] == "只在报上"


def test_the_page_s_words_are_shown_and_can_be_copied(archive) -> None:
    reader = read_ours(draw(archive, PAID.replace("激动", "高兴")))
    (copied,) = [attributes["data-copy"] for _, attributes in reader.elements if "data-copy" in attributes]
    assert copied == PAID
    assert "data-copy" not in draw(archive, PAID)


def test_every_place_leads_to_its_page(archive) -> None:
    html = draw(archive, CUT)
    version = archive.page("000_d33047c3f0f66389.txt").page.version
    assert f'data-open="000_d33047c3f0f66389.txt@4260-4273@{version}"' in html
    assert f'data-open="000_d33047c3f0f66389.txt@3697-3706@{version}"' in html  # it goes on further up
    assert "下转本版另一处" in html
    html = draw(archive, "社区帮讨薪 民工送锦旗")
    assert 'data-open="001_200823f155d71e7b.txt@4944-4955@' in html
    assert "标题 · " in html


def test_parts_are_told_apart_each_with_its_word(archive) -> None:
    html = draw(archive, PAID + INVENTED)
    assert "第 1 部分 · 原文如此" in html
    assert "第 2 部分 · 馆藏里没有" in html
    assert INVENTED in words_in(html, "del")


def test_an_honest_omission_is_no_patchwork(archive) -> None:
    html = draw(archive, f"{PAID[:11]}……{PAID[-6:]}")
    assert words_in(html, "h2") == ["原文如此"]
    assert "除写明省略的地方" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_every_verdict(archive, language) -> None:
    words = LANGUAGES[language]
    read_ours(render_lead(language))
    assert read_ours(render_checked(None, language)).text == ""
    for text in (PAID, PAID[:-2], PAID + CUT, PAID + INVENTED, INVENTED, "志愿者", PAID.replace("县", "縣")):
        quotation = archive.verify(text)
        said = words.verdicts[quotation.verdict].format(
            parts=len(quotation.parts), count=quotation.differences
        )
        assert said in read_ours(render_checked(Checked(quotation), language)).text
    for problem in ("empty", "too_long", "failed"):
        reader = read_ours(render_checked(Checked(problem=problem, detail="<b>"), language))
        assert "<b>" in reader.text


@given(
    given=hostile_text,
    printed=hostile_text,
    name=hostile_text,
    kind=st.sampled_from(["same", "form", "changed"]),
)
def test_no_text_becomes_html(given, printed, name, kind) -> None:
    place = Printed(
        name or "a.txt", name, name, name, "news", name, name, name, name, "body",
        (Span(5, 9), Span(1, 3)), printed,
    )  # fmt: skip
    runs = (Run(kind, given, printed, "mark" if kind == "form" else None),)
    parts = (
        QuotedPart(0, len(given), given, "nearly", 1, ("mark",), runs, (place, place), 2),
        QuotedPart(0, len(given), given, "absent"),
    )
    reader = read_ours(render_checked(Checked(Quotation(given, "partly", 1, ("mark",), parts, 1.0)), "zh"))
    assert squeeze(as_shown(given)) in squeeze(reader.text) or kind == "form"
    if kind != "form" or printed.strip():
        assert squeeze(as_shown(printed)) in squeeze(reader.text)
