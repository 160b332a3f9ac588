"""The files of ../shared/data, read and cleaned.

In: the data folder that ../shared/data/README.md describes. Out: its objects, and texts without what their
web pages left around them. Does not know what they are used for.
"""

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

# What a web page leaves around a story: "<!--repaste.body.begin-->央视网消息（新闻联播）：", "[查看原文](https://…)".
_LEFTOVER = re.compile(
    r"<!--.*?-->|\[查看原文\]\([^)]*\)|---更新时间.*$|^\s*央视网消息(?:（[^）]*）)?[：:]|原标题[：:]"
)

# Where a story begins that has its title before it without a break: a date, a reporter, a news agency.
_BEGINS = re.compile(
    r"(?<!\d)\d{1,4}年\d|(?<!\d)\d{1,2}月\d|近日|日前|近年|昨[日天]|今[日天]|目前|记者|通讯员|作者|来源|编辑|"
    r"本[报文网]|[文图]/|[。;；【]|随着|为(?:了|进一步|深入|切实|贯彻|全面|推进|推动|加强|认真|庆祝)|"
    r"[一-鿿]{2,4}(?:网|社|新闻|在线|日报|晚报|快讯)[^，。！]{0,10}(?:电|讯|消息|报道)"
)
_SPACE = re.compile(r"\s")
_TITLE = "原标题"
# A title has at least so many characters, and at most; where no beginning is found, so many are taken for it.
_SHORT, _LONG, _PART = 10, 42, 18
# Of titles that begin with the same five characters (股票行情快报) so many are taken; no story is shorter.
_ALIKE, _STORY = 15, 60


def read(data: Path, name: str) -> list[dict[str, Any]]:
    """Return the objects of one file of the data folder."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_questions(data: Path, name: str) -> list[dict[str, Any]]:
    """Return the questions of one file that their passage answers; of questions_train, those held out.

    Every 24th passage of it is: no model learned from the questions on it.
    """
    rows = [row for row in read(data, name) if row.get("answerable", True)]
    if name != "questions_train":
        return rows
    number = {passage: n for n, passage in enumerate(dict.fromkeys(row["passage"] for row in rows))}
    return [row for row in rows if number[row["passage"]] % 24 == 0]


def clean(story: str) -> str:
    """Return `story` without what its web page left around it."""
    return _LEFTOVER.sub("", story).strip()


def read_titled(data: Path, *names: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return titles and stories of files of news, and the stories that have no title in their text.

    A third have one. It may lack its end, or have a word of what follows: there is no mark where it ends.
    """
    alike: Counter[str] = Counter()
    titled, others = [], []
    for story in (row["text"] for name in names for row in read(data, name)):
        if not story.lstrip().startswith(_TITLE):
            others.append(clean(story))
            continue
        title, rest = _split_title(clean(story))
        alike[title[:5]] += 1
        if alike[title[:5]] <= _ALIKE and len(rest) >= _STORY:
            titled.append((title, rest))
    return titled, others


def _split_title(story: str) -> tuple[str, str]:
    for sign in (_BEGINS, _SPACE):
        found = sign.search(story, _SHORT)
        if found and found.start() <= _LONG:
            return story[: found.start()].strip(), story[found.start() :].strip()
    return story[:_PART], story[_LONG:]  # what may be more of the title is in neither
