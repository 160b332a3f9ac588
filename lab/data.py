"""The files of ../shared/data, read and cleaned.

In: the data folder that ../shared/data/README.md describes. Out: its objects, and texts without what their
web pages left around them. Does not know what they are used for.
"""

import gzip
import json
import re
from pathlib import Path
from typing import Any

# What a web page leaves around a story: "<!--repaste.body.begin-->央视网消息（新闻联播）：", "[查看原文](https://…)".
_LEFTOVER = re.compile(
    r"<!--.*?-->|\[查看原文\]\([^)]*\)|---更新时间.*$|^\s*央视网消息(?:（[^）]*）)?[：:]|原标题[：:]"
)


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
