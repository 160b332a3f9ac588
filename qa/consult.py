"""Messages -> the pieces of a language model's reply, as its server streams them.

In: the address and the name of a model, a key from the environment, messages. Out: pieces of text, or a
ModelFailed that says in one word what went wrong. Does not know what is asked, nor whether the reply is true.

It speaks the chat completions that Ollama, llama.cpp, vLLM and hosted services have in common, and sends no
option beyond, for each is refused by one of them. No redirect is followed. What a server says of an error is
not read: there may be a part of the key in it.
"""

import argparse
import asyncio
import ipaddress
import json
import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from index.errors import ModelError, ModelFailed

# Seconds without a word, and for the whole reply. On two cores a model of 7 billion weights takes most of a
# minute to read the evidence; nobody waits for it, the answer stands above.
WAIT, LIMIT = 60.0, 180.0
_CONNECT = 5.0
# A reply of a few sentences has some kilobytes; what has more is no reply, and must not fill the memory.
_LONGEST_LINE, _LONGEST_REPLY = 2**18, 2**22
_PATH = "/chat/completions"
_NO_ADDRESS = "--llm: expected an address such as http://127.0.0.1:11434/v1"


@dataclass(frozen=True, slots=True)
class Model:
    """A language model on a server that speaks chat completions: `url` is the endpoint itself."""

    url: str
    name: str
    key: str | None = field(default=None, repr=False)
    is_local: bool = False


def connect(url: str, name: str, environment: Mapping[str, str] = os.environ) -> Model:
    """Return the model `name` at `url`, the address that ends in /v1; nothing is sent yet.

    The key is WENBAO_LLM_KEY, else OPENAI_API_KEY; an empty WENBAO_LLM_KEY means none at all.
    Raises ModelError where the address is none, or would send the key in the clear to another computer.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ModelError(_NO_ADDRESS) from error
    if parts.username is not None or parts.password is not None:
        raise ModelError("--llm: leave user and password out of the address; the key goes in WENBAO_LLM_KEY.")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise ModelError(_NO_ADDRESS)
    if not name.strip():
        raise ModelError("--llm-model: the name of the model is empty.")
    key = environment.get("WENBAO_LLM_KEY", environment.get("OPENAI_API_KEY", "")).strip()
    if not (key.isascii() and key.isprintable()):
        raise ModelError("The key in the environment holds characters that no key has.")
    is_local = _is_local(host)
    if key and parts.scheme == "http" and not is_local:
        raise ModelError(
            f"--llm: over http:// the key would go to {host} in the clear. Use https://, or set "
            "WENBAO_LLM_KEY to nothing if that server wants no key."
        )
    path = parts.path.rstrip("/").removesuffix(_PATH) or "/v1"
    return Model(parts._replace(path=path + _PATH).geturl(), name.strip(), key or None, is_local)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Let a command line name a language model: its key is no option, for others can read a command line."""
    parser.add_argument(
        "--llm",
        metavar="URL",
        help="also let a language model sum up the evidence: an address that ends in /v1",
    )
    parser.add_argument("--llm-model", metavar="NAME", help="with --llm: the name of the model")


def connect_as_told(options: argparse.Namespace, parser: argparse.ArgumentParser) -> Model | None:
    """Return the model that a command line names, or None. Half a name is wrong usage; else as connect."""
    if (options.llm is None) != (options.llm_model is None):
        parser.error("--llm and --llm-model go together")
    return None if options.llm is None else connect(options.llm, options.llm_model)


def _is_local(host: str) -> bool:
    """Tell whether a host is this computer: the one place where nobody listens on the way."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def stream_reply(
    model: Model, messages: Sequence[Mapping[str, str]], wait: float = WAIT, limit: float = LIMIT
) -> AsyncGenerator[str, None]:
    """Yield the reply piece by piece: within `wait` seconds of silence and `limit` seconds in all.

    Raises ModelFailed, before the first piece or after any. Closing the iterator ends the connection, and
    with it the server's work.
    """
    import httpx2  # 0.1 s that only those pay who have a model

    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
    if model.key:
        headers["Authorization"] = f"Bearer {model.key}"
    now = asyncio.get_running_loop().time
    started = heard = now()
    try:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(min(wait, limit)):
                # A proxy that the environment names may be the only way out to a hosted model. To this
                # computer none leads: it would be asked for its own 127.0.0.1, and be shown the question.
                client = httpx2.AsyncClient(
                    timeout=httpx2.Timeout(None, connect=_CONNECT),
                    trust_env=not model.is_local,
                    follow_redirects=False,
                )
                await stack.enter_async_context(client)
                body = {"model": model.name, "messages": list(messages), "stream": True}
                reply = client.stream("POST", model.url, headers=headers, json=body)
                response = await stack.enter_async_context(reply)
            if response.status_code != 200:
                raise ModelFailed("refused", response.status_code)
            events = _Events()
            chunks = response.aiter_raw()
            while not events.done:
                async with asyncio.timeout_at(min(heard + wait, started + limit)):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                for piece in events.read(chunk):
                    heard = now()
                    if piece:
                        yield piece
            if not events.done:
                raise ModelFailed("broken" if events.heard else "garbled")
    except TimeoutError as error:
        raise ModelFailed("slow") from error
    except httpx2.ConnectError as error:
        raise ModelFailed("unreachable") from error
    except httpx2.TimeoutException as error:
        raise ModelFailed("slow") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise ModelFailed("broken") from error


class _Events:
    """The server-sent events of one reply, read from bytes as they come.

    Of the format only what chat completions use: an event is a line `data: {...}`, the last one [DONE].
    """

    def __init__(self) -> None:
        self.rest = b""
        self.size = 0
        self.heard = self.done = False

    def read(self, chunk: bytes) -> Iterator[str]:
        """Yield what the model says in the lines that are whole by now; "" for a mere sign of life.

        Raises ModelFailed where a line is no part of a reply, or there is no end to it.
        """
        self.size += len(chunk)
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        for line in lines:
            name, _, value = line.partition(b":")
            if name == b"data" and not self.done:
                yield self._read_event(value.strip())
        if len(self.rest) > _LONGEST_LINE or self.size > _LONGEST_REPLY:
            raise ModelFailed("garbled")

    def _read_event(self, data: bytes) -> str:
        if data == b"[DONE]":
            self.done = True
            return ""
        try:
            event = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ModelFailed("garbled") from error
        match event:
            case {"choices": []}:  # how many tokens it took
                return ""
            case {"choices": [dict(choice), *_]}:
                self.heard = True
            case {"error": _}:
                raise ModelFailed("refused")
            case _:
                raise ModelFailed("garbled")
        match choice:
            case {"finish_reason": "length"}:
                raise ModelFailed("long")
            case {"finish_reason": str()}:
                self.done = True
        match choice:
            case {"delta": {"content": str(piece)}}:
                return piece
        return ""  # who speaks, or what a model thinks before it does
