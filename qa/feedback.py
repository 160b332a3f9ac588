"""What visitors say of answers, kept in a local file in the format of gold questions.

In: a vote on an answer, with what was asked before it. Out: a line of JSON in a file, which
`python -m qa evaluate` reads as it is. Does not know who voted, or how a vote is cast.

What a vote says of the truth stands in `truth`: the papers say it `here` (that answer was useful),
`somewhere` (they are said to, but not where), `nowhere`, or it is `unknown`, and evaluating passes the line
over. A later line with the same id takes the place of an earlier one.
"""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import FeedbackError
from qa.records import Answer, Vote

# Anybody may vote: no text is longer than that, and no file grows beyond 64 MB, some 50,000 votes.
_LONGEST, _LARGEST = 500, 64 * 2**20
_HISTORY = 11  # as far back as a question can lean on others (qa/recall.py)


def write_vote(id_: str, vote: Vote, answer: Answer, history: Sequence[str], index: str) -> str:
    """Return a vote as one line of JSON: the keys of a gold question first, then what else is known.

    `history` are the questions before, `index` is the fingerprint of the index that answered. What a visitor
    writes counts as the answer where it says that the papers have one, else as a comment.
    """
    said = vote.said.strip()[:_LONGEST]
    truth = _tell_truth(vote, answer)
    told = truth == "here" and answer.citations[0]
    answers = [answer.span] if told and answer.span else [said] if truth == "somewhere" and said else []
    line = {
        "id": id_,
        "question": answer.question[:_LONGEST],
        "history": [question[:_LONGEST] for question in history[-_HISTORY:]],
        "source": told.source if told else None,
        "headline": told.headline if told else None,
        "evidence": told.text[:_LONGEST] if told else None,
        "answers": answers,
        "truth": truth,
        "useful": vote.useful,
        "reason": vote.reason,
        "comment": said if said and not answers else None,
        "given": (answer.answer or answer.reason or "")[:_LONGEST],
        "index": index,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()


def _tell_truth(vote: Vote, answer: Answer) -> str:
    if vote.useful:
        return "nowhere" if not answer.answered else "unknown" if answer.overview else "here"
    if vote.reason == "invented":
        return "nowhere"
    return (
        "somewhere" if vote.reason == "missed" or (vote.reason == "off" and vote.said.strip()) else "unknown"
    )


def keep_vote(file: Path, line: str) -> None:
    """Append a line to the file, on disk when this returns. Raises FeedbackError where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=5):
            descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                size = os.fstat(descriptor).st_size
                if size > _LARGEST:
                    raise FeedbackError(f"{file} is full ({size} bytes). Move it away to go on.")
                broken = size and os.pread(descriptor, 1, size - 1) != b"\n"
                os.write(descriptor, (b"\n" if broken else b"") + line.encode() + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except (OSError, Timeout) as error:
        raise FeedbackError(f"{file} cannot be written ({error}).") from error
