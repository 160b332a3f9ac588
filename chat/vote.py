"""What a visitor says of an answer, on its way to the operator's file.

In: the turns of a conversation, and what a browser sent of a vote. Out: a line in the file, and what is to be
shown of it. Does not know how a vote is drawn, or what stands in the line.
"""

import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from index.errors import FeedbackError
from qa.feedback import keep_vote, write_vote
from qa.records import Reason, Vote
from web.keep import Said
from web.live import Live
from web.view import Turn


def cast_vote(live: Live, file: Path, turns: Sequence[Turn], number: object, vote: Vote) -> None:
    """Keep a vote on the turn of that number, if it has an answer; if that fails, the operator reads why."""
    turn = next((turn for turn in turns if turn.answer and str(turn.number) == str(number)), None)
    if turn is None or turn.answer is None:
        return
    live.talk = live.talk or secrets.token_hex(6)
    line = write_vote(f"{live.talk}-{turn.number}", vote, turn.answer, turn.after, turn.index)
    try:
        keep_vote(file, line)
    except FeedbackError as error:
        print(f"app.py: a vote was lost: {error}", file=sys.stderr)
        live.votes[turn.number] = Said(vote, kept=False)
    else:
        live.votes[turn.number] = Said(vote)


def offer_votes(live: Live, turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with the buttons to vote on their answers, and what was said so far."""
    return [
        replace(turn, kept=replace(turn.kept, number=turn.number, said=live.votes.get(turn.number)))
        if turn.kept
        else turn
        for turn in turns
    ]


def read_vote(sent: Any) -> Vote:
    """Return the vote that a browser sent: useful, reason, said. Anything may be in them."""
    if str(getattr(sent, "useful", "")) == "1":
        return Vote(useful=True)
    reason = next((one for one in get_args(Reason) if one == getattr(sent, "reason", "")), None)
    return Vote(
        useful=False, reason=reason, said=str(getattr(sent, "said", None) or "")[:500] if reason else ""
    )
