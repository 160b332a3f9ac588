"""What can go wrong, as one tree.

    WenbaoError
    ├── CorpusError            no page could be read: no such folder, nothing readable in it
    ├── EncoderError           the encoder is not there, cannot be loaded, or gives bad vectors
    ├── ArchiveError           the index cannot be used
    │   ├── IndexMissing         none was built there
    │   ├── IndexDamaged         a file is not what the manifest says, and no older build is whole
    │   ├── IndexIncompatible    built by another format or with another encoder
    │   ├── IndexUnreachable     the server that keeps it is not there, or refuses
    │   └── IndexBusy            another process is writing it
    ├── QuestionError          the question cannot be asked
    │   ├── EmptyQuestion        nothing to look for in it
    │   └── LongQuestion         a text rather than a question
    ├── FeedbackError          what a visitor said of an answer cannot be written down
    └── ModelError             no language model can be asked there: address, name or key are wrong
        └── ModelFailed          it was asked, and did not answer as it should

In: nothing. Out: exceptions whose message says what, where, and what to do next.
Does not know who raises them. Only app.py and the __main__ modules catch them.
"""

from typing import Literal

# What becomes of a question to a language model besides a reply: nobody there; an HTTP status or an error;
# silence; cut off; no chat completions; more than was wanted; ended by the visitor.
Trouble = Literal["unreachable", "refused", "slow", "broken", "garbled", "long", "stopped"]


class WenbaoError(Exception):
    """The root: anything that a user can be told about in one sentence."""


class CorpusError(WenbaoError):
    """No page could be read."""


class EncoderError(WenbaoError):
    """The encoder is missing, unreachable, or unusable."""


class ArchiveError(WenbaoError):
    """The index cannot be used."""


class IndexMissing(ArchiveError):
    """There is no index in that folder."""


class IndexDamaged(ArchiveError):
    """A file of the index is not what its manifest says."""


class IndexIncompatible(ArchiveError):
    """The index was built by another format or with another encoder."""


class IndexUnreachable(ArchiveError):
    """The server that keeps the index cannot be asked."""


class IndexBusy(ArchiveError):
    """Another process is writing the index."""


class QuestionError(WenbaoError):
    """The question cannot be asked."""


class EmptyQuestion(QuestionError):
    """There is nothing in the question to look for."""


class LongQuestion(QuestionError):
    """The question is a text rather than a question."""


class FeedbackError(WenbaoError):
    """A vote cannot be kept."""


class ModelError(WenbaoError):
    """The language model cannot be asked as the command line says."""


class ModelFailed(ModelError):
    """The language model was asked and did not answer as it should. `trouble` says how, in one word.

    `status` is the HTTP status where its server refused.
    """

    def __init__(self, trouble: Trouble, status: int | None = None) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble
        self.status = status
