"""A question about the archive itself -> what it wants to have counted.

In: a question without its limits. Out: a Request, or None for all other questions.
Does not know what the archive holds: count.py does.

It must speak of reports, districts or pages that mention something: "有多少篇报道提到大气污染?",
"哪些区报道了创卫?", "都写了哪些区的事?". "有多少人参加?" and "哪些区开展了创卫?" ask what an article says.
"""

import re
from dataclasses import dataclass

from index.text import fold
from qa.limits import Limited, is_open
from qa.records import What

_LONGEST_MENTION = 40

_REPORT = "新闻报道|报道|报导|新闻|文章|消息|稿件|稿子|简讯|短讯|图片说明|图片新闻|文件"
_TELLS = (
    "(?:提到|提及|谈到|谈及|写到|讲到|说到|涉及|报道到|(?:报道|刊登|登|写|讲|关注|介绍|包含)[了过])[了过]?"
)
_MENTION = f"(?:{_TELLS}|(?:提|写|讲|说|登|出现|含有)[了过]?|写的是|讲的是|说的是)"
_ABOUT = "(?:关于|有关|涉及)"
_LEAD = (
    "(?:请问|请|帮我|我想知道|告诉我|数一?数|数一下|统计一?下|查一?[查下]"
    "|在?(?:报纸[上里中]?|报[上里]|(?:库|档案|这里|里面)[上里中]?)|这些|所有|全部|的|一共|总共|共|总计|合计|到底|都|,)*+"
)
_HOW_MANY = "(?:一共|总共|总计|合计|共|都|大概|大约)*+有?(?:多少|几)"
_PIECE = "(?:篇|条|则|张)"
_PIECES = f"{_PIECE}(?:{_REPORT})?"
_AREA = "(?:区县|县区|市区|城区|区|县|地区|地方)"
_SOME = "(?:哪些|哪几个|哪个|哪几|哪一?|有?几个|有?多少个?)"
_X, _OF_IT = "(?P<x>.+?)", f"(?:的(?:{_REPORT})?)?"
_FORMS: dict[What, tuple[str, ...]] = {
    "articles": (
        rf"{_HOW_MANY}{_PIECES}(?:是|都)?(?:{_MENTION}|{_ABOUT}){_X}{_OF_IT}",
        rf"(?:{_MENTION}|{_ABOUT}){_X}的(?:{_REPORT})?{_HOW_MANY}{_PIECE}",
        rf"{_X}的(?:{_REPORT}){_HOW_MANY}{_PIECE}",
        rf"{_X}{_HOW_MANY}{_PIECES}{_TELLS}",
        rf"有?(?:哪些(?:{_REPORT})|哪几{_PIECES}|哪些(?={_ABOUT}))[都里]?(?:{_MENTION}|{_ABOUT}){_X}{_OF_IT}",
        rf"(?:{_ABOUT}|提到){_X}的(?:{_REPORT})(?:都|一共|总共)?有哪[些几]篇?",
    ),
    "districts": (rf"有?{_SOME}{_AREA}(?:的(?:{_REPORT}))?(?:都|也|里)?{_TELLS}{_X}",),
    "pages": (rf"有?(?:{_SOME}|几|多少)个?(?:版面|版|页)(?:都|上|里)*(?:有|{_MENTION}){_X}",),
    "newspapers": (rf"有?(?:哪些|哪几|哪|几|多少)(?:份|家|种)?报纸?(?:都|上|里)*{_TELLS}{_X}",),
}
_ALL: dict[What, str] = {
    "articles": rf"(?:{_REPORT})?{_HOW_MANY}{_PIECES}|有?哪些(?:{_REPORT})|(?:{_REPORT})都?有哪些",
    "districts": rf"(?:{_MENTION}|有|报道)哪些{_AREA}(?:的(?:事情?|{_REPORT}|内容|情况))?",
    "newspapers": r"有?(?:哪些|哪几|几|多少)(?:份|家|种)?报纸?",
}
_MENTIONING = [(what, re.compile(f"{_LEAD}(?:{form})")) for what, forms in _FORMS.items() for form in forms]
_BARE = [(what, re.compile(f"{_LEAD}(?:{form})")) for what, form in _ALL.items()]
# What no article is searched for: it is itself asked, or it stands for something said before.
_NO_MENTION = re.compile(
    r"谁|什么|哪|几|多少|怎|为何|如何|(?:它们?|他们?|她们?|这[个些件]?|那[个些件]?|此|该)(?:事|人)?|[有的了过是]"
)
_ASKING_IN_IT = re.compile(r"谁|什么|哪[些个里儿几年天]|多少|怎[么样]|为何|如何|[,，;；。]")
_VAGUE_END = re.compile(r"(?:的(?:事情?|情况|内容|消息|话题|问题)|这个词)$")
_MARKS = " ,，。.、:：;；\"'“”‘’「」『』《》()（）"
_END = re.compile(r"[?？!！。.吗呢啊呀 ]+$")


@dataclass(frozen=True, slots=True)
class Request:
    """What is counted, and the words that must be mentioned; None: every article counts."""

    what: What
    mention: str | None


def read_request(limited: Limited) -> Request | None:
    """Return what a question wants to have counted, None where it asks for anything else."""
    folded = _END.sub("", fold(limited.rest))
    asked = limited.rest[: len(folded)]
    for what, form in _BARE:
        match = form.fullmatch(folded)
        # "有几篇?" alone asks on from something; "有几篇报道?" is of all, and limits say of which.
        if match and (limited.limits or len(folded) > 4):
            return Request(what, None)
    for what, form in _MENTIONING:
        if match := form.fullmatch(folded):
            start, end = match.span("x")
            mention = _VAGUE_END.sub("", asked[start:end]).strip(_MARKS)
            if _is_mention(mention):
                return Request(what, mention)
    return Request("articles", None) if limited.limits and is_open(limited.rest) else None


def _is_mention(words: str) -> bool:
    folded = fold(words)
    return (
        0 < len(folded) <= _LONGEST_MENTION
        and any(c.isalnum() for c in folded)
        and not _NO_MENTION.fullmatch(folded)
        and not _ASKING_IN_IT.search(folded)
    )
