"""What a language model is saying in a conversation, while it says it.

In: summaries as they grow, the number of the turn that each belongs to. Out: turns with their summary, to be
drawn. Does not know where a summary comes from, or Gradio.

Several events of one visitor share a `Live`: one lets a summary grow, another asks the next question, stops
it or changes the language. Each changes one thing in one step, so none undoes what another did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.records import ModelSummary
from web.keep import Said
from web.view import Turn

_KEPT = 60  # as many as a conversation has turns


@dataclass(slots=True)
class Live:
    """The summaries of one conversation, by turn, and the language that its visitor reads just now.

    Where it came from an address: whether the index has changed since (`stale`), and how many earlier
    questions were `left` out. `votes` are what was said of answers, kept under the name `talk`.
    `related` are questions that may be asked after a turn; `asked` counts what was asked.
    `newest` is the newest turn that was drawn, `shown` what the last change of language was drawn from.
    """

    language: str = "zh"
    talk: str = ""
    votes: dict[int, Said] = field(default_factory=dict)
    stale: bool = False
    left: int = 0
    summaries: dict[int, ModelSummary] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    related: dict[int, tuple[str, ...]] = field(default_factory=dict)
    asked: int = 0
    newest: int = 0
    shown: tuple[object, ...] = ()

    def begin(self) -> None:
        """Note that something was asked: what was looked for until now comes too late."""
        self.asked += 1

    def keep_up(self, turns: Sequence[Turn]) -> bool:
        """Tell whether these turns may be drawn: not where newer ones were, since an event read these."""
        number = max((turn.number for turn in turns), default=0)
        if number < self.newest:
            return False
        self.newest = number
        return True

    def offer(self, turn: Turn, questions: Sequence[str], asked: int) -> bool:
        """Keep what may be asked after a turn, unless something was asked since; tell whether there is any.

        It would move the newer turns about.
        """
        if asked != self.asked or not questions:
            return False
        self.related[turn.number] = tuple(questions)
        for number in list(self.related)[:-_KEPT]:
            del self.related[number]
        return True

    def open(self, turn: Turn, model: str) -> None:
        """End what is being said in earlier turns, and expect a summary of this one if it has an answer.

        A number that was counted is no evidence to be summed up.
        """
        self.stop()
        if turn.answer and turn.answer.answered and not turn.answer.overview:
            self.summaries[turn.number] = ModelSummary(model, len(turn.answer.citations))
        for number in list(self.summaries)[:-_KEPT]:
            del self.summaries[number]

    def stop(self) -> None:
        """Let every summary be as it is."""
        self.stopped.update(self.summaries)

    def join(self, turns: Sequence[Turn]) -> list[Turn]:
        """Return the turns with their summaries, and what may be asked after them, as they are by now."""
        return [
            replace(turn, summary=self._latest(turn.number), related=self.related.get(turn.number, ()))
            for turn in turns
        ]

    def _latest(self, number: int) -> ModelSummary | None:
        summary = self.summaries.get(number)
        if summary and not summary.done and number in self.stopped:
            return replace(summary, done=True, trouble="stopped")
        return summary
