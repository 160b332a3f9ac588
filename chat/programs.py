"""The archive for other programs: ask, search, read_article, verify_quote; JSON both ways.

In: the archive as it is now. Out: the calls, and on the page that is being built an endpoint of each name.
Does not know the chat: a call has no conversation but what it brings with it.

A caller sends what it likes: each value is checked, and what is wrong with it is said in a sentence.
"""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import gradio as gr

from chat.allowance import BUSY, Allowance, cost_of, may_ask
from index.errors import WenbaoError
from index.records import Article
from index.text import show_codes
from qa.contract import as_json, quotation_json, reading_json, search_json
from qa.follow import Following

MOST_HITS = 100
_LONGEST_HISTORY = 60  # as many as the chat remembers
Call = Callable[..., dict[str, Any]]


class BadCall(WenbaoError):
    """A program asked for something that cannot be; the message says what is wrong with it."""


def list_calls(following: Following) -> list[Call]:
    """Return what a program can ask of the archive. Each call raises WenbaoError where it cannot be answered.

    Their names, parameters and docstrings are the documentation that programs and models are given.
    """

    def ask(question: str, history: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from the newspapers of this archive, in their own words, with citations.

        Where the papers do not say, `answered` is false and `reason` tells why. `span` is the shortest exact
        answer; `answer` the sentences that hold it, with markers [n]; each of `citations` names the source
        file and the characters start:end where its text stands.

        Args:
            question: The question, best in Chinese, at most 1,000 characters.
            history: The questions asked before it, the oldest first, where it leans on them.
        """
        said = [_text("history", earlier) for earlier in _list("history", history)]
        return as_json(following.now.ask(_text("question", question), said))

    def search(query: str, limit: int = 10) -> dict[str, Any]:
        """Find the passages of this newspaper archive that speak of something, the best first.

        Words of the query that speak of the paper itself (a district, a date, a file) limit the search.

        Args:
            query: What to look for, best in Chinese, at most 1,000 characters.
            limit: How many passages to return at most, 1 to 100.
        """
        return search_json(following.now.search(_text("query", query), _number("limit", limit, 1, MOST_HITS)))

    def read_article(source: str, offset: int | None = None, index: int | None = None) -> dict[str, Any]:
        """Read one whole article of a newspaper page: its head, its text, and where on the page it stands.

        Give either `offset`, for instance the `start` of a citation or a hit, or `index`.

        Args:
            source: The page, as `source` of a citation or a hit names it.
            offset: A character of the page, counted from 0; the article that holds it is read.
            index: Which article of the page, counted from 0 in the order of their heads.
        """
        try:
            paper = following.now.page(_text("source", source))
        except KeyError:
            raise BadCall("source: the archive has no such page. Take it from a citation or a hit.") from None
        if (offset is None) == (index is None):
            raise BadCall("Give either offset or index.")
        if index is None:
            index = _article_holding(paper.articles, _number("offset", offset, 0, len(paper.page.text) - 1))
        elif not paper.articles:
            raise BadCall("No article was found on this page.")
        return reading_json(paper.page, paper.articles, _number("index", index, 0, len(paper.articles) - 1))

    def verify_quote(text: str) -> dict[str, Any]:
        """Tell whether words that a newspaper is said to have printed stand in this archive, and where.

        `verdict` is verbatim, form (the same words in another script, width or punctuation), stitched,
        nearly (with `differences`), partly, absent or short; `parts` say for each sentence where it stands,
        and `runs` what was printed where something else was given.

        Args:
            text: The quotation, without the quotation marks around it, at most 2,000 characters.
        """
        return quotation_json(following.now.verify(_text("text", text)))

    return [ask, search, read_article, verify_quote]


def add_programs(calls: Sequence[Call], questions: Allowance | None) -> None:
    """Make each call an endpoint of the page that is being built, under its own name."""
    for call in calls:
        gr.api(_answering(call, questions), api_name=call.__name__, concurrency_limit=None)


def answer_call(call: Call, *values: Any, **named: Any) -> dict[str, Any]:
    """Return what a call returns. Raises BadCall for whatever goes wrong: a caller never sees our insides."""
    try:
        return call(*values, **named)
    except WenbaoError as error:
        raise BadCall(str(error)) from error
    except Exception as error:  # the caller gets a sentence, the operator a line
        print(f"app.py: {call.__name__} failed: {type(error).__name__}: {error}", file=sys.stderr)
        raise BadCall(f"{call.__name__} did not succeed this time.") from error


def _answering(call: Call, questions: Allowance | None) -> Callable[..., dict[str, Any]]:
    """Return the call as Gradio makes it: the request comes before the values."""

    @wraps(call)
    def answer(request: gr.Request, *values: Any) -> dict[str, Any]:
        cost = cost_of(str(values[0])) if call.__name__ == "verify_quote" and values else 1
        if not may_ask(questions, request, cost):
            raise gr.Error(BUSY, print_exception=False)
        try:
            return answer_call(call, *values)
        except BadCall as error:
            raise gr.Error(str(error), print_exception=False) from None

    shown = inspect.signature(call)
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    whole = shown.replace(parameters=[request, *shown.parameters.values()])
    answer.__signature__ = whole  # type: ignore[attr-defined]
    answer.__annotations__ = {"request": gr.Request, **call.__annotations__}
    return answer


def fit_values(call: Call, values: Sequence[Any]) -> list[Any]:
    """Return the values of a call, its defaults behind them. Raises BadCall where their number is wrong."""
    parameters = list(inspect.signature(call).parameters.values())
    if len(values) > len(parameters):
        raise BadCall(f"{call.__name__} takes {', '.join(parameter.name for parameter in parameters)}.")
    rest = {parameter.name: parameter.default for parameter in parameters[len(values) :]}
    _require(call, [name for name, default in rest.items() if default is inspect.Parameter.empty])
    return [*values, *rest.values()]


def fit_named(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a call by their names. Raises BadCall where one is missing or unknown."""
    parameters = inspect.signature(call).parameters
    if unknown := [name for name in values if name not in parameters]:
        raise BadCall(
            f"{call.__name__} takes {', '.join(parameters)}, and not {show_codes(unknown[0][:40])}."
        )
    needed = [name for name, one in parameters.items() if one.default is inspect.Parameter.empty]
    _require(call, [name for name in needed if name not in values])
    return dict(values)


def _require(call: Call, missing: Sequence[str]) -> None:
    if missing:
        raise BadCall(f"{call.__name__} needs {', '.join(missing)}.")


def _article_holding(articles: Sequence[Article], offset: int) -> int:
    for number, article in enumerate(articles):
        if any(span.start <= offset < span.end for span in (*article.head, *article.spans)):
            return number
    raise BadCall(f"offset: no article holds character {offset} of this page.")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadCall(f"{name} has to be text.")
    return value.encode("utf-8", "replace").decode()  # half of a surrogate pair could not be sent back


def _list(name: str, value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _LONGEST_HISTORY:
        raise BadCall(f"{name} has to be a list of at most {_LONGEST_HISTORY} texts.")
    return value


def _number(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON does not tell 3 from 3.0, and some languages write the latter
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadCall(f"{name} has to be a whole number from {least} to {most}.")
    return value
