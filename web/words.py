"""What the interface can say: a word for each place, to be filled in by every language.

In: nothing. Out: the record `Words`.
Does not know the newspaper's words, which are never translated, nor where a word is shown.

The type checker names every word that a language still lacks. A word with a blank in it is a `str.format`
pattern, filled with our own numbers or with text that the caller escapes.
"""

from dataclasses import dataclass
from typing import Literal

from index.errors import Trouble
from index.records import Kind
from qa.records import Form, Grade, LimitKind, Order, Reason, TimeUnit, Verdict, What

RoomName = Literal["ask", "browse", "verify"]
KeyName = Literal["find", "send", "line", "again", "step", "leave", "help"]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the program itself says, in one language. `tag` is its BCP 47 name."""

    tag: str
    name: str
    title: str
    stock: str
    rooms: dict[RoomName, str]
    lead: str
    try_one: str
    ask: str
    ask_first: str
    ask_on: str
    question: str
    searched_as: str
    differ: str
    correct: str
    correct_this: str
    search: str
    cancel: str
    took: str
    passage: str
    nearest: str
    refused: str
    mentions: str
    mentions_only: str
    nothing_near: str
    empty: str
    too_long: str
    failed: str
    gone: str
    changed: str
    changed_since: str
    source: str
    place: str
    edition: str
    close: str
    seam: str
    seam_joined: str
    seam_repeated: str
    goes_on: str
    comes_from: str
    also: str
    summing_up: str
    summed_up: str
    not_summed_up: str
    dropped: str
    unsaid: str
    stop: str
    troubles: dict[Trouble, str]
    dot: str
    between: str
    kinds: dict[Kind, str]
    limited: str
    limits: dict[LimitKind, str]
    any_year: str
    lift: str
    none_within: str
    beyond: str
    units: dict[What, str]
    counted_all: str
    counted: str
    counted_none: str
    counted_loosely: str
    counted_apart: str
    counted_how: str
    counted_shown: str
    ungrouped: str
    more_groups: str
    # the languages: `short` is its name in the bar, `quoted` puts a word in quotation marks
    short: str
    languages: str
    sections: str
    quoted: str
    comma: str
    # the keys: what each does
    keys_title: str
    keys: dict[KeyName, str]
    keys_single: str
    # what is kept of an answer
    copy_answer: str
    copy_reference: str
    copied: str
    not_copied: str
    export: str
    export_title: str
    anew: str
    link: str
    stale: str
    left_out: str
    useful: str
    useless: str
    why_useless: str
    reasons: dict[Reason, str]
    say_answer: str
    say_more: str
    send_word: str
    noted: str
    not_noted: str
    # the page beside: its bar
    step_of: str
    step_back: str
    step_on: str
    contents: str
    # the room where one browses
    find: str
    find_hint: str
    stocked: str
    found: str
    found_none: str
    instead: str
    without_words: str
    without_limit: str
    apart: str
    any_value: str
    since: str
    until: str
    ordered: str
    orders: dict[Order, str]
    headline: str
    origin: str
    more_rows: str
    only_this: str
    clear: str
    plots: str
    by_district: str
    by_time: dict[TimeUnit, str]
    elsewhere: str
    by_named_days: str
    undated: str
    more_values: str
    # how the index is
    health: str
    holds: str
    passages: str
    built: str
    fingerprint: str
    size: str
    encoder: str
    dimensions: str
    encodings: str
    skipped: str
    none_skipped: str
    passed_over: str
    more_skipped: str
    # checking a quotation
    check_lead: str
    check_label: str
    check_first: str
    check: str
    check_empty: str
    check_long: str
    verdicts: dict[Verdict, str]
    verdict_notes: dict[Verdict, str]
    abridged: str
    forms: dict[Form, str]
    legend_given: str
    legend_printed: str
    part: str
    grades: dict[Grade, str]
    in_head: str
    also_at: str
    also_more: str
    copy_words: str
    # Sharing
    busy: str
    waiting: str
    too_busy: str
    # what one may ask next
    ask_next: str
