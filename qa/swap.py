"""那惠济区呢? 2017年呢? 女的呢? -> the question before, with that in the place of its like.

In: a question that names something new and asks nothing, and the turns before. Out: the last question,
changed in one place. Does not know which answer it had, but for lists (第二个呢?).
"""

import re
from collections.abc import Sequence

from index.segment import is_known
from index.text import fold
from qa.lean import EITHER, NTH, WHAT_OF, list_pronouns
from qa.parse import SAID_OF, Asked, find_asked, find_owner, find_topic
from qa.records import Said
from qa.refer import pick_listed, put_names, take_nth
from qa.spot import (
    ASKING,
    BODY,
    COMMON,
    PERSON_NOUN,
    TITLE,
    Range,
    find_date,
    is_doubtful,
    list_nouns,
    list_people,
    list_places,
    names_something,
    seems_person,
    tokens_of,
)

_NOWHERE = (0, 0)
_LATIN = re.compile("[A-Za-z]{2}")


def swap_subject(question: str, talk: Sequence[Said]) -> str:
    """Return the last question with what is new put in; "" where the question is not of this kind."""
    folded = fold(question)
    match = WHAT_OF.fullmatch(folded)
    if not match or ASKING.search(folded):
        return ""
    new, old = question[match.start(1) : match.end(1)], talk[0].question
    if nth := NTH.fullmatch(fold(new)):
        item = take_nth(nth.group(1), talk)
        return f"{item}是什么?" if item else ""
    if EITHER.search(new):
        new = pick_listed(new, talk) or new
    if list_pronouns(new):
        return _swap_pronoun(new, old, talk)
    start, end = find_slot(new, old)
    if start < end:
        return old[:start] + new + old[end:]
    return _insert(new, old)


def _swap_pronoun(new: str, old: str, talk: Sequence[Said]) -> str:
    """它的步骤呢? asks for something of it, 她的丈夫呢? for another person."""
    named, _ = put_names(new, talk)
    start, end = find_topic(old)
    if named == new or start == end:
        return ""
    _, of, head = named.rpartition("的")
    if of and not (PERSON_NOUN.search(head) or _likeness(head, old[start:end])):
        return f"{named}是什么?"
    return old[:start] + named + old[end:]


def _insert(new: str, old: str) -> str:
    """Return the old question with something new in it that takes the place of nothing."""
    asked, (start, end) = find_asked(old), find_topic(old)
    counted = asked.end if asked and asked.noun else 0
    if new.endswith("的"):  # 多少名|女|志愿者
        at = counted or end
        return old[:at] + (new[:-1] if counted and len(new) == 2 else new) + old[at:]
    if _is_date(new):
        return old[:end] + new + old[end:]
    owner = find_owner(old)
    if owner and SAID_OF.search(new) and not names_something(new):
        return f"{owner}的{new}是多少?"  # 总市值呢?
    if start == end or owner in new or not names_something(owner) or _are_alike(new, owner):
        return old[:start] + new + old[end:]
    return f"{old[:start]}{owner}的{new}{old[end:]}"


def find_slot(new: str, old: str) -> Range:
    """Return the range of what stands in the old question for what is new; (0, 0) where nothing does.

    A day for a day, persons for those who were counted, a person, a place, a word that ends alike, what was
    asked of the topic, and at last an unknown name for another.
    """
    if _is_date(new):
        return find_date(old) or _NOWHERE
    if new.endswith("的"):
        return _NOWHERE
    asked = find_asked(old)
    if asked and PERSON_NOUN.search(new) and PERSON_NOUN.search(asked.noun):
        return asked.end, asked.end + len(asked.noun)
    people, places = list_people(old), list_places(old)
    if people and (list_people(new) == [new] or seems_person(new)):
        return old.find(people[0]), old.find(people[0]) + len(people[0])
    if places and any(end == len(new) for _, end in list_places(new)):
        return next((place for place in reversed(places) if old[place[1] - 1] == new[-1]), places[-1])
    return next((slot for slot in (_find_like(new, old), _find_said(new, old, asked)) if slot[1]), _NOWHERE)


def _is_date(text: str) -> bool:
    return find_date(text) == (0, len(text))


def _are_alike(one: str, other: str) -> bool:
    """Tell whether two names name the same kind of thing, so that one can stand in the other's place."""
    kinds = (list_people, list_places, BODY.search, TITLE.search, _LATIN.search)
    return any(bool(kind(one)) and bool(kind(other)) for kind in kinds)


def _find_like(new: str, old: str) -> Range:
    """Return the range of the word that is most like the new one: 南湖|小学 for 北湖|小学."""
    named = names_something(new)
    nouns = [item for item in list_nouns(old) if named or not names_something(old[item[0] : item[1]])]
    like = max(reversed(nouns), key=lambda item: _likeness(new, old[item[0] : item[1]]), default=_NOWHERE)
    start, end = like
    if not _likeness(new, old[start:end]):
        return _NOWHERE
    words = [(at, at + len(word)) for word, tag, at in tokens_of(old) if tag[0] in "nfb" and len(word) > 1]
    before = [item for item in words if item[0] < start]
    for _ in range(len(tokens_of(new)) - 1):
        if before and before[-1][1] == start:
            start = before.pop()[0]
    return start, end


def _likeness(one: str, other: str) -> int:
    """Return twice the characters that two words end with alike, and one if they begin alike."""
    one, other = fold(one), fold(other)
    if not one or not other or one == other:
        return 0
    tail = 0
    while tail < min(len(one), len(other)) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return 2 * tail + (one[-1] in other or one[0] == other[0])


def _find_said(new: str, old: str, asked: Asked | None) -> Range:
    """Return the range of what was asked of the topic, or counted; or of an unknown name, for a name."""
    start, end = find_topic(old)
    if not names_something(new):
        between = old[end : asked.start] if asked else ""
        if "的" in old[start:end] and between in ("", "是", "有", "为", "达", "达到"):
            low = start + old[start:end].rindex("的") + 1
            last = next(
                (at for word, _, at in reversed(tokens_of(old)) if at < end and SAID_OF.search(word)), low
            )
            return low, (last if low < last and not SAID_OF.search(new) else end)  # 小麦 for 棉花|产量
        if asked and asked.word == "多少":
            before = [item for item in list_nouns(old) if item[1] == asked.start and item[0] >= end]
            if before:
                return before[-1]  # 实现|营收|多少
            if asked.noun and not COMMON.fullmatch(asked.noun):
                return asked.end, asked.end + len(asked.noun)
    unknown = [
        (at, at + len(word)) for word, tag, at in tokens_of(old)
        if tag in ("ns", "nr", "nrt", "nz") and len(word) > 1 and not is_known(word) and start <= at < end
    ]  # fmt: skip
    is_name = len(tokens_of(new)) == 1 and any(
        tag in ("ns", "nr", "nrt", "nz", "nt", "eng", "x") or is_doubtful(word, tag)
        for word, tag, _ in tokens_of(new)
    )
    return unknown[-1] if unknown and is_name else _NOWHERE
