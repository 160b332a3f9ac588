"""What can be taken along from an answer -> HTML: quiet buttons, with the text that they copy.

In: texts that were written elsewhere. Out: strings of HTML.
Does not know how those texts are written, or how a browser copies them (web/static/keep.js).
"""

from dataclasses import dataclass

from web.quote import show_text
from web.words import Words


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be taken along from one turn: its answer as Markdown, the references of its citations."""

    markdown: str
    references: tuple[str, ...] = ()


def show_keeping(kept: Kept | None, took: str, words: Words) -> str:
    """Return the line below an answer: what can be done with it, and how long it `took`."""
    copy = show_copy(kept.markdown, words.copy_answer, words) if kept else ""
    return f'<div class="keep">{copy}<p class="took">{took}</p></div>'


def show_reference(kept: Kept | None, n: int, words: Words) -> str:
    """Return the button that copies the reference of the `n`th source; nothing where it has none."""
    if kept is None or n > len(kept.references):
        return ""
    return show_copy(kept.references[n - 1], words.copy_reference, words)


def show_copy(text: str, label: str, words: Words) -> str:
    """Return a button that copies `text`."""
    return (
        f'<button type="button" class="act" data-copy="{show_text(text)}" data-done="{words.copied}" '
        f'data-failed="{words.not_copied}">{label}</button>'
    )


def show_whole(words: Words) -> str:
    """Return what can be done with a conversation."""
    return (
        f'<div class="whole"><button type="button" class="act" data-export="{words.export_title}">'
        f"{words.export}</button></div>"
    )
