"""The words of the interface, in every language that it speaks.

In: nothing. Out: one `Words` a language, in `LANGUAGES`.
Does not know the newspaper's words, which are never translated, nor where a word is shown.

A further language is one more `Words` and one more line in `LANGUAGES`; the type checker names every
word that it still lacks. A word with a blank in it is a `str.format` pattern, filled with our own numbers
or with text that the caller escapes.
"""

from dataclasses import dataclass

from index.errors import Trouble
from index.records import Kind
from qa.records import LimitKind, What


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the program itself says, in one language. `tag` is its BCP 47 name."""

    tag: str
    name: str
    title: str
    stock: str
    lead: str
    try_one: str
    ask: str
    ask_first: str
    ask_on: str
    question: str
    searched_as: str
    differ: str
    correct: str
    correct_this: str
    search: str
    cancel: str
    took: str
    passage: str
    nearest: str
    refused: str
    mentions: str
    mentions_only: str
    nothing_near: str
    empty: str
    too_long: str
    failed: str
    gone: str
    source: str
    place: str
    edition: str
    close: str
    seam: str
    seam_joined: str
    seam_repeated: str
    goes_on: str
    comes_from: str
    also: str
    summing_up: str
    summed_up: str
    not_summed_up: str
    dropped: str
    unsaid: str
    stop: str
    troubles: dict[Trouble, str]
    dot: str
    between: str
    kinds: dict[Kind, str]
    limited: str
    limits: dict[LimitKind, str]
    any_year: str
    lift: str
    none_within: str
    beyond: str
    units: dict[What, str]
    counted_all: str
    counted: str
    counted_none: str
    counted_loosely: str
    counted_apart: str
    counted_how: str
    counted_shown: str
    ungrouped: str
    more_groups: str


CHINESE = Words(
    tag="zh-CN",
    name="中文",
    title="问报",
    stock="{pages} 版 · {articles} 篇",
    lead="问一句，找到报上的原话，和它在版面上的位置。",
    try_one="比如",
    ask="提问",
    ask_first="想从报上知道什么？",
    ask_on="接着问，或问别的……",
    question="问题",
    differ="各报说法不一：{}",
    searched_as="按“{}”查找",
    correct="改",
    correct_this="改写查找用的问题",
    search="查找",
    cancel="取消",
    took="{} 毫秒",
    passage="上下文",
    nearest="最接近的几段",
    refused="报上没有写。",
    mentions="有报道提到{}，但没有提到{}。",
    mentions_only="有报道提到{}，但没有一句能回答这个问题。",
    nothing_near="库中没有与这个问题相近的报道。",
    empty="先写下一个问题，再按“提问”。",
    too_long="这个问题太长，没法查。请用一两句话来问。",
    failed="这次没能查成。",
    gone="找不到这一版了。",
    source="出处 {}",
    place="共 {count} 篇，第 {at} 篇",
    edition="第{}版",
    close="关闭",
    seam="接栏",
    seam_joined="此处原为断栏，已接上",
    seam_repeated="此处原为断栏，已接上；断处重印的“{}”略去",
    goes_on="下转本版另一处",
    comes_from="上接本版另一处",
    also="又见 {}",
    summing_up="{} 正在归纳，逐句核对……",
    summed_up="由 {} 归纳，已逐句核对；不是报上的原话",
    not_summed_up="{} 没有可以显示的归纳",
    dropped="{} 句未能与原文核对，已略去",
    unsaid="没有一句能与原文核对",
    stop="停止",
    troubles={
        "unreachable": "连不上模型，报上的回答不受影响",
        "refused": "模型没有接受请求，报上的回答不受影响",
        "slow": "模型太久没有回应",
        "broken": "与模型的连接中途断开",
        "garbled": "模型的回应无法读懂",
        "long": "模型写得太长，余下的没有读",
        "stopped": "已停止",
    },
    dot=" · ",
    between="",
    kinds={"news": "报道", "caption": "图片说明", "document": "文件", "brief": "简讯"},
    limited="限于",
    limits={
        "district": "地区",
        "date": "日期",
        "time": "时间",
        "kind": "体裁",
        "source": "文件",
        "edition": "版次",
        "newspaper": "报纸",
    },
    any_year="{}（不限年份）",
    lift="去掉“{}”再问",
    none_within="在这个范围里没有找到。",
    beyond="不限{}时有：{}",
    units={"articles": "{} 篇", "districts": "{} 个区县", "pages": "{} 版", "newspapers": "{} 份报纸"},
    counted_all="共 {among} 篇。",
    counted="共 {among} 篇，{count} 篇提到“{mention}”。",
    counted_none="共 {among} 篇，没有一篇提到“{mention}”。",
    counted_loosely="共 {among} 篇，没有一篇原样写到“{mention}”，{count} 篇写到了其中每个词。",
    counted_apart="另有 {} 篇写到了其中每个词，但没有连在一起。",
    counted_how="按篇计数，重印、转载的各算一篇。",
    counted_shown="下面列出 {} 篇。",
    ungrouped="没有写明",
    more_groups="还有 {} 个",
)

ENGLISH = Words(
    tag="en",
    name="English",
    title="Wenbao",
    stock="{pages} pages · {articles} articles",
    lead="Ask, and read the sentence that answers you, where it stands on the page.",
    try_one="For example",
    ask="Ask",
    ask_first="What would you like to know from the papers?",
    ask_on="Ask on, or ask something else…",
    question="Question",
    differ="The reports differ: {}",
    searched_as="Searched as “{}”",
    correct="edit",
    correct_this="Edit the question as searched",
    search="Search",
    cancel="Cancel",
    took="{} ms",
    passage="In context",
    nearest="The nearest passages",
    refused="The papers do not say.",
    mentions="There are reports that mention {}, but none of them mentions {}.",
    mentions_only="There are reports that mention {}, but no sentence that answers the question.",
    nothing_near="Nothing in the archive comes near this question.",
    empty="Write a question first, then press Ask.",
    too_long="This question is too long to search. Please ask in a sentence or two.",
    failed="The search did not succeed this time.",
    gone="This page is no longer there.",
    source="Source {}",
    place="{at} of {count} articles",
    edition="page {}",
    close="Close",
    seam="joined",
    seam_joined="A column ended here; its continuation is joined on",
    seam_repeated="A column ended here; its continuation is joined on, without “{}”, which was printed twice",
    goes_on="continued elsewhere on this page",
    comes_from="continued from elsewhere on this page",
    also="also in {}",
    summing_up="{} is summing up; each sentence is checked…",
    summed_up="Summed up by {}, each sentence checked; not the words of the paper",
    not_summed_up="Nothing to show from {}",
    dropped="Left out, not borne out by the source: {}",
    unsaid="No sentence could be checked against its source",
    stop="Stop",
    troubles={
        "unreachable": "The model cannot be reached; the answer above stands",
        "refused": "The model did not take the request; the answer above stands",
        "slow": "The model took too long",
        "broken": "The connection to the model broke off",
        "garbled": "What the model sent makes no sense",
        "long": "The model wrote too much; the rest was not read",
        "stopped": "Stopped",
    },
    dot=" · ",
    between=" ",
    kinds={"news": "Report", "caption": "Caption", "document": "Document", "brief": "Brief"},
    limited="Limited to",
    limits={
        "district": "district",
        "date": "date",
        "time": "time",
        "kind": "kind",
        "source": "file",
        "edition": "page",
        "newspaper": "newspaper",
    },
    any_year="{} in any year",
    lift="Ask without “{}”",
    none_within="Nothing was found within these limits.",
    beyond="Without the limit of {}: {}",
    units={
        "articles": "{} articles",
        "districts": "{} districts",
        "pages": "{} pages",
        "newspapers": "{} newspapers",
    },
    counted_all="{among} articles in all.",
    counted="Of {among} articles, {count} mention “{mention}”.",
    counted_none="Of {among} articles, none mentions “{mention}”.",
    counted_loosely="Of {among} articles, none has “{mention}” as it stands; {count} have each of its words.",
    counted_apart="{} more have each of its words, but not together.",
    counted_how="Counted by article; what was reprinted counts each time.",
    counted_shown="The first {} are listed.",
    ungrouped="not stated",
    more_groups="{} more",
)

LANGUAGES = {"zh": CHINESE, "en": ENGLISH}
