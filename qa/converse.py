"""A question and the talk before it -> the question as it stands by itself.

In: a question, and a way to get at the turns before it: what was asked, as it stood by itself, and what was
answered. Out: a question that a person could have typed without that talk; the very same one where it names
its own subject. Does not know how turns are answered or kept; it asks for them only when a question leans on
them, for each may cost a search.

What is not sure is not guessed: then the names and nouns that the talk is about are put in front, and neither
what was said of them nor the words that asked.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.text import NAME_TAGS, fold
from qa.lean import BARE, LINK, MORE, WHAT_OF, judge, list_own_words
from qa.parse import CHANGES, Asked, find_asked, find_owner, find_topic, strip_times
from qa.question import MAX_LENGTH
from qa.records import Evidence, Said
from qa.refer import pick_listed, put_names, take_name, take_thing
from qa.spot import COMMON, POST, TITLE, find_date, list_nouns, list_people, list_places, tokens_of
from qa.swap import swap_subject

Recall = Callable[[], Sequence[Said]]
Cited = tuple[str, int, int]

# What asks about an event. What is asked next may be about that: 怎么禁烧秸秆? 涉及多大面积?
_HOW = ("怎么", "怎样", "如何", "为什么", "为何", "为啥")
_LONGEST_EVENT = 10
_IDENTITY = re.compile(r"是谁|是哪[个位名家]|叫什么")
_JOINS = re.compile(r"(?:是|在|从|和|与|由|被|为)$")
_TAIL = re.compile(r"[?？的了]+$")
_PRONOUN = re.compile(r"^(?:[他她它]们?(?=[^的])|其(?=中))")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The question as it stands by itself.

    Where it is the last one once more (还有呢?), `told` is what was cited for that: (source, start, end).
    """

    question: str
    told: tuple[Cited, ...] = ()


def resolve(question: str, recall: Recall) -> Resolved:
    """Return `question` as it stands by itself, after the turns that `recall` returns, the newest first.

    `recall` is called only where the words alone do not show that the question names its own subject.
    """
    stand = judge(question)
    talk = recall() if stand != "alone" else ()
    if not talk or (stand == "doubtful" and not _speaks_of(question, talk[0])):
        return Resolved(question)
    if MORE.fullmatch(fold(question)):
        return Resolved(talk[0].within + talk[0].question, talk[0].cited)
    attempts = (ask_bare, swap_subject, _refer, _supply)
    rewritten = next(filter(None, (attempt(question, talk) for attempt in attempts)), question)
    rewritten = _keep_limits(question, rewritten, talk[0])
    return Resolved(rewritten if len(rewritten) <= MAX_LENGTH else question)


def _keep_limits(question: str, rewritten: str, said: Said) -> str:
    """Return the rewritten question with the limits of the one before; 2017年呢? changes their day."""
    new, day = WHAT_OF.fullmatch(fold(question)), find_date(said.within)
    if new and day and find_date(new.group(1)) == (0, len(new.group(1))):
        return (
            said.within[: day[0]]
            + question[new.start(1) : new.end(1)]
            + said.within[day[1] :]
            + said.question
        )
    return said.within + rewritten


def leave_out(evidence: Sequence[Evidence], told: Sequence[Cited]) -> list[Evidence]:
    """Return the sentences without those that were cited before."""
    return [item for item in evidence if not any(_overlaps(item, *place) for place in told)]


def _overlaps(item: Evidence, source: str, start: int, end: int) -> bool:
    stored = item.found.stored
    spans = stored.article.page_spans(item.start, item.end)
    return stored.page.source == source and any(span.start < end and start < span.end for span in spans)


def _speaks_of(question: str, said: Said) -> bool:
    """Tell whether what a question names stands in the article just read: its names, two thirds of its nouns.

    What it asks for (哪些|国家) need not stand there, where it has another noun. Without any noun, half of
    its other words will do.
    """
    nouns, others = list_own_words(question)
    asked = find_asked(question)
    nouns = [noun for noun in nouns if not (asked and noun in asked.noun)] or nouns
    around = fold(said.around)
    if not nouns:
        return 2 * sum(word in around for word in others) >= len(others)
    missing = [noun for noun in nouns if noun not in around]
    names = [word for word, tag, _ in tokens_of(question) if tag in NAME_TAGS]
    return 3 * len(missing) <= len(nouns) and not any(name in missing for name in names)


def ask_bare(question: str, talk: Sequence[Said]) -> str:
    """Return the last question asked for something else: 为什么? 哪一年? 谁?."""
    bare = BARE.fullmatch(fold(question))
    if not bare:
        return ""
    word, said = bare.group(1), next((said for said in talk if _tells(said.question)), talk[0])
    text = said.question.rstrip("?？")
    asked, (start, end) = find_asked(text), find_topic(text)
    if asked is None:
        return f"{text[:end]}{word}{text[end:]}?"
    name = take_name(said)
    if asked.start < start or end == 0:  # 谁修好了桥?: who it was, is known by now
        behind = text[asked.end + len(asked.noun) :]
        return f"{text[: asked.start]}{name or asked.noun}{word}{behind}?"
    head, behind = text[: asked.start], text[asked.end :]
    if asked.word in ("多少", "几"):
        counted = name if any(char.isdigit() for char in name) else ""
        behind = counted + (behind.removeprefix(asked.noun) if asked.noun in counted else behind)
    else:
        head = _JOINS.sub("", head)
        behind = behind.removesuffix("的") if asked.noun else behind
    return f"{head[:end]}{word}{head[end:]}{behind}?"


def _tells(old: str) -> bool:
    """Tell whether a question says something that may have a time, a place or a reason; not 他是谁?."""
    asked, (_, end) = find_asked(old), find_topic(old)
    said = old[end : asked.start] + old[asked.end + len(asked.noun) :] if asked else old[end:]
    return bool(re.sub(r"[是有在的了呢吗?？]", "", said)) or asked is None or asked.word in _HOW


def _refer(question: str, talk: Sequence[Said]) -> str:
    """Return the question with names for its pronouns, and with a subject where they give it none."""
    if listed := pick_listed(question, talk):
        return listed
    named, has_subject = put_names(question, talk)
    if named == LINK.sub("", question):
        return ""
    return named if has_subject else _supply(named, talk)


def _supply(question: str, talk: Sequence[Said]) -> str:
    """Return the question with what the talk is about in front."""
    then = LINK.sub("", question)
    lead = next(filter(None, (_find_lead(then, said) for said in talk)), "")
    if not lead:
        names = "".join(
            word for word, tag, _ in tokens_of(talk[0].question) if tag[0] == "n" and len(word) > 1
        )
        lead = f"{names}," if names else ""
    return then if fold(lead) in fold(then) else lead + _PRONOUN.sub("", then)


def _find_lead(question: str, said: Said) -> str:
    """Return the subject that a question lacks, from an earlier turn.

    A question that begins with a noun of its own asks for something of the owner (绿源公司|经理); one that
    begins with a verb is about the topic, or about the thing that was asked for (什么贷款).
    """
    old = said.question
    asked, (start, end) = find_asked(old), find_topic(old)
    topic, owner = strip_times(old[start:end]), find_owner(old)
    low, high = find_topic(question)
    own = strip_times(question[:high]) if low == 0 else ""
    name, thing = take_name(said), ""
    if asked and asked.noun and not POST.search(own) and old[asked.start - 1] not in "为给对向和与跟在从由":
        thing = take_thing(said, asked)
    if asked and _IDENTITY.search(old) and name:
        lead = owner if own else topic + name
    elif thing or not topic:
        lead = thing
    elif own:
        lead = _own_lead(question, old, asked, end)
    else:
        lead = _told_lead(question, old, asked, end) if asked else topic
    return lead


def _told_lead(question: str, old: str, asked: Asked, end: int) -> str:
    """Return the topic, for a question that begins with a verb; more of it where the question says little."""
    start, _ = find_topic(old)
    topic = strip_times(old[start:end])
    nouns, others = list_own_words(question)
    wanted = find_asked(question)
    nouns = [noun for noun in nouns if not (wanted and noun in wanted.noun)]
    if asked.word in _HOW and asked.start == end and others and not nouns:
        event = _TAIL.sub("", old[asked.end :])
        return topic + event if len(event) <= _LONGEST_EVENT else topic
    if nouns or (asked.word not in _HOW and CHANGES.fullmatch(fold(old[end : asked.start]))):
        return find_owner(old)
    return topic if len(others) > 1 else topic + _list_objects(old, asked, end)


def _own_lead(question: str, old: str, asked: Asked | None, end: int) -> str:
    """Return the owner, with titles in quotation marks; of a place, what is there: 隧道的大巴|司机."""
    start, _ = find_topic(old)
    topic, owner = strip_times(old[start:end]), find_owner(old)
    acts = asked is not None and (
        asked.word in _HOW or old[end : asked.start] not in ("", "是", "有", "为", "达")
    )
    if acts and len(topic) > len(owner) and list_places(owner) and not list_people(owner):
        return topic
    return owner + "".join(title for title in TITLE.findall(old[end:]) if title not in question)


def _list_objects(old: str, asked: Asked, end: int) -> str:
    """Return the nouns behind the topic that were not asked for: 镇上对哪些蔬菜实施|检疫许可."""
    asked_for = range(asked.start, asked.end + len(asked.noun) + 1)
    nouns = [
        old[low - (old[low - 1] == "在") : high]
        for low, high in list_nouns(old)
        if low >= end and low not in asked_for and old[high : high + 1] not in ("了", "给", "的")
    ]
    return "".join(dict.fromkeys(noun for noun in nouns if not COMMON.fullmatch(noun)))
