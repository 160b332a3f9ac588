"""Articles -> questions that one can ask of them.

In: the catalog, and the way to ask. Out: questions made by rule from sentences of the articles, kept
only where the archive answers them from the very sentence they were made of.
Does not know how answers are found.
"""

import random
import re
from collections.abc import Callable, Iterator

from index.catalog import Catalog, Stored
from index.text import HAN, sentences
from qa.records import Answer

Ask = Callable[[str], Answer]

# A clause that says of somebody or something by name how many: subject, then a number with its measure.
_COUNTED = re.compile(rf"^([{HAN}“”]{{5,18}}?)(\d[\d,.]*)([多余]?[万亿]?[多余]?)([{HAN}]{{1,8}})$")
_MEASURES = "名个家条件项台处次起笔户辆亩元米吨座所场期张套批本部位人"
_VAGUE = re.compile(
    r"^(?:他|她|它|这|那|该|此|其|目前|截至|近日|日前|昨|今|并|也|还|又|共|其中|同时|已|全[市区县镇村])"
)
_SAMPLE = 200


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
        for question, quoted in _questions(stored):
            reply = ask(question)
            if reply.answered and reply.span and any(quoted in c.text for c in reply.citations[:1]):
                questions.append(question)
                used.add(stored.article_id)
                break
    return questions


def _questions(stored: Stored) -> Iterator[tuple[str, str]]:
    """Yield (question, the clause it was made of)."""
    text = stored.passage.text
    for start, end in sentences(text):
        for clause in re.split(r"[,，;；:：。!?！？]", text[start:end]):
            made = _COUNTED.match(clause.strip())
            if made and made.group(4)[0] in _MEASURES and not _VAGUE.match(clause):
                yield f"{made.group(1)}多少{made.group(4)}?", clause.strip()
