"""The lines of a head -> kicker, headline, subtitle; a text -> the districts that it names.

In: the head lines of one article, and its body. Out: the parts of the head as printed, and the district.
Does not know where they stand on the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.segment import is_known
from index.text import HAN, fold

_PLACE_LABEL = re.compile(rf"[{HAN}]{{1,7}}(?:区|县|市|镇|乡|街道|办事处|街道办|社区|村|旗|州)")
# Words in 区 and 县 that name a sort of area, not a place; the short ones only when they stand alone:
# 城区 is an area, 管城区 a district.
_COMMON_AREA = re.compile(
    r".[全该我各][区县]|[全该我各]?[市县]{1,2}[区县]|[社辖全该我各市城地小园山景校片街库灾矿林郊战特新老牧湖禁专东西南北中分两本外内]?[区县]"
    r"|.*(?:集聚|试验|开发|高新|示范|商业|文化|自治|保护|居民|住宅|工业|生活|功能|创新|责任|产业|经济|核心"
    r"|服务|展示|行政|办公|教学|旅游|度假|施工|作业|危险|污染|安全|合作|贸易|保税|社|辖|小|校|园)[区县]"
)
# Two characters and 区 at the head of a clause or behind a particle. "困扰区域" is no district.
_PARTICLES = "在于到从对为和与及各全本该个的了将把被向由至是有"
_NO_NAME = (
    "针对|围绕|根据|按照|结合|关于|通过|对于|由于|为了|经过|随着|利用|依托|组织|来到|走进|位于|联合|邀请"
)
_DISTRICT = re.compile(
    rf"(?:^|(?<=[^{HAN}])|(?<=[{_PARTICLES}]))"
    rf"(?![{_PARTICLES}市县省区乡镇村我]|{_NO_NAME})[{HAN}]{{2}}[区县](?![域别间分位划])"
)
_MIN_HEADLINE = 7
_AREA = re.compile("[区县]")
_LONGEST_NAME = 8
_MAX_SECTION = 6
# How a paper speaks of the district that it is made for. 全区 in an autonomous region is the region.
_OWN = re.compile(
    r"[全我本该]区|区[委直]|区政府|团区委|区[纪人住卫公教城文民司财审统发农科][^\s，,。；;]{0,6}[局委]|辖区"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a head, each None where the page prints none.

    `district` is one that stands as a label; `placed` tells whether any place does. `section` is the name of
    a column, which may stand above the items that follow too.
    """

    kicker: str | None = None
    headline: str | None = None
    subtitle: str | None = None
    district: str | None = None
    section: str | None = None
    placed: bool = False


def read_head(lines: Sequence[str]) -> Head:
    """Tell the parts of a head.

    The headline is set in the largest type, so it is the shortest line; a line of a few characters is
    the name of a section or of a place.
    """
    section = lines[0] if len(lines) >= 2 and _names_section(lines[0]) else None
    lines = lines[1:] if section else lines
    label = next((line for line in lines[:-1] if _names_district(line)), None)
    parts = [line for line in lines if line != label]
    if not parts:
        return Head(district=label, section=section)
    places = [line for line in parts[:-1] if _PLACE_LABEL.fullmatch(line)]
    candidates = [line for line in parts if len(line) >= _MIN_HEADLINE and line not in places]
    headline = (
        min(candidates, key=len)
        if candidates
        else max(parts, key=lambda line: (line not in places, len(line)))
    )
    at = parts.index(headline)
    return Head(
        " ".join(parts[:at]) or None,
        headline,
        " ".join(parts[at + 1 :]) or None,
        label,
        section,
        bool(label or places),
    )


def _names_section(line: str) -> bool:
    """Tell whether the first line of a head is the name of a column: a few characters, and no place."""
    return len(line) <= _MAX_SECTION and line.isalpha() and not _PLACE_LABEL.fullmatch(line)


def _names_district(line: str) -> bool:
    return len(line) <= 8 and line[-1] in "区县" and not _COMMON_AREA.fullmatch(line)


def find_district(head: str, body: str) -> str | None:
    """Return the district that the article is about: named in its head, first in its lead, or alone in it."""
    for text in (head, body[:200]):
        if named := list_districts(text):
            return named[0]
    named = list_districts(body)
    return named[0] if len(set(named)) == 1 else None


def spread_district(districts: Sequence[str | None], texts: Sequence[str], page: str) -> str | None:
    """Return the district that all of a page is about, None where it is about several or none.

    `districts` and `texts` are those of the page's items. It is so where the page names a single one, and
    most of the items name it, or speak of their own district (我区, 区人社局), or of a place that bears its
    name (上街中心路街道 in 上街区).
    """
    named = set(list_districts(page))
    if len(named) != 1 or "自治区" in page:
        return None
    (district,) = named
    about = sum(
        district == own or district[:-1] in text or bool(_OWN.search(text))
        for own, text in zip(districts, texts, strict=True)
    )
    return district if 2 * about > len(texts) and any(districts) else None


def list_districts(text: str) -> list[str]:
    """Return the districts and counties that `text` names, as printed, in their order.

    A name is a word of the dictionary (金水区), or two characters and 区 at the head of a clause, which
    finds the names that the dictionary does not hold (惠济区).
    """
    folded = fold(text)
    found: dict[int, int] = {}
    for match in _AREA.finditer(folded):
        end = match.end()
        for length in range(min(_LONGEST_NAME, end), 1, -1):  # the longest word that ends here
            word = folded[end - length : end]
            if is_known(word):
                if not _COMMON_AREA.fullmatch(word):
                    found[end - length] = length
                break
    for match in _DISTRICT.finditer(folded):
        if not _COMMON_AREA.fullmatch(match.group()):
            found.setdefault(match.start(), len(match.group()))
    return [text[offset : offset + found[offset]] for offset in sorted(found)]
