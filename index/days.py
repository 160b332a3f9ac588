"""A text -> the dates that it names.

In: any text. Out: the dates as printed. Does not know which day "昨日" was, or when a page was printed.
"""

import re

from index.text import fold

# On folded text.
DATE = re.compile(
    r"(?=[\d今去前明上民正一二三四五六七八九十腊昨近日不])"  # none begins otherwise: a quarter of the time
    r"(?:(?:\d{4}年|[今去前明]年|上世纪\d+年代|民国[0-9一二三四五六七八九十百〇零]+年)?(?:\d{1,2}|[正一二三四五六七八九十腊]{1,3})月(?:\d{1,2}|廿?[初一二三四五六七八九十]+)[日号]?"
    r"(?:[上下]午|凌晨|清晨|晚上?|夜间)?(?:\d{1,2}[时点](?:\d{1,2}分|许)?)?"
    r"|\d{4}年(?:\d{1,2}月份?)?(?:初|底|末)?|上世纪\d+年代(?:[初中末]期)?|\d{1,2}月(?:份|[初中底末上下]旬?)?|\d{1,2}日(?:[上下]午|晚)?"
    r"|[昨今前明][日天](?:[上下]午|晚)?(?:\d{1,2}时许?)?|[去今前明]年(?:\d{1,2}月份?)?|近日|日前|不久前)"
)


def list_dates(text: str) -> tuple[str, ...]:
    """Return the dates that `text` names, each as first printed, in their order, none twice."""
    found = (text[match.start() : match.end()] for match in DATE.finditer(fold(text)))
    return tuple(dict.fromkeys(found))
