"""What can be taken along from an answer -> HTML: quiet buttons, with the text that they copy.

In: texts that were written elsewhere. Out: strings of HTML.
Does not know how those texts are written, or how a browser copies them (web/static/keep.js).
"""

from dataclasses import dataclass

from qa.records import Vote
from web.quote import show_text
from web.words import Words


@dataclass(frozen=True, slots=True)
class Said:
    """A vote on an answer, and whether it could be kept."""

    vote: Vote
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be taken along from one turn: its answer as Markdown, the references of its citations.

    `link` is the address of this answer alone, from the question mark on; `place` is the turn's own in the
    address of the conversation, from 1 on, None where it is not in it. Where a visitor may vote on the
    answer, `number` is the turn's, and `said` what was said of it so far.
    """

    markdown: str
    references: tuple[str, ...] = ()
    link: str = ""
    place: int | None = None
    number: int | None = None
    said: Said | None = None


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
    vote, form = _show_vote(kept, words) if kept and kept.number else ("", "")
    return f'<div class="keep">{copy}{link}{vote}<p class="took">{took}</p></div>{form}'


def _show_vote(kept: Kept, words: Words) -> tuple[str, str]:
    """Return the two buttons, and below them, where the answer was no use, what one can say of that."""
    vote = kept.said.vote if kept.said else None

    def button(name: str, useful: int, more: str, pressed: bool) -> str:
        return (
            f'<button type="button" class="act" data-vote="{kept.number}" data-useful="{useful}" {more}'
            f'aria-pressed="{"true" if pressed else "false"}">{name}</button>'
        )

    yes = button(words.useful, 1, "", vote is not None and vote.useful)
    no = button(words.useless, 0, "", vote is not None and not vote.useful)
    noted = words.noted if kept.said and kept.said.kept else words.not_noted
    buttons = yes + no + (f'<span class="noted">{noted}</span>' if vote else "")
    if vote is None or vote.useful:
        return buttons, ""
    reasons = "".join(
        "<li>" + button(name, 0, f'data-reason="{reason}" ', vote.reason == reason) + "</li>"
        for reason, name in words.reasons.items()
    )
    asked = words.say_answer if vote.reason in ("off", "missed") else words.say_more
    field = (
        f'<p class="say"><input type="text" maxlength="500" autocomplete="off" '
        f'value="{show_text(vote.said)}" aria-label="{asked}" title="{asked}">'
        f'<button type="button" class="act" data-vote="{kept.number}" '
        f'data-useful="0" data-reason="{vote.reason}" data-said="">{words.send_word}</button>'
        f"<small>{asked}</small></p>"
    )
    return buttons, (
        f'<div class="why"><p>{words.why_useless}</p><ul>{reasons}</ul>{field if vote.reason else ""}</div>'
    )


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
