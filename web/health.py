"""How the index is -> HTML: what was read, what was skipped and why, how and when it was built.

In: Health. Out: a string of HTML. Does not know where the index lies.
"""

from qa.records import Health
from web.languages import LANGUAGES
from web.quote import show_text
from web.reasons import translate_reason

_SKIPPED = 100  # files named; there may be as many as an archive has


def render_health(health: Health, language: str) -> str:
    """Return the facts of an index, folded away below the list."""
    words = LANGUAGES[language]
    stock = words.stock.format(pages=f"{health.pages:,}", articles=f"{health.articles:,}")
    encodings = (f"{show_text(str(group.name))} {group.count:,}" for group in health.encodings)
    facts = [
        (words.holds, words.dot.join((stock, words.passages.format(f"{health.passages:,}")))),
        (words.encodings, words.dot.join(encodings)),
        (
            f"{words.skipped} {len(health.skipped):,}" if health.skipped else words.skipped,
            _skipped(health, language),
        ),
        (words.built, _moment(health.built)),
        (words.encoder, f"{show_text(health.encoder)}{words.dot}{words.dimensions.format(health.dimension)}"),
        (words.fingerprint, show_text(health.fingerprint)),
        (words.size, f"{health.size / 1e6:,.1f} MB"),
    ]
    if health.damaged:
        facts.append((words.passed_over, _lines(health.damaged)))
    shown = "".join(f"<div><dt>{name}</dt><dd>{fact}</dd></div>" for name, fact in facts)
    return (
        f'<section class="health" lang="{words.tag}"><details><summary>{words.health}</summary>'
        f"<dl>{shown}</dl></details></section>"
    )


def _skipped(health: Health, language: str) -> str:
    words = LANGUAGES[language]
    if not health.skipped:
        return words.none_skipped
    lines = [f"{path}: {translate_reason(reason, language)}" for path, reason in health.skipped[:_SKIPPED]]
    more = len(health.skipped) - _SKIPPED
    return _lines([*lines, words.more_skipped.format(f"{more:,}")] if more > 0 else lines)


def _lines(lines: list[str] | tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li><bdi>{show_text(line)}</bdi></li>' for line in lines)}</ul>"


def _moment(built: str) -> str:
    """Return 2026-11-21 13:50 UTC for an ISO time."""
    day, _, time = built.partition("T")
    zone = " UTC" if built.endswith("+00:00") else ""
    return show_text(f"{day} {time[:5]}{zone}")
