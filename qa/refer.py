"""Pronouns -> what they stand for in the talk before.

In: a question with words that point out of it, and the turns before, the newest first. Out: the question with
names in their place, or what it is that they mean. Does not know whether a question had to be rewritten.

The answer of a turn is meant where that was asked for (谁修好了钟? 王德贵. 他多大?), else what its question
names. The nearest turn that has something of the kind counts.
"""

import re
from collections.abc import Sequence

from index.text import HAN, fold
from qa.lean import EITHER, LINK, NTH, Kind, list_pronouns
from qa.parse import Asked, find_asked, find_owner, find_topic, strip_times
from qa.records import Said
from qa.spot import (
    BODY,
    COMMON,
    PERSON_NOUN,
    find_date,
    list_nouns,
    list_people,
    list_places,
    list_unknown,
    names_something,
)

# How long a name may be that is put in: an exact answer may be a whole clause.
_LONGEST_NAME = 20
_NUMERALS = "零一二三四五六七八九十"
_WHERE = ("哪里", "哪儿", "什么地方", "何处", "何地")
_WHEN = ("什么时候", "何时", "什么时间", "哪年", "哪天", "哪一年", "哪一天")
_PAIR = re.compile(rf"([{HAN}A-Za-z0-9]{{2,12}})(?:和|与|还是)([{HAN}A-Za-z0-9]{{2,8}})")
_LIST = re.compile(r"[、,，;；]|以?及|[和与]")
_TAIL = re.compile(r"[?？的了]+$")


def put_names(question: str, talk: Sequence[Said]) -> tuple[str, bool]:
    """Return the question with names for its pronouns, and whether one of them can be its subject."""
    pronouns = list_pronouns(question)
    all_meant = [find_meant(kind, question[at:end], question[end:], talk) for at, end, kind in pronouns]
    text, has_subject = question, False
    for number, (start, end, kind) in reversed(list(enumerate(pronouns))):
        meant, behind = all_meant[number], text[end:]
        if not meant:
            continue
        if kind == "this":
            noun = _noun_behind(question[end:])
            if any(
                meant.startswith(one) for one in all_meant[:number] if one
            ):  # 他怎么处理那些首饰的?: his, and said so already
                meant = ""
            elif noun and ((len(noun) == 1 and question[start] in "该此") or set(noun) & set(meant)):
                behind = behind[len(noun) :]  # 这所学校 is 南湖小学
        text = text[:start] + meant + ("的" if kind == "of" else "") + behind
        has_subject |= kind != "day" or names_something(question[end:])
    return LINK.sub("", text), has_subject


def pick_listed(question: str, talk: Sequence[Said]) -> str:
    """Return the question with names for 第二个, 前者 and 后者, or "" where nothing was listed."""
    then = LINK.sub("", question)
    if nth := NTH.match(fold(then)):
        item = take_nth(nth.group(1), talk)
        return item + then[nth.end() :] if item else ""
    either = EITHER.search(fold(question))
    for said in talk if either else ():
        if either and (pair := _PAIR.search(said.question)):
            chosen = pair.group(1 if either.group() == "前者" else 2)
            _, end = find_topic(chosen)
            return question[: either.start()] + (chosen[:end] or chosen) + question[either.end() :]
    return ""


def take_nth(numeral: str, talk: Sequence[Said]) -> str:
    """Return the n-th part of the last list that was given as an answer, with its owner; "" if none was."""
    n = int(numeral) if numeral.isdecimal() else _NUMERALS.find(numeral)
    for said in talk:
        parts = _LIST.split(said.span or "")
        if 0 < n <= len(parts) != 1:
            owner = find_owner(said.question)
            return parts[n - 1] if not owner or names_something(parts[n - 1]) else f"{owner}的{parts[n - 1]}"
    return ""


def take_name(said: Said) -> str:
    """Return the exact answer of a turn, where it can be a name: short, and one."""
    span = (said.span or "").strip("。,，")
    return span if 1 < len(span) <= _LONGEST_NAME and not re.search(r"[、，,。；;]", span) else ""


def find_meant(kind: Kind, pronoun: str, behind: str, talk: Sequence[Said]) -> str:
    """Return what a pronoun stands for, with the words `behind` it; "" where no turn has one of its kind."""
    noun = _noun_behind(behind) if kind == "this" else ""
    for said in talk:
        asked = find_asked(said.question)
        match kind:
            case "person":
                meant = _find_person(said, asked, many=len(pronoun) > 1)
            case "place":
                meant = _find_place(said, asked)
            case "day":
                meant = _find_day(said, asked, of_year="年" in pronoun)
            case _:
                meant = _find_thing(said, asked, noun)
        if meant:
            return meant
    return ""


def _noun_behind(text: str) -> str:
    start, end = find_topic(text) if text else (0, 0)
    return text[:end].partition("的")[0] if start == 0 else ""


def _topic(question: str) -> str:
    start, end = find_topic(question)
    return strip_times(question[start:end])


def _find_person(said: Said, asked: Asked | None, *, many: bool) -> str:
    old, name = said.question, take_name(said)
    people = list_people(old)
    persons = asked is not None and PERSON_NOUN.search(asked.noun) is not None
    if asked and name and (not people or list_people(name)):
        which = (
            asked.word[0] in "哪什"
            and asked.word not in _WHEN + _WHERE
            and (persons or (many and asked.noun))
        )
        if which or asked.word in ("谁", "何人", "什么人") or "叫什么" in old:
            return name
    if asked and many and persons and asked.word in ("多少", "几", "哪些") and asked.noun != "人":
        before = re.sub(
            r"(?:[有了共]|一共)+$", "", old[: asked.start]
        )  # 消防员救出|的|孩子, 金水区|的|志愿者
        return f"{before}的{asked.noun}" if before else asked.noun
    if people and not many:
        return people[0]
    if asked and persons and asked.word[0] == "哪":
        return describe(old, asked)
    return _find_role(old, many=many)


def _find_role(old: str, *, many: bool) -> str:
    """Return the body whose people are meant, who is told by what he is (the 司机), or a foreign name."""
    owner, topic = find_owner(old), _topic(old)
    roles = [old[low:high] for low, high in list_nouns(old) if PERSON_NOUN.search(old[low:high])]
    told = [phrase for phrase in (owner, topic) if PERSON_NOUN.search(phrase)]
    return next(iter([*([owner] if many and owner else []), *told, *list_unknown(topic), *roles]), "")


def _find_place(said: Said, asked: Asked | None) -> str:
    if asked and asked.word in _WHERE and (name := take_name(said)):
        return name
    topic = _topic(said.question)
    places = [said.question[low:high] for low, high in list_places(said.question)]
    is_place = (
        topic and topic[-1] in "岛路村镇乡区县市省州国库园馆站" and "的" not in topic and len(topic) < 12
    )
    if is_place and (not places or topic.startswith(places[0])):
        return topic
    return places[0] if places else find_owner(said.question)


def _find_day(said: Said, asked: Asked | None, *, of_year: bool) -> str:
    day = find_date(said.question)
    meant = said.question[day[0] : day[1]] if day else ""
    if asked and asked.word in _WHEN:
        meant = take_name(said) or meant
    year = re.search(r"\d{4}年", meant) if of_year else None
    return year.group() if year else meant


def _find_thing(said: Said, asked: Asked | None, noun: str) -> str:
    old, owner, topic = said.question, find_owner(said.question), _topic(said.question)
    if noun:
        for low, high in reversed(list_nouns(old)):
            if asked and low < asked.start and old[low:high].endswith(noun):
                return next((phrase for phrase in (owner, topic) if noun in phrase), old[low:high])
    fits = asked and (not noun or noun in asked.noun or asked.noun in noun)
    if asked and fits and (thing := take_thing(said, asked)):
        return thing
    if list_people(owner) == [owner] and not noun:
        return topic if topic != owner else ""  # 李大海的货船 is a thing, 李大海 is none
    return owner


def take_thing(said: Said, asked: Asked) -> str:
    """Return the thing that was asked for (哪条路, 什么贷款), by its name where the answer gives it."""
    which = asked.word == "什么" or (asked.word[0] == "哪" and asked.word not in ("哪些", *_WHERE, *_WHEN))
    if not which or PERSON_NOUN.search(asked.noun):
        return ""
    name, kind, owner = take_name(said), asked.noun, find_owner(said.question)
    if not name or (kind and kind[-1] != name[-1] and not BODY.search(name)):
        return describe(said.question, asked) if kind and not COMMON.fullmatch(kind) else ""
    apart = owner and owner not in name and name not in owner and not names_something(name)
    return f"{owner}{name}" if apart and asked.start > said.question.find(owner) else name


def describe(old: str, asked: Asked) -> str:
    """Return what was asked for, told by what is said of it: 河西区哪条路通车了? -> 河西区通车的路."""
    behind = _TAIL.sub("", old[asked.end + len(asked.noun) :])
    if asked.word[0] == "哪" and behind and not behind.startswith("的"):
        return f"{old[: asked.start]}{behind.replace('了', '', 1)}的{asked.noun}"
    start, _ = find_topic(old)
    return find_owner(old) + asked.noun if start < asked.start else asked.noun
