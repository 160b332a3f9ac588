"""A sentence of a language model + the text that it cites -> what in it the text does not bear out.

In: one sentence without its markers, and the words of everything that it cites. Out: the first fault found,
or None. Does not know which model wrote it, and trusts none: a sentence that a page has talked the model into
is looked at like any other.

What is looked at: figures, days, years and months, percentages, names, words in quotation marks, Latin words
must stand in the text, in folded form and however a numeral is written; and of the other words that say
something, at least half. What is not: what exactly is counted (money, time, size, share
and number of things are told apart, people and cars are not), who did what to whom, whether a "not" was left
out. That is why the page's own words stay above, and what passed here is never shown as theirs.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal

from index.numerals import NUMERAL, list_numerals, read_numeral
from index.segment import is_known
from index.text import HAN, NAME_TAGS, PERSON_TAGS, fold, tagged
from qa.finders import SURNAMES

Fault = Literal["figure", "date", "quotation", "name", "matter"]
_Figure = tuple[Decimal | str, str]  # its value, and the kind of what it measures

# The share of a sentence's telling words that have to stand in what it cites.
SHARE = 0.5
_FIGURE = re.compile(rf"(第?)({NUMERAL})[余多来]?(个?)(%|‰|[\u2e80-\u9fff㎡]?)")
_MONTH = re.compile(r"(\d{4}|[零〇一二三四五六七八九]{4})年(\d{1,2}|[一二三四五六七八九十]{1,2})月")
_IN_A_HUNDRED = re.compile(rf"百分之({NUMERAL})")
# What a figure measures, told by what stands behind it; whatever else is counted is one kind. 3月 is a month
# of the calendar, 3个月 is a time.
_KINDS = {
    "元": "元块角", "年": "年", "月": "月日号", "天": "天小星周时分秒", "岁": "岁",
    "米": "米亩吨克公平升里㎡斤", "%": "%‰成倍百",
}  # fmt: skip
_KIND = {unit: kind for kind, units in _KINDS.items() for unit in units}
_COUNTED = frozenset("人名位口户家次回起件步届辆台所座栋项条种批张本部篇首期场处间款支架匹组")
_ORDINARY = frozenset({"十分", "一一"})  # words of number to jieba, and no numbers
_RELATIVE = re.compile(
    r"[昨今前明后当][日天]|[去今前明后当]年|近日|日前|上个?(?:月|周|世纪)|[本下]个?[周月]|节前|节后"
)
_QUOTATION = re.compile(r"[“\"「『《]([^“”\"「」『』《》]+)[”\"」』》]")
_LATIN = re.compile(r"[a-z]{2,}")
_MARKS = re.compile(r"[\W_]+")
_SOLID = re.compile(r"\s+")
_HAN = re.compile(rf"[{HAN}]+")
_TELLING = ("n", "v", "a", "i", "l", "s", "eng")


def find_fault(sentence: str, cited: str) -> Fault | None:
    """Return the first thing in `sentence` that `cited` does not bear out, or None where all of it stands."""
    said, text = _IN_A_HUNDRED.sub(r"\1%", fold(sentence)), _IN_A_HUNDRED.sub(r"\1%", fold(cited))
    solid = _SOLID.sub("", text)  # a column may break in mid-figure
    figures = _list_figures(text) | _list_figures(solid)
    if not all(_bears(figure, figures) for figure in _given_figures(said)):
        return "figure"
    days = solid.replace("天", "日")
    if any(match[0].replace("天", "日") not in days for match in _RELATIVE.finditer(said)):
        return "date"
    letters = _MARKS.sub("", solid)
    if any(_MARKS.sub("", match[1]) not in letters for match in _QUOTATION.finditer(said)):
        return "quotation"
    tokens = [(word, tag) for word, tag, _ in tagged(said)]
    if any(name not in solid for name in [*_list_names(tokens), *_LATIN.findall(said)]):
        return "name"
    telling = [word for word, tag in tokens if len(word) > 1 and tag.startswith(_TELLING)]
    standing = sum(word in solid for word in telling)
    return None if telling and standing >= SHARE * len(telling) else "matter"


def _list_figures(folded: str, kept: Callable[[int], bool] | None = None) -> set[_Figure]:
    """Return each figure of a text with the kind of what it measures, "?" where that does not show.

    Days of a month and months of a year are figures of their own. `kept` tells, by offset, which count.
    """
    found: set[_Figure] = {(day, "?") for day in list_numerals(folded) if "-" in day}
    found |= {
        (f"{read_numeral(match[1])}/{read_numeral(match[2])}", "?") for match in _MONTH.finditer(folded)
    }
    for match in _FIGURE.finditer(folded):
        if kept is None or kept(match.start(2)):
            found.add((read_numeral(match[2]) or match[2], _tell_kind(match[1], match[3], match[4])))
    return found


def _tell_kind(ordinal: str, piece: str, unit: str) -> str:
    if ordinal:
        return ordinal
    if piece:
        return "天" if unit and unit in "月小星" else "个"
    return _KIND.get(unit, "个" if unit in _COUNTED else "?")


def _bears(figure: _Figure, figures: set[_Figure]) -> bool:
    value, kind = figure
    kinds = {other for same, other in figures if same == value}
    if kind == "?":
        return bool(kinds)
    return kind in kinds or ("?" in kinds and kind != "第")


def _given_figures(said: str) -> set[_Figure]:
    """Return the figures that a sentence gives. Of Chinese numerals those alone that are words of number.

    三 is one in 三人 and not in 三心二意, 一 in 第一 and not in 一名.
    """
    numbers = set[int]()
    for word, tag, offset in tagged(said):
        if tag == "m" and word not in _ORDINARY:
            numbers.update(range(offset, offset + len(word)))

    def counts(at: int) -> bool:
        if said[at] == "一" and said[at - 1 : at] != "第" and not re.match(NUMERAL, said[at + 1 :]):
            return False
        return said[at].isascii() or at in numbers

    return _list_figures(said, counts)


def _list_names(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the names in a sentence, and the nouns that no dictionary has.

    A surname that jieba leaves by itself is taken with what follows: 周 and 树枝 are 周树枝.
    """
    for at, (word, tag) in enumerate(tokens):
        if len(word) > 1:
            if tag in NAME_TAGS or (tag.startswith("n") and not is_known(word)):
                yield word
        elif word in SURNAMES and (
            tag in PERSON_TAGS or (tag == "q" and not (at and tokens[at - 1][1] == "m"))
        ):
            following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            yield word + (following if _HAN.fullmatch(following) and len(following) <= 2 else "")
