"""A Milvus server, asked with a deadline, and told about in one sentence where it fails.

In: an address milvus://HOST:PORT/NAME, and a token in the environment. Out: rows, as pymilvus gives them.
Does not know what the collections hold. pymilvus is imported here and in schema.py alone, and late: who keeps
the index in a folder does not need it.
"""

import json
import logging
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from index.errors import ArchiveError, IndexIncompatible, IndexMissing, IndexUnreachable

# A row as Milvus takes and gives it, by the names of its fields.
Row = dict[str, Any]

TOKEN = "WENBAO_MILVUS_TOKEN"  # noqa: S105 - the name of a variable
INSTALL = "Run: pip install -r requirements-cluster.txt"
# Since 2.4 Milvus has sparse vectors; since 3.0 Milvus Lite serves them on a port.
_OLDEST = {"Milvus": (2, 4), "Milvus Lite": (3, 0)}
# Seconds to wait for a connection, and for an answer: pymilvus tries again until then.
_CONNECTING, PATIENCE = 10.0, 60.0
# Rows that are sent and fetched at a time, and numbers in one list: a message may have 64 MB.
_SENT, _FETCHED, LISTED = 500, 2000, 1000
# gRPC waits up to two minutes before it looks again for a server that was not there.
_CHANNEL = {"grpc.max_reconnect_backoff_ms": 2000, "grpc.use_local_subchannel_pool": 1}
# What the server says, or gRPC of it.
_REFUSED = re.compile(r"unauthenticated|auth check|permission", re.IGNORECASE)
_GONE = re.compile(r"unavailable|deadline|timeout|timed out|fail connecting|closed channel", re.IGNORECASE)
_UNREADY = re.compile(r"released|not loaded", re.IGNORECASE)
_LACKING = re.compile(r"collection \S* ?(not (found|exist)|does not exist)|can't find collection")
_READING = {"query", "query_iterator", "search", "list_collections", "get_server_version", "describe_alias"}
_ADDRESS = re.compile(r"milvus://(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})/([A-Za-z_][A-Za-z0-9_]{0,99})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is: a server, and the name of the index on it."""

    host: str
    port: int
    name: str

    def __str__(self) -> str:
        return f"milvus://{self.host}:{self.port}/{self.name}"


def read_address(address: str) -> Place:
    """Return the place. Raises IndexMissing where the address is not milvus://HOST:PORT/NAME."""
    match = _ADDRESS.fullmatch(address)
    if not match or not 0 < int(match[2]) < 65536:
        raise IndexMissing(
            f"{address} is no address of an index. It is milvus://HOST:PORT/NAME, the name of letters, "
            "digits and underscores."
        )
    return Place(match[1], int(match[2]), match[3])


class Server:
    """A connection that threads may share. Every call raises ArchiveError where the server fails."""

    def __init__(self, place: Place, token: str | None = None) -> None:
        """Connect. Raises IndexUnreachable where nobody answers, IndexIncompatible for an old server."""
        try:
            from pymilvus import MilvusClient, MilvusException
        except ImportError as error:
            raise IndexUnreachable(
                f"The index at {place} is kept by Milvus, whose client is not installed. {INSTALL}"
            ) from error
        import grpc

        # It logs every error with its traceback; here each becomes one sentence.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self.place = place
        self._answered = False
        self._errors = (MilvusException, grpc.RpcError)
        self.token = os.environ.get(TOKEN, "") if token is None else token
        self._connect = partial(
            MilvusClient,
            uri=f"http://{place.host}:{place.port}",
            token=self.token,
            timeout=_CONNECTING,
            dedicated=True,
            grpc_options=_CHANNEL,
        )
        try:
            self._client = self._connect()
        except self._errors as error:
            raise self._explain(error) from error
        self._require_version(str(self.ask("get_server_version")))

    def ask(self, what: str, /, *arguments: Any, patience: float = PATIENCE, **named: Any) -> Any:
        """Return what the client's method `what` does, in at most `patience` seconds.

        What only reads is asked again of a server that was started anew meanwhile: over a new connection,
        and of a collection that it has to load first.
        """
        for last in (False, False, True):
            try:
                answer = getattr(self._client, what)(*arguments, timeout=patience, **named)
            except self._errors as error:
                if last or not self._mend(what, arguments, error, patience):
                    raise self._explain(error) from error
            else:
                self._answered = True
                return answer
        raise AssertionError

    def _mend(self, what: str, arguments: Sequence[Any], error: Exception, patience: float) -> bool:
        """Tell whether to ask again: over a new connection, or of a collection that is ready now."""
        told = _trace(error)
        try:
            if _UNREADY.search(told):
                self._client.load_collection(arguments[0], timeout=PATIENCE)
                return True
            if self._answered and _GONE.search(told):
                self._client = self._connect_again(time.monotonic() + min(patience, _CONNECTING))
                return what in _READING
        except self._errors:
            return False
        return False

    def _connect_again(self, deadline: float) -> Any:
        """Return a new client, of a server that may only be starting."""
        while True:
            try:
                return self._connect()
            except self._errors:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.25)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _require_version(self, said: str) -> None:
        self.is_lite = said.startswith("milvus_lite")
        kind = "Milvus Lite" if self.is_lite else "Milvus"
        numbers = re.search(r"(\d+)\.(\d+)(\.\d+)*", said)
        if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST[kind]:
            oldest = ".".join(map(str, _OLDEST[kind]))
            raise IndexIncompatible(
                f"The server at {self.place.host}:{self.place.port} is {kind} {numbers[0]}; "
                f"{oldest} or newer is needed, which has sparse vectors."
            )

    def _explain(self, error: Exception) -> ArchiveError:
        where, told = f"{self.place.host}:{self.place.port}", _trace(error)
        if _REFUSED.search(told):
            token = f"the token in {TOKEN}" if self.token else f"a request without a token; set {TOKEN}"
            return IndexUnreachable(f"The Milvus server at {where} refuses {token}.")
        if _GONE.search(told):
            if self._answered:
                return IndexUnreachable(
                    f"The Milvus server at {where} does not answer any more. Look after it, and try again."
                )
            return IndexUnreachable(f"No Milvus server answers at {where}. Start it, or check the address.")
        if _LACKING.search(told):
            return IndexMissing(f"The index at {self.place} was taken away, or built anew meanwhile.")
        return IndexUnreachable(f"The Milvus server at {where} cannot do what it was asked: {told[:300]}")

    # ---- rows ----

    def query(self, collection: str, where: str, fields: Sequence[str], *, strong: bool = False) -> list[Row]:
        """Return the rows for which the expression `where` holds, which have to be few.

        `strong`: with all that was written before, by whomever.
        """
        level = "Strong" if strong else "Bounded"
        rows: list[Row] = self.ask(
            "query", collection, filter=where, output_fields=list(fields), consistency_level=level
        )
        return rows

    def each(self, collection: str, where: str, fields: Sequence[str]) -> Iterator[Row]:
        """Yield all rows for which the expression `where` holds, by their numbers."""
        pages = self.ask(
            "query_iterator", collection, batch_size=_FETCHED, filter=where, output_fields=list(fields)
        )
        try:
            while True:
                try:
                    rows = pages.next()
                except self._errors as error:
                    raise self._explain(error) from error
                if not rows:
                    return
                yield from rows
        finally:
            pages.close()

    def count(self, collection: str, where: str) -> int:
        """Return for how many rows `where` holds, with all that was written before."""
        return int(self.query(collection, where, ["count(*)"], strong=True)[0]["count(*)"])

    def search(self, collection: str, field: str, vector: object, k: int, where: str) -> dict[int, float]:
        """Return up to `k` numbers with their inner product to `vector`, the best first."""
        (hits,) = self.ask(
            "search", collection, data=[vector], anns_field=field, limit=k, filter=where,
            search_params={"metric_type": "IP"}, output_fields=["id"],
        )  # fmt: skip
        return {int(hit["id"]): float(hit["distance"]) for hit in hits}

    def insert(self, collection: str, rows: Iterable[Row]) -> None:
        """Add rows, some hundred at a time."""
        for some in in_portions(rows, _SENT):
            self.ask("insert", collection, some)

    def delete(self, collection: str, where: str) -> None:
        """Take out the rows for which `where` holds."""
        self.ask("delete", collection, filter=where)

    # ---- collections and aliases ----

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        return list(self.ask("list_collections"))

    def alias(self, name: str, patience: float = PATIENCE) -> str | None:
        """Return the collection that an alias stands for, None where there is no such alias."""
        try:
            return str(self.ask("describe_alias", name, patience=patience)["collection_name"])
        except ArchiveError as error:
            if error.__cause__ and re.search(r"alias.*not (exist|found)", _trace(error.__cause__)):
                return None
            raise


def _trace(error: BaseException) -> str:
    """Return what went wrong, in one line, that which was first first: pymilvus hides it in what follows."""
    if error.__cause__ is not None and error.__cause__ is not error:
        return _trace(error.__cause__)
    code = getattr(error, "code", "")
    details = getattr(error, "details", None)
    said = details() if callable(details) else getattr(error, "message", "") or str(error)
    return " ".join(f"{code() if callable(code) else code} {said}".split())


def in_portions(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of up to `size` of the items."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def listing(values: Iterable[int | str]) -> str:
    """Return numbers or texts as a list in an expression, in their order."""
    return json.dumps(sorted(values), ensure_ascii=False)
