"""A file's name and a page's own furniture -> when and where it was printed.

In: a path, and a page's text. Out: an Imprint (date, newspaper, edition), each None where nothing says it.
Does not know articles. Nothing is guessed: a number that is no date is none, two dates in one name are none,
and of the page only lines that are furniture from end to end are believed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.dating import YEAR, find_date, find_dates, make_date
from index.furniture import LONGEST, PAPER, is_paper, parts_of, upright_names
from index.text import fold

_HEAD_LINES, _FOOT_LINES = 12, 4
_FOLDERS = 4
# zzrb20161025A03: letters of the paper, the day, the edition. Digits or letters of a hash around it say no.
_IN_NAME = re.compile(
    rf"(?<![0-9a-z])(?:[a-z]{{1,8}}[-_]?)??(?P<year>{YEAR})(?P<mark>[-_./年]?)(?P<month>\d\d?)(?:(?P=mark)|月)"
    r"(?P<day>\d\d?)日?(?:[-_]?(?P<edition>[a-z]\d\d?))?(?![0-9a-z])"
)
_IN_FOLDERS = re.compile(rf"(?:^|/)(?P<year>{YEAR})年?[-_/]?(?P<month>\d\d?)月?/(?P<day>\d\d?)日?(?=/|$)")
_EDITION = re.compile(
    r"第\s?([a-z]?\d{1,3})\s?版|(?<![0-9a-z])([a-z]?\d{1,3})版|(?<![0-9a-z])([a-h]\d\d)(?![0-9a-z])"
)
_EDITION_ALONE = re.compile(r"[a-z]?\d{1,2}")
_EDITION_LAST = re.compile(r"[-_](\d\d)$")
_EDITION_PRINTED = re.compile(r"[a-z]?\d{1,3}|[一二三四五六七八九十]{1,3}")
_PAPER = re.compile(rf"(?<![一-鿿])《?({PAPER})(?![一-鿿])")


@dataclass(frozen=True, slots=True)
class Imprint:
    """Date as 2016-10-25, newspaper as printed, edition as printed but for 第 and 版: A03, 03, 3."""

    date: str | None = None
    newspaper: str | None = None
    edition: str | None = None

    def or_else(self, other: "Imprint") -> "Imprint":
        """Return this, with what it lacks taken from `other`."""
        return Imprint(
            self.date or other.date, self.newspaper or other.newspaper, self.edition or other.edition
        )


def read_imprint(path_name: str, text: str) -> Imprint:
    """Return what the file's name and folders say; for what they do not, what the page's furniture says."""
    return imprint_of_name(path_name).or_else(imprint_of_page(text))


# ---- names of files ---------------------------------------------------------------------------------


def imprint_of_name(path_name: str) -> Imprint:
    """Return what the name of a file and its last four folders say."""
    *folders, name = [part[:LONGEST] for part in path_name.replace("\\", "/").split("/")[-1 - _FOLDERS :]]
    parts = [*folders, re.sub(r"\.[0-9A-Za-z]{1,8}$", "", name)]
    found = _date_of(parts)
    return Imprint(found, _paper_of(parts), _edition_of(fold(parts[-1]), dated=found is not None))


def _date_of(parts: Sequence[str]) -> str | None:
    """Return the date of the innermost part that has one; None where that part names several."""
    for part in reversed(parts):
        folded = fold(part)
        named = {
            make_date(*m.group("year", "month", "day")) for m in _IN_NAME.finditer(folded) if _is_plain(m)
        }
        if dates := {*named, *find_dates(folded)} - {None}:
            return dates.pop() if len(dates) == 1 else None
    for match in _IN_FOLDERS.finditer(fold("/".join(parts))):
        if found := make_date(*match.group("year", "month", "day")):
            return found
    return None


def _is_plain(match: re.Match[str]) -> bool:
    """Without marks between them, 2016111 could be two dates: then month and day have two digits each."""
    return bool(match["mark"]) or len(match["month"] + match["day"]) == 4


def _paper_of(parts: Sequence[str]) -> str | None:
    for part in reversed(parts):
        folded = fold(part)
        for match in _PAPER.finditer(folded):
            if is_paper(match[1]):
                return part[match.start(1) : match.end(1)]
    return None


def _edition_of(stem: str, *, dated: bool) -> str | None:
    match = _IN_NAME.search(stem)
    if match and match["edition"]:
        return str(match["edition"]).upper()
    if match := _EDITION.search(stem):
        return next(group for group in match.groups() if group).upper()
    if dated and _EDITION_ALONE.fullmatch(stem):  # 2016-10-25/03.txt
        return stem.upper()
    if dated and (match := _EDITION_LAST.search(stem)) and _IN_NAME.search(stem[: match.start()]):
        return match[1]
    return None


# ---- the page itself --------------------------------------------------------------------------------


def imprint_of_page(text: str) -> Imprint:
    """Return what the furniture among the first and the last lines of a page says.

    A date that stands alone counts at the top only: at the foot it is the date of a document.
    """
    head, foot = _ends_of(text)
    found = Imprint()
    for start, end in upright_names(head):
        found = found.or_else(Imprint(newspaper="".join(line.strip() for line in head[start:end])))
    for line in (*head, *foot):
        parts = parts_of(line)
        if line in foot and set(parts) <= {"DATE", "gap"}:
            continue
        date = find_date(parts["DATE"]) if "DATE" in parts else None
        paper = parts["paper"].strip("《》") if "paper" in parts else None
        found = found.or_else(Imprint(date, paper, _printed_edition(parts.get("EDITION"))))
    return found


def _printed_edition(part: str | None) -> str | None:
    match = _EDITION_PRINTED.search(fold(part)) if part else None
    return match[0].upper() if match else None


def _ends_of(text: str) -> tuple[list[str], list[str]]:
    """Return the first and the last lines that are not blank, without splitting all of a large page."""
    window = 40 * LONGEST
    first = [line for line in text[:window].splitlines() if line.strip()]
    last = [line for line in text[max(len(text) - window, 0) :].splitlines() if line.strip()]
    goes_on = len(text) > window or len(first) > _HEAD_LINES
    return first[:_HEAD_LINES], last[-_FOOT_LINES:] if goes_on else []
