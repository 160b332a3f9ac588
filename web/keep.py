"""What can be taken along from an answer -> HTML: quiet buttons, with the text that they copy.

In: texts that were written elsewhere. Out: strings of HTML.
Does not know how those texts are written, or how a browser copies them (web/static/keep.js).
"""

from dataclasses import dataclass

from web.quote import show_text
from web.words import Words


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be taken along from one turn: its answer as Markdown, the references of its citations.

    `link` is the address of this answer alone, from the question mark on; `place` is the turn's own in the
    address of the conversation, from 1 on, None where it is not in it.
    """

    markdown: str
    references: tuple[str, ...] = ()
    link: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The address that holds a conversation, and what is to be said of the one that it came from.

    `stale`: the index has changed since. `left` earlier questions are not in the address.
    """

    address: str = ""
    stale: bool = False
    left: int = 0


def show_origin(origin: Origin, words: Words) -> str:
    """Return what is to be said above a conversation that came from an address; mostly nothing."""
    notes = [words.stale] if origin.stale else []
    notes += [words.left_out.format(origin.left)] if origin.left else []
    name = "came stale" if origin.stale else "came"
    return f'<p class="{name}">{words.between.join(notes)}</p>' if notes else ""


def show_keeping(kept: Kept | None, took: str, words: Words) -> str:
    """Return the line below an answer: what can be done with it, and how long it `took`."""
    copy = show_copy(kept.markdown, words.copy_answer, words) if kept else ""
    link = _show_act(f'data-link="{show_text(kept.link)}"', words.link, words) if kept and kept.link else ""
    return f'<div class="keep">{copy}{link}<p class="took">{took}</p></div>'


def show_reference(kept: Kept | None, n: int, words: Words) -> str:
    """Return the button that copies the reference of the `n`th source; nothing where it has none."""
    if kept is None or n > len(kept.references):
        return ""
    return show_copy(kept.references[n - 1], words.copy_reference, words)


def show_copy(text: str, label: str, words: Words) -> str:
    """Return a button that copies `text`."""
    return _show_act(f'data-copy="{show_text(text)}"', label, words)


def _show_act(what: str, label: str, words: Words) -> str:
    return (
        f'<button type="button" class="act" {what} data-done="{words.copied}" '
        f'data-failed="{words.not_copied}">{label}</button>'
    )


def show_whole(words: Words) -> str:
    """Return what can be done with a conversation: take it along, or begin another one."""
    return (
        f'<div class="whole"><button type="button" class="act" data-export="{words.export_title}">'
        f'{words.export}</button><button type="button" class="act" data-anew="">{words.anew}</button></div>'
    )
