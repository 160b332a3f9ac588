"""A sentence inside an enumeration that runs over several -> the whole enumeration.

In: the text of an article and a sentence of it. Out: the range from the first item to the end of the last, or
nothing. Does not know questions or scores.

"一是……。二是……。三是……。": whoever asks which measures were taken wants all three sentences. The items are
told by their numbers: they begin with one and go on without a gap.
"""

import re
from collections.abc import Iterator

from index.text import fold, sentences

# As much text as is given whole: ten items of a sentence or two.
LONGEST = 900
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
_N = "[一二三四五六七八九十]"
# The ways to number the items of a running text. What comes before an item's number ends a clause.
_STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:(?<=[。；;，,：:！!])|^|(?<=\n))\s*(?P<n>{_N})(?:是|要|则)",
        rf"(?:(?<=[。；;，,：:！!])|^|(?<=\n))\s*第(?P<n>{_N})(?:[，,、]|(?:是|要|步|个阶段))",
        rf"(?:(?<=[。；;：:！!])|^|(?<=\n))\s*[（(]?(?P<n>{_N})(?:[、)）]|[）)]、?)",
        r"(?:(?<=[。；;：:！!\n])|^)\s*[（(]?(?P<n>\d{1,2})(?:[、）)]|\.(?!\d))",
    )
)
_COUNTED = re.compile(rf"({_N}|两|\d{{1,2}})(?:[大个项条点种步]|方面)")
_OPENS = re.compile(r"[：:]\s*$|(?:如下|以下)[^。]{0,12}[。：:]\s*$")


def find_list(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of the enumeration that the sentence `text[start:end]` has an item of, or opens.

    It ends with the sentence that holds the last item. None where there are not two items, or where the
    whole would be longer than LONGEST characters.
    """
    low = max(start - LONGEST, 0)
    around = text[low : end + 2 * LONGEST]
    cut_off = low + len(around) < len(text)
    ends = [stop for _, stop in sentences(around)]
    for items in _runs(fold(around)):
        stop = next((one for one in ends if one > items[-1]), len(around))
        first, last = low + items[0], low + stop
        has_item = any(start <= low + at < end for at in items) or first < start < last
        opens = end <= first <= end + 2 and _opens(fold(text[start:end]), len(items))
        whole = last - first <= LONGEST and not (cut_off and stop == len(around))
        if (has_item or opens) and whole:
            return first, last
    return None


def _opens(sentence: str, count: int) -> bool:
    """Tell whether a sentence announces what follows it: with a colon, or with the number of items."""
    said = {_NUMERALS.get(match[1], 2 if match[1] == "两" else 0) for match in _COUNTED.finditer(sentence)}
    said |= {int(match[1]) for match in _COUNTED.finditer(sentence) if match[1].isdecimal()}
    return count in said or bool(_OPENS.search(sentence))


def _runs(folded: str) -> Iterator[list[int]]:
    """Yield the places of the items of each enumeration: numbered from one, without a gap.

    Other numbers between them are of something else ("二是" inside the first item's own list).
    """
    for style in _STYLES:
        run: list[int] = []
        for match in style.finditer(folded):
            value = _NUMERALS.get(match["n"]) or int(match["n"])
            at = match.end() - len(match.group().lstrip())
            if value == len(run) + 1:
                run.append(at)
            elif value == 1:
                yield from [run] if len(run) > 1 else []
                run = [at]
        yield from [run] if len(run) > 1 else []
