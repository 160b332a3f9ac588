"""Questions that one may ask next -> HTML: quiet buttons below an answer.

In: questions made from the newspaper's sentences. Out: strings of HTML.
Does not know how they were made; web/static/talk.js asks the one that is pressed.
"""

from collections.abc import Sequence

from web.quote import NEWSPAPER, show_text
from web.words import Words


def show_related(questions: Sequence[str], words: Words) -> str:
    """Return the questions, below all else of their turn: what stands there stays where it is."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" data-ask="" class="serif" {NEWSPAPER}>{show_text(question)}</button></li>'
        for question in questions
    )
    label = words.ask_next
    return f'<div class="next" role="group" aria-label="{label}"><p>{label}</p><ul>{items}</ul></div>'
