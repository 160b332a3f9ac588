"""Found -> Evidence: the sentences that bear on the question, best first.

In: the question and the passages found. Out: sentences with a score, and how much of the question
they and their surroundings cover. Does not know whether that is enough to answer: answer.py decides.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from index.passages import MAX_LENGTH
from index.text import fold, sentences
from qa.cues import weigh_form, weigh_tags
from qa.extract import find_answers, has_kind
from qa.finders import asks_strictly
from qa.headline import order_by_headline
from qa.lists import find_list
from qa.locate import Located, load_reader
from qa.question import ask_parts, split_parts, tells
from qa.records import Evidence, Found, Guess, Question
from qa.weigh import Weigh, Word, weigh_words

Range = tuple[int, int]
Reading = Sequence[Located]  # of one passage, for one part of the question

# How much a word of the question counts that stands not in the sentence but in the one before it, or in
# the head of its article. Set on 2,000 training questions with their passage.
BEFORE, HEAD = 0.6, 0.5
# What a passage's own score counts, and what the reader says of the sentence, both in log odds; of more
# than MOST it is no surer. On the 499 questions of training that no model learned from, among 10,000 pages,
# the right sentence comes first for .671 (.665 without MOST, .633 without the reader), given the right page
# for .833 (.793).
RANK, READER, MOST = 0.8, 0.15, 5.0
# A sentence that the reader did not get to, and how sure of it the reader is thought to be at most. Of 425
# questions to a million passages, none got another first sentence with 4, and 19 other further ones; with 3,
# two and 56; with 5, none and 3, and each took 2 ms more.
UNREAD, HOPE = -5.0, 4.0
# How much less than the best one's a sentence's score may be, for it to be cited, too: see qa/answer.py.
CLOSE = 0.4
# Passages whose score is so much less than the best one's are not read: three of six are, with one result.
WORTH_READING = 1.2
# How much surer another sentence must be of a part of the question that the first one answers, too.
SURER = 2.0
# How much worse a sentence may be that has a figure in the unit asked for, or the holder of the office, where
# the best one has none.
MUCH_WORSE = 2.5
# In so many sentences the exact answer is looked for.
SEARCHED = 6


def read_passages(question: Question, found: Sequence[Found], weigh: Weigh) -> list[Evidence]:
    """Return the sentences of the passages worth reading, each once, by falling score.

    Behind the first one stand those that answer a part of the question which it leaves open.
    """
    words, form = weigh_words(question, weigh), weigh_form(question)
    least = max((item.score for item in found), default=0.0) - WORTH_READING
    worth, rest = ([item for item in found if (item.score >= least) is so] for so in (True, False))
    best = _read_sentences(question, worth, words, form)
    wanted = _lacking(question, best)
    if wanted and rest and not any(wanted(item) for item in best):
        best = _merge(best + _read_sentences(question, rest, words, form))
    if wanted:
        best = _prefer(best, wanted)
    searched = sorted((_search(question, item) for item in best[:SEARCHED]), key=_falling)
    return _complete(question, _widen(question, searched + best[SEARCHED:]))


def _read_sentences(
    question: Question, found: Sequence[Found], words: Sequence[Word], form: Callable[[str], float]
) -> list[Evidence]:
    """Return the sentences of passages, each once, by falling score.

    The reader takes longest. So it gets to the likeliest passage first, and then to those alone that have a
    sentence which might still be cited; but to all where several parts are asked for: one may stand anywhere.
    What stands in another article in the same words is not read again.
    """
    parts = ask_parts(question)
    cut = [(item, places) for item in found if (places := list(_whole_sentences(item)))]
    passages = [list(_weigh_sentences(item, places, words, form, len(parts))) for item, places in cut]
    passages.sort(key=lambda passage: max(map(_score, passage)), reverse=True)
    read = _read(parts, passages[:1])
    known = {_quote(item): item for item in read}
    least = max(map(_score, read), default=0.0) - READER * (HOPE - UNREAD) - CLOSE

    def is_worth(item: Evidence) -> bool:
        return len(parts) > 1 or (item.score >= least and _quote(item) not in known)

    worth, rest = ([one for one in passages[1:] if any(map(is_worth, one)) is so] for so in (True, False))
    repeated = (
        _repeat(known[said], item) if (said := _quote(item)) in known else item for item in chain(*rest)
    )
    return _merge([*read, *_read(parts, worth), *repeated])


def _score(item: Evidence) -> float:
    return item.score


def _quote(item: Evidence) -> str:
    return item.found.stored.article.text[item.start : item.end]


def _repeat(read: Evidence, item: Evidence) -> Evidence:
    """Credit a sentence with what was read in the same words elsewhere."""
    by = item.start - read.start
    moved = (tuple(Guess(one.start + by, one.end + by, one.score) for one in part) for part in read.guesses)
    return _credit(item, list(moved))


def _merge(sentences: Iterable[Evidence]) -> list[Evidence]:
    """Return sentences by falling score; what stands in two passages, once."""
    evidence: dict[tuple[int, int], Evidence] = {}
    for sentence in sentences:
        place = (sentence.found.stored.article_id, sentence.start)
        if place not in evidence or evidence[place].score < sentence.score:
            evidence[place] = sentence
    return sorted(evidence.values(), key=_falling)


def _lacking(question: Question, best: Sequence[Evidence]) -> Callable[[Evidence], bool] | None:
    """Return what tells the sentences that have a figure in the unit asked for, or name who holds the office.

    None where the best one does: "涉及多大面积?" is not answered by "作为耕作面积最大的办事处".
    """
    parts = split_parts(question.text)
    if not best or not parts or parts[0][0] == "list" or not asks_strictly(*parts[0]):
        return None

    def has(item: Evidence) -> bool:
        return has_kind(question, item.found.stored.article.text[item.start : item.end])

    return None if has(best[0]) else has


def _prefer(best: list[Evidence], wanted: Callable[[Evidence], bool]) -> list[Evidence]:
    """Put the best sentence that has what is wanted first: of the same article, and not much worse."""
    first = best[0]
    article, least = first.found.stored.article_id, first.score - MUCH_WORSE
    for item in best[1:]:
        if item.score > least and item.found.stored.article_id == article and wanted(item):
            sure = replace(item.found, score=max(item.found.score, first.found.score))  # of the article
            preferred = replace(item, found=sure, score=first.score + 0.01)
            return [preferred, *(other for other in best if other is not item)]
    return best


def _falling(evidence: Evidence) -> tuple[float, int]:
    return -evidence.score, evidence.start


def _read(parts: Sequence[str], passages: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """Return the sentences of passages as the reader sees them, for each part of a question."""
    texts = [one[0].found.stored.article.text[one[0].start : one[-1].end] for one in passages]
    read = [load_reader().read(part, texts) for part in parts]
    return [
        _credit(item, [_guesses(part[n], one[0].start, item.start, item.end) for part in read])
        for n, one in enumerate(passages)
        for item in one
    ]


def _credit(item: Evidence, guesses: Sequence[tuple[Guess, ...]]) -> Evidence:
    """Let what the reader says of a sentence count."""
    located = sum(map(_odds, guesses)) / len(guesses)
    score = item.score + READER * (min(max(located, -MOST), MOST) - UNREAD)
    return replace(item, score=score, located=located, guesses=tuple(guesses))


def order_by_evidence(
    question: Question, found: Sequence[Found], evidence: Sequence[Evidence]
) -> list[Found]:
    """Return the passages by the best sentence read in each; one without any by its own score alone.

    The sentence sees what the two legs do not: the words of the question close together, and something of
    the wanted kind. nDCG@10 of ten hits on RGB: .753 with it, .734 without. Who types a headline wants the
    article on that, and no sentence answers.
    """
    if tells(question):
        return order_by_headline(question.standalone, found)
    best: dict[int, float] = {}
    for item in evidence:
        number = item.found.stored.number
        best[number] = max(best.get(number, -math.inf), item.score)
    scored = [replace(item, score=best.get(item.stored.number, RANK * item.score)) for item in found]
    return sorted(scored, key=lambda item: -item.score)


def _weigh_sentences(
    item: Found, places: Sequence[Range], words: Sequence[Word], form: Callable[[str], float], parts: int
) -> Iterator[Evidence]:
    """Yield the sentences of a passage with what can be told of them unread."""
    article = item.stored.article
    head, around = fold(article.title), fold(article.text)
    in_head = [word.share_in(head) for word in words]
    anywhere = [max(word.share_in(around), share) for word, share in zip(words, in_head, strict=True)]
    covered = sum(word.weight * share for word, share in zip(words, anywhere, strict=True))
    unnamed = [word for word, share in zip(words, anywhere, strict=True) if word.is_name and share < 1]
    # A page of one district's news need not name the district in every article.
    names_all = not unnamed or all(word.share_in(fold(item.stored.page.text)) == 1 for word in unnamed)
    before = [0.0] * len(words)
    for low, high in places:
        own = [word.share_in(around[low:high]) for word in words]
        matched = sum(
            word.weight * max(here, BEFORE * earlier, HEAD * above)
            for word, here, earlier, above in zip(words, own, before, in_head, strict=True)
        )
        models = RANK * item.score + READER * UNREAD
        score = matched + models + form(article.text[low:high])
        unread = UNREAD, ((),) * parts
        yield Evidence(item, low, high, score, matched, covered, names_all, *unread, answers=())
        before = own


def _guesses(read: Reading, offset: int, low: int, high: int) -> tuple[Guess, ...]:
    """Return the reader's guesses inside low:high, as ranges of the article; it may cut sentences finer."""
    return tuple(
        Guess(guess.start + offset, guess.end + offset, guess.score)
        for one in read
        if low <= one.start + offset and one.end + offset <= high
        for guess in one.guesses
    )


def _odds(guesses: Sequence[Guess]) -> float:
    """Return the log odds that one of the guesses answers."""
    return float(np.logaddexp.reduce([guess.score for guess in guesses])) if guesses else UNREAD


def _whole_sentences(item: Found) -> Iterator[Range]:
    """Yield the sentences of a passage as ranges of its article's text.

    A passage ends where the article goes on at another place of the page, if need be in mid-sentence
    ("刘琴" / "英与丈夫双双下岗。"): the sentence is read whole. One that is longer than a passage is not.
    """
    passage, text = item.stored.passage, item.stored.article.text
    before, behind = max(passage.start - MAX_LENGTH, 0), passage.end + MAX_LENGTH
    whole = [(before + start, before + end) for start, end in sentences(text[before:behind])]
    for start, end in sentences(passage.text):
        low, high = passage.start + start, passage.start + end
        around = next((one for one in whole if one[0] <= low and high <= one[1]), (low, high))
        yield around if around[1] - around[0] <= MAX_LENGTH else (low, high)


def _search(question: Question, evidence: Evidence) -> Evidence:
    """Return the sentence with the exact answers that stand in it."""
    start, text = evidence.start, evidence.found.stored.article.text
    sentence = text[start : evidence.end]
    guesses = [
        [Guess(item.start - start, item.end - start, item.score) for item in part]
        for part in evidence.guesses
    ]
    found = find_answers(question, sentence, guesses)
    answers = tuple(item and (start + item[0], start + item[1]) for item in found)
    return replace(evidence, answers=answers, score=evidence.score + weigh_tags(question, sentence))


def _widen(question: Question, evidence: list[Evidence]) -> list[Evidence]:
    """Give the whole enumeration where the first sentence opens it or has an item, if several are asked for.

    Not where the sentence lists things itself: "分为新闻、服务、问答等板块" has them all.
    """
    if not evidence or question.wanted[0] not in ("list", "way", "reason"):
        return evidence
    first, *others = evidence
    text = first.found.stored.article.text
    if any("、" in text[slice(*one)] for one in first.answers if one):
        return evidence
    whole = find_list(text, first.start, first.end)
    if whole is None:
        return evidence
    start, end = min(first.start, whole[0]), max(first.end, whole[1])
    article = first.found.stored.article_id
    inside = [
        item for item in others if item.found.stored.article_id == article and start <= item.start < end
    ]
    parts = zip(first.guesses, *(item.guesses for item in inside), strict=True)
    guesses = tuple(tuple(guess for own in part for guess in own) for part in parts)
    wide = _search(question, replace(first, start=start, end=end, guesses=guesses))
    wide = replace(wide, score=first.score, answers=(whole, *wide.answers[1:]))
    return [wide, *(item for item in others if item not in inside)]


def _complete(question: Question, evidence: list[Evidence]) -> list[Evidence]:
    """Put behind the first sentence those of its article that answer what it leaves open of the parts.

    The reader has to be for them; or hardly against a figure in the unit that is asked for.
    """
    if not evidence or len(evidence[0].guesses) < 2:
        return evidence
    parts = split_parts(question.text)
    first, *others = evidence
    taken: dict[int, int] = {}
    for part in range(len(first.guesses)):
        able = [
            n
            for n, item in enumerate(others)
            if item.found.stored.article_id == first.found.stored.article_id
            and item.answers
            and item.answers[part]
        ]
        best = max(able, key=lambda n: _odds(others[n].guesses[part]), default=None)
        open_ = -SURER if asks_strictly(*parts[part]) else 0.0
        own = max(_odds(first.guesses[part]) + SURER, open_) if first.answers[part] else open_
        if best is not None and _odds(others[best].guesses[part]) > own:
            taken[part] = best
    if not taken:
        return evidence

    def keep(item: Evidence, parts: Collection[int], completes: bool) -> Evidence:
        answers = tuple(one if n in parts else None for n, one in enumerate(item.answers))
        return replace(item, answers=answers, completes=completes)

    own_parts = [part for part in range(len(first.answers)) if part not in taken]
    completing = [
        keep(others[n], [part for part, by in taken.items() if by == n], completes=True)
        for n in dict.fromkeys(taken.values())
    ]
    rest = [item for n, item in enumerate(others) if n not in taken.values()]
    return [keep(first, own_parts, completes=False), *completing, *rest]
