"""Articles -> questions that one can ask of them.

In: the catalog, and the way to ask. Out: questions made by rule from sentences of the articles, kept
only where the archive answers them with the very figure or name that was taken out.
Does not know how answers are found.
"""

import random
import re
from collections.abc import Callable, Iterator

from index.catalog import Catalog, Stored
from index.text import HAN, clauses, sentences, tagged
from qa.finders import SURNAMES
from qa.records import Answer

Ask = Callable[[str], Answer]

# How many passages are looked at, and how long the words before the figure may be.
_SAMPLE, _SHORTEST, _LONGEST = 300, 4, 20
_FIGURE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?[多余]?[万亿]?[多余]?)([名个家条件项台处次起笔户辆亩元吨座所场期套批部位人岁]|平方米|公里)"
)
# An office, the one who holds it, and what he does: "管城区委组织部部长王彬彬介绍说".
_OFFICE = re.compile(
    rf"([{HAN}]{{3,14}}?(?:书记|主任|[部局区市县镇乡院校队会组处所站村厂社行]长|经理|教授|主席|传承人|网格长))"
    rf"([{HAN}]{{2,3}}?)(?:介绍|表示|说|告诉|讲述|认为|指出|透露|强调|的手)"
)
# What can only be understood from the words before it.
_VAGUE = re.compile(
    r"[他她它这那该此其等]|^(?:力争|计划|规划|以上|以下)|全[市区县镇村省]|我[市区县省]|本[报市区]|记者|目前|截至|近日|日前|昨[日天]|今[日天]"
)
_NAMING = ("ns", "nr", "nt", "nz", "n", "j")


def suggest_questions(catalog: Catalog, ask: Ask, n: int) -> list[str]:
    """Return up to `n` questions, each from another article, the same ones for the same index."""
    numbers = catalog.numbers()
    sample = random.Random(len(numbers)).sample(numbers, min(_SAMPLE, len(numbers)))
    questions: list[str] = []
    used: set[int] = set()
    for stored in catalog.passages(sample):
        if len(questions) == n:
            break
        if stored.article_id in used:
            continue
        for question, answer in _make_questions(stored):
            if answer in (ask(question).span or ""):
                questions.append(question)
                used.add(stored.article_id)
                break
    return questions


def _make_questions(stored: Stored) -> Iterator[tuple[str, str]]:
    """Yield (question, the answer) for the clauses that say who holds an office, or of something how many."""
    text = stored.passage.text
    for start, end in sentences(text):
        for low, high in clauses(text, start, end):
            clause = text[low:high].strip("，,、；;：:。！？!? ")
            figures = list(_FIGURE.finditer(clause))
            whole = (
                len(stored.article.page_spans(stored.passage.start + low, stored.passage.start + high)) == 1
            )
            office = _OFFICE.match(clause)
            if whole and office and office.group(2)[0] in SURNAMES and not _VAGUE.search(office.group(1)):
                yield f"{office.group(1)}是谁?", office.group(2)
            if whole and len(figures) == 1 and _tells_by_itself(clause, figures[0].start()):
                figure = figures[0]
                question = f"{clause[: figure.start()]}多少{figure.group(2)}{clause[figure.end() :]}?"
                yield question, figure.group(1)


def _tells_by_itself(clause: str, at: int) -> bool:
    """Tell whether the words before the figure name something and end in what is done or had."""
    before = clause[:at]
    if not _SHORTEST <= len(before) <= _LONGEST or "\n" in clause or _VAGUE.search(clause):
        return False
    if any(clause.count(left) != clause.count(right) for left, right in ("“”", "()", "（）", "《》")):
        return False
    words = [(word, tag) for word, tag, _ in tagged(before)]
    named = words[0][1] == "nr" or (words[0][1] in _NAMING and len(words[0][0]) > 1) or words[0][0] == "来自"
    last, tag = words[-1]
    acts = tag.startswith("v") or last in ("了", "过", "着", "达", "有", "共", "近", "约", "今年")
    return named and acts and len(words) >= 3
