"""A quotation is found as it stands, told from what nearly stands there, and never where it does not."""

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.build import build_index
from index.encoder import load_encoder
from index.errors import EmptyQuestion, LongQuestion
from index.records import Article, Page
from index.text import HAN
from lab.press import Damage
from qa.archive import Archive
from qa.quotation import say_verdict
from qa.records import Printed, Quotation, QuotedPart
from tests.newsprint import print_page

PAID = "来自滑县的农民工张广林手里拿着20600元现金,激动不已。"
CUT = "十几年前,因工厂倒闭,刘琴英与丈夫双双下岗。"
HEAD = "社区帮讨薪 民工送锦旗"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory) -> Archive:
    """Pages whose columns were cut: articles in pieces, lines said twice, other stories between them."""
    folder = tmp_path_factory.mktemp("damaged")
    for number, damage in enumerate((0.5, 1.0, 1.5, 2.0)):
        sheet = print_page(Damage.at(damage), number)
        (folder / f"{number}.txt").write_text(sheet.text, "utf-8", newline="")
    build_index([folder], folder / "index", load_encoder())
    return Archive.open(folder / "index")


def articles_of(archive: Archive) -> list[tuple[Article, Page]]:
    numbers = sorted({facts.article_id for facts in archive.catalog.facts()})
    return [(article, page) for _, article, page in archive.catalog.articles(numbers)]


def solid(text: str) -> str:
    return "".join(text.split())


def check(archive: Archive, quotation: Quotation) -> None:
    """What must hold of any result: runs say the quotation and the page, and every offset is exact."""
    assert [part.start for part in quotation.parts] == sorted(part.start for part in quotation.parts)
    for part in quotation.parts:
        assert quotation.text[part.start : part.end] == part.text
        assert (part.grade == "absent") == (not part.places) == (not part.runs)
        assert part.count >= len(part.places)
        if part.places:
            assert "".join(run.given for run in part.runs) == part.text
            assert "".join(run.printed for run in part.runs) == part.places[0].text
        for place in part.places:
            text = archive.page(place.source).page.text
            assert "".join(text[span.start : span.end] for span in place.spans) == place.text
        if part.grade == "verbatim":
            assert solid(part.places[0].text) == solid(part.text)
            assert part.differences == 0


def cuts_figure(text: str, at: int) -> bool:
    """Tell whether a place in a text is inside a figure."""
    around = r"[\d.,，:：/%‰〇一二三四五六七八九零两十百千万亿-]"
    return 0 < at < len(text) and bool(re.match(around, text[at - 1]) and re.match(around, text[at]))


def only(quotation: Quotation) -> QuotedPart:
    (part,) = quotation.parts
    return part


def place_of(quotation: Quotation) -> Printed:
    return only(quotation).places[0]


@pytest.mark.parametrize("pages", ["archive", "damaged", "gazette"])
@given(data=st.data())
@settings(max_examples=150)
def test_any_stretch_of_any_article_is_verbatim_at_its_place(pages, request, data) -> None:
    archive = request.getfixturevalue(pages)
    articles = articles_of(archive)
    article, page = articles[data.draw(st.integers(0, len(articles) - 1))]
    text = article.text
    start = data.draw(st.integers(0, max(len(text) - 8, 0)))
    end = data.draw(st.integers(min(start + 8, len(text)), min(start + 400, len(text))))
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    words = len(re.findall(r"[^\W_]", text[start:end]))
    if words < 6 or cuts_figure(text, start) or cuts_figure(text, end):
        return
    quotation = archive.verify(text[start:end])
    check(archive, quotation)
    part = only(quotation)
    assert (quotation.verdict, part.grade) == ("verbatim", "verbatim")
    here = (page.source, "body", article.page_spans(start, end))
    assert part.more or here in [(place.source, place.where, place.spans) for place in part.places]


@pytest.mark.parametrize("pages", ["archive", "damaged"])
@given(data=st.data())
@settings(max_examples=100)
def test_a_changed_character_is_the_one_difference(pages, request, data) -> None:
    archive = request.getfixturevalue(pages)
    articles = [article for article, _ in articles_of(archive) if len(article.text) > 60]
    article = articles[data.draw(st.integers(0, len(articles) - 1))]
    start = data.draw(st.integers(0, len(article.text) - 30))
    end = data.draw(st.integers(start + 24, min(start + 200, len(article.text))))
    if cuts_figure(article.text, start) or cuts_figure(article.text, end):
        return
    places = [match.start() for match in re.finditer(f"[{HAN}]", article.text[start:end])]
    if len(places) < 12:
        return
    at = data.draw(st.sampled_from(places[2:-2]))
    words = article.text[start:end]
    quotation = archive.verify(words[:at] + "龘" + words[at + 1 :])
    check(archive, quotation)
    part = only(quotation)
    assert (quotation.verdict, quotation.differences) == ("nearly", 1)
    changed = [(run.kind, run.given, run.printed) for run in part.runs if run.kind not in ("same", "form")]
    assert changed == [("changed", "龘", words[at])]


hard = st.lists(
    st.sampled_from(
        [PAID, CUT, HEAD, "20600元", "2.06万", "……", "[1]", "“", "”", "。", "\n", "龘", "<b>", " "]
    )
    | st.text(max_size=6),
    max_size=8,
).map("".join)


@given(text=hard)
@example(text="[...]" + PAID + "(略)" + CUT)
@example(text="1,234,5" + PAID)
@settings(max_examples=150)
def test_whatever_is_pasted_the_runs_and_offsets_are_exact(archive, text) -> None:
    try:
        quotation = archive.verify(text)
    except EmptyQuestion:
        assert not re.search(rf"[{HAN}{string.ascii_letters}]", text)
        return
    check(archive, quotation)
    assert say_verdict(quotation)


def test_a_quotation_over_a_column_break_names_both_places(archive) -> None:
    quotation = archive.verify(CUT)
    assert quotation.verdict == "verbatim"
    place = place_of(quotation)
    assert [(span.start, span.end) for span in place.spans] == [(4260, 4273), (3697, 3706)]
    assert (place.headline, place.where) == ("瘫痪婆婆也是妈", "body")


@pytest.mark.parametrize(
    "words",
    [
        PAID,
        f"“{PAID}”",
        f"「{PAID}」[3]",
        PAID.replace("农民工", "农民工[12]"),
        PAID.replace("张", "\n 张"),
        PAID[:-1],
    ],
)
def test_quotation_marks_notes_and_blanks_are_no_difference(archive, words) -> None:
    assert archive.verify(words).verdict == "verbatim"


@pytest.mark.parametrize(
    ("words", "forms"),
    [
        (PAID.replace(",", "，"), ("width",)),
        (PAID.replace(",", ""), ("mark",)),
        (PAID.replace("。", "！"), ("mark",)),
        (PAID.replace("县", "縣"), ("script",)),
        (PAID.replace("拿着", "拿著"), ("script",)),
        (PAID.replace("20600", "２0600"), ("width",)),
        (PAID.replace("20600", "20,600"), ("mark",)),
        (PAID.replace("20600", "2.06万"), ("figure",)),
        (PAID.replace("20600", "两万零六百"), ("figure",)),
    ],
)
def test_another_form_of_the_same_words_is_said(archive, words, forms) -> None:
    quotation = archive.verify(words)
    check(archive, quotation)
    assert (quotation.verdict, quotation.forms, quotation.differences) == ("form", forms, 0)


@pytest.mark.parametrize(
    "figure",
    [
        "26000",
        "20601",
        "2060",
        "206.00",
        "2.0600",
        "20600.5",
        "2-0600",
        "20:600",
        "20600万",
        "20600%",
        "1,206,00",
    ],
)
def test_a_figure_of_another_value_is_always_a_difference(archive, figure) -> None:
    quotation = archive.verify(PAID.replace("20600", figure))
    check(archive, quotation)
    assert quotation.verdict == "nearly"
    assert quotation.differences > 0
    assert "figure" not in quotation.forms


@pytest.mark.parametrize(
    ("given", "changed"),
    [("26000元", ("26000", "20600")), ("2060元", ("2060", "20600")), ("20601元", ("20601", "20600"))],
)
def test_a_figure_that_differs_is_shown_whole(archive, given, changed) -> None:
    (part,) = archive.verify(f"农民工张广林手里拿着{given}现金,激动不已。").parts
    (run,) = (run for run in part.runs if run.kind != "same")
    assert (run.kind, (run.given, run.printed)) == ("changed", changed)
    assert part.runs[0].given.endswith("拿着")
    assert part.runs[2].given.startswith("元现金")


def test_a_part_of_a_figure_is_not_the_figure(archive) -> None:
    quotation = archive.verify("600元现金,激动不已")
    assert (quotation.verdict, quotation.differences) == ("nearly", 2)
    first = only(quotation).runs[0]
    assert (first.kind, first.given, first.printed) == ("changed", "600", "20600")
    assert place_of(quotation).text.startswith("20600元")


def test_missing_and_added_words_are_told_apart(archive) -> None:
    quotation = archive.verify(PAID.replace("张广林", "").replace("激动", "非常激动"))
    assert (quotation.verdict, quotation.differences) == ("nearly", 5)
    runs = [(run.kind, run.given, run.printed) for run in only(quotation).runs if run.kind != "same"]
    assert runs == [("missing", "", "张广林"), ("added", "非常", "")]
    assert say_verdict(quotation) == "相近,差 5 字"


def test_words_put_in_front_are_added_and_not_put_for_others(archive) -> None:
    quotation = archive.verify("据悉，" + PAID)
    runs = [(run.kind, run.given, run.printed) for run in only(quotation).runs if run.kind != "same"]
    assert runs == [("added", "据悉，", "")]


def test_sentences_that_do_not_stand_together_are_a_patchwork(archive) -> None:
    quotation = archive.verify(PAID + CUT)
    check(archive, quotation)
    assert (quotation.verdict, [part.grade for part in quotation.parts]) == ("stitched", ["verbatim"] * 2)
    assert [part.text for part in quotation.parts] == [PAID, CUT]
    assert say_verdict(quotation).startswith("2处拼接")


def test_an_ellipsis_that_keeps_the_order_of_one_article_is_honest(archive) -> None:
    start, end = PAID[:11], PAID[-6:]
    for omission in ("……", "...", "[...]", "（略）"):
        quotation = archive.verify(f"{start}{omission}{end}")
        check(archive, quotation)
        assert (quotation.verdict, len(quotation.parts)) == ("verbatim", 2)
    assert archive.verify(f"手里拿着20600元现金……{start}").verdict == "stitched"


def test_a_headline_is_found_in_the_head(archive) -> None:
    quotation = archive.verify(HEAD)
    place = place_of(quotation)
    assert (quotation.verdict, place.where, place.text) == ("verbatim", "head", HEAD)
    both = archive.verify(f"{HEAD}\n{PAID}")
    assert [part.places[0].where for part in both.parts] == ["head", "body"]


def test_what_no_page_says_is_absent_and_part_of_it_is_said(archive) -> None:
    invented = "月球上发现了大量的水冰资源,科学家十分高兴。"
    quotation = archive.verify(invented)
    assert (quotation.verdict, only(quotation).text) == ("absent", invented)
    quotation = archive.verify(PAID + invented)
    check(archive, quotation)
    assert (quotation.verdict, [part.grade for part in quotation.parts]) == ("partly", ["verbatim", "absent"])


def test_a_few_characters_are_counted_and_not_judged(archive) -> None:
    quotation = archive.verify("志愿者")
    part = only(quotation)
    assert (quotation.verdict, part.count >= len(part.places) > 1) == ("short", True)
    assert archive.verify("骆驼").verdict == "short"
    assert only(archive.verify("骆驼")).places == ()


def test_reprints_are_all_named(tmp_path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(
            f"{name}报转载的一条新闻\n\n本报讯 {PAID}{name}报另有评论。\n", "utf-8"
        )
    build_index([tmp_path], tmp_path / "index", load_encoder())
    archive = Archive.open(tmp_path / "index")
    part = only(archive.verify(PAID))
    assert ([place.source for place in part.places], part.count) == (["a.txt", "b.txt", "c.txt"], 3)
    nearly = only(archive.verify(PAID.replace("激动", "高兴")))
    assert (nearly.grade, nearly.count, nearly.differences) == ("nearly", 3, 2)


def test_nothing_and_too_much_are_refused_in_words(archive) -> None:
    for nothing in ("", " \n", "，。……", "[1]"):
        with pytest.raises(EmptyQuestion):
            archive.verify(nothing)
    with pytest.raises(LongQuestion, match="2,001"):
        archive.verify("字" * 2001)
    assert archive.verify("字" * 2000).verdict == "absent"
