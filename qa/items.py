"""A question -> what in it may be a limit: places, dates, files, editions, newspapers, kinds.

In: a folded question. Out: Items, with the places of their words. Does not know whether the question means
them as limits: limits.py judges that from the words around them.

Nothing is understood from the words of the archive itself but the names of its districts and files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.heads import list_districts
from index.text import HAN, fold
from qa.records import LimitKind
from qa.scope import Scope
from qa.timewords import find_periods

REPORTS = "新闻报道|报道|报导|新闻|文章|消息|稿件|稿子|报纸|报刊|版面|记载"
KINDS = {
    "图片说明": "caption", "照片说明": "caption", "图片新闻": "caption", "图注": "caption", "图说": "caption",
    "简讯": "brief", "短讯": "brief", "简明新闻": "brief", "文件": "document",
}  # fmt: skip
# 新闻中心, 新闻内容 and 日报上市 are other words.
IN = (
    "里面|里边|里(?!程)|当中|之中|中(?![心队学国央期年介午])|上面|上(?![市线涨任台岗班学海报级调升映演])"
    "|之内|范围内|内(?![容部科蒙阁])"
)
# What may follow a noun that is one of reports: in 新闻发布会 it is none.
GOES_ON = (
    rf"(?=$|[,，:：?？!！。、 ]|{IN}|说|写|讲|提|谈|登|刊|记|介绍|称|有|没|都|一共|总共|共|总|是"
    "|涉及|出现|怎|如何|哪|谁|几|多少|什么|为)"
)
_AND = re.compile("[和与及或、]|以及|或者")
_FILE = re.compile(r"[\w./-]{0,200}\.(?:txt|text|md|markdown|html?|jsonl|csv|docx|pdf)(?:#\d+)?(?![a-z])")
_EDITION = re.compile(
    r"第(?P<number>[a-z]?\d{1,3}|[一二三四五六七八九十]{1,3})版|(?<![a-z\d])(?P<printed>[a-z]\d{1,2})版|头(?P<first>版)"
)
_PAPER = re.compile(
    rf"《[{HAN}]{{2,9}}报》|(?:(?<![{HAN}])|(?<=[在从据看查于的]))(?![在从据看查于的今昨前每])"
    r"[^\W\d_的年月]{2,6}?(?:日|晚|早|晨|午|时|商|快|导|都市|青年|工人|农民|法制|法治|经济)报(?![道告导社销案警名])"
)
_KIND = re.compile("|".join(KINDS))
_BEFORE_FILE = re.compile(r"(?:^|[在的,，]|只看|只查|限于|(?:多少|几|哪些|哪几)[篇份]?)$")
# A place that is no district: where its name begins, there is no other character, or a particle.
_PLACE = re.compile(
    rf"(?:(?<![{HAN}])|(?<=[在从于关对据和及]))(?![在从于关对据和及])[^\W\d_哪几的于个了是有]{{2,6}}?[市州镇乡村]"
)
_NO_PLACE = re.compile(
    r".*(?:城市|都市|超市|夜市|股市|楼市|菜市|集市|上市|乡村|农村|山村|[小古]镇|村镇|本[市镇乡村]|全[市镇乡村])|[全各我该每].."
)
_FUNCTION = re.compile(
    r"请问|只看|只查|只找|只限|只在|仅看|仅限|限于|限定|关于|有关|哪些|多少|几篇|看看?|查找?"
)
_BARE = re.compile(
    rf"(?:^|在|关于|有关|[,，]|只看|只查|限于)(?P<name>[{HAN}]{{2,4}}?)的?(?:{REPORTS}){GOES_ON}"
)


@dataclass(frozen=True, slots=True)
class Item:
    """Something in the folded question that may be a limit."""

    start: int
    end: int
    kind: LimitKind
    value: str
    joined: tuple["Item", ...] = ()  # 青林区和白石区: either counts


def words_of(item: Item, question: str) -> str:
    """Return the words of the question that an item is, as typed."""
    return question[item.start : item.end]


def list_items(folded: str, today: date, scope: Scope) -> list[Item]:
    """Return what may be a limit, in order; of two that overlap the longer one."""
    found = [Item(start, end, "date", str(period)) for start, end, period in find_periods(folded, today)]
    for match in _FILE.finditer(folded):
        name = _file_in(match[0], scope)
        found.append(Item(match.end() - len(name), match.end(), "source", name))
    for match in _EDITION.finditer(folded):
        value = match["number"] or match["printed"] or "1"
        found.append(Item(match.start(), match.end(), "edition", value.upper()))
    for match in _PAPER.finditer(folded):
        found.append(Item(match.start(), match.end(), "newspaper", match[0].strip("《》")))
    for match in _KIND.finditer(folded):
        if match[0] != "文件" or _BEFORE_FILE.search(folded[: match.start()]):
            found.append(Item(match.start(), match.end(), "kind", KINDS[match[0]]))
    plain = list(folded)
    for start, end in [(item.start, item.end) for item in found] + [
        m.span() for m in _FUNCTION.finditer(folded)
    ]:
        plain[start:end] = " " * (end - start)
    found += _list_places("".join(plain))
    found += _list_bare_names(folded, scope)
    chosen: list[Item] = []
    for item in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        if all(item.end <= other.start or other.end <= item.start for other in chosen):
            chosen.append(item)
    return _join(folded, sorted(chosen, key=lambda item: item.start))


def _join(folded: str, items: Sequence[Item]) -> list[Item]:
    """Put items of one kind together that stand side by side with "and" or "or" between."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if last and last.kind == item.kind and _AND.fullmatch(folded, last.end, item.start):
            joined[-1] = replace(last, end=item.end, joined=(*(last.joined or (last,)), item))
        else:
            joined.append(item)
    return joined


def _list_places(plain: str) -> Iterator[Item]:
    for name in dict.fromkeys(list_districts(plain)):
        for match in re.finditer(re.escape(name), plain):
            yield Item(match.start(), match.end(), "district", name)
    for match in _PLACE.finditer(plain):
        if not _NO_PLACE.fullmatch(match[0]):
            yield Item(match.start(), match.end(), "district", match[0])


def _list_bare_names(folded: str, scope: Scope) -> Iterator[Item]:
    """Yield districts of the archive that are called without their last character: 惠济的报道."""
    for match in _BARE.finditer(folded):
        if any(fold(district[:-1]) == match["name"] for district in scope.districts):
            yield Item(*match.span("name"), "district", match["name"])


def _file_in(token: str, scope: Scope) -> str:
    """Return the name of a file at the end of a run of characters: 柳河.txt of 在柳河.txt."""
    names = (token[at:] for at in range(len(token)))
    known = next((name for name in names if name in scope.files), None)
    return known or re.sub(rf"^[{HAN}]*(?=[0-9a-z])", "", token.lstrip("在从查看据只的限于")) or token


def name_item(printed: str, item: Item, scope: Scope) -> str:
    """Return the value of an item: what the archive calls a district or a newspaper, or as it is asked."""
    if item.kind in ("edition", "kind", "date"):
        return item.value
    printed = printed.strip("《》")
    if item.kind == "source":
        return printed
    known_names = scope.districts if item.kind == "district" else scope.newspapers
    folded = fold(printed)
    ends = ("", "区", "县", "市", "旗") if item.kind == "district" else ("",)
    return next((name for end in ends for name in sorted(known_names) if fold(name) == folded + end), printed)
