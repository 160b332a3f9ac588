"""What the keys do -> HTML: the help that `?` opens, and its button in the bar.

In: a language's words. Out: strings of HTML. Does not know what a key does: web/static/keys.js does it.
"""

from web.words import KeyName, Words

_CAPS: dict[KeyName, tuple[str, ...]] = {
    "find": ("/",),
    "send": ("Enter",),
    "line": ("Shift", "Enter"),
    "again": ("↑",),
    "step": ("←", "→"),
    "leave": ("Esc",),
    "help": ("?",),
}


def show_keys_button(words: Words) -> str:
    """Return the button that opens the help."""
    title = words.keys_title
    return f'<button type="button" class="help" data-keys="" aria-label="{title}" title="{title}">?</button>'


def show_keys(words: Words) -> str:
    """Return the help: a row for each key, and whether those of a single character do anything.

    Who speaks to the computer, or touches keys by accident, must be able to turn these off (WCAG 2.1.4).
    """
    caps = {name: " ".join(f"<kbd>{cap}</kbd>" for cap in caps) for name, caps in _CAPS.items()}
    rows = "".join(f"<div><dt>{caps[name]}</dt><dd>{words.keys[name]}</dd></div>" for name in _CAPS)
    return (
        f'<dialog class="keys" aria-label="{words.keys_title}"><h2>{words.keys_title}</h2><dl>{rows}</dl>'
        f'<label><input type="checkbox" data-single="">{words.keys_single}</label>'
        f'<button type="button" data-done="">{words.close}</button></dialog>'
    )
