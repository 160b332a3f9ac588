"""The two legs of a search, on Milvus. They meet index.store.KeywordLeg and index.store.VectorLeg.

In: a server and a version of an index; then terms or a vector, and what counts. Out: numbers of passages
with their scores. Does not know texts. What a limit says by facts goes to the server as it is: no list of a
million numbers travels.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

import numpy as np

from cluster.client import LISTED, Server, in_portions, listing
from cluster.schema import name_collection
from cluster.terms import Frequency, code_term, weigh_question
from cluster.versions import Version
from index.store import Among, Clause, Field, Floats, Numbers

_NOBODY = "id < 0"
# Terms whose frequencies are kept once read, 100 bytes each.
_KEPT = 200_000
# Lists that are searched for one of so many terms at a time.
_TERMS = 500
_LISTS = ("body_terms", "head_terms")


class _Leg:
    def __init__(self, server: Server, version: Version) -> None:
        self._server, self._version = server, version
        self._shown = version.manifest.shown()
        self._passages = name_collection(server.place.name, version.number, "passages")

    def __len__(self) -> int:
        return self._version.manifest.counts.passages

    def _find(self, field: str, vector: object, k: int, among: Among | None) -> dict[int, float]:
        where = f"{self._shown} and {write_choice(among)}" if among else self._shown
        return self._server.search(self._passages, field, vector, k, where)


class Vectors(_Leg):
    """Unit vectors of passages, searched by Milvus's own index."""

    def search(self, vector: Floats, k: int, among: Among | None = None) -> dict[int, float]:
        """Return up to `k` passage numbers with their cosine to `vector` (dimension,), best first."""
        if not vector.any():
            return {}
        return self._find("vector", np.asarray(vector, np.float32), k, among)

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Return the vectors of `numbers`, shape (n, dimension). Raises KeyError for an unknown number."""
        found: dict[int, object] = {}
        for some in in_portions(numbers, LISTED):
            where = f"{self._shown} and id in {listing(some)}"
            for row in self._server.query(self._passages, where, ["id", "vector"]):
                found[int(row["id"])] = row["vector"]
        rows = [found[number] for number in numbers]
        return np.array(rows, np.float32).reshape(len(numbers), self._version.manifest.dimension)

    def numbers(self) -> list[int]:
        """Return the numbers of all passages that have a vector, ascending."""
        return sorted(int(row["id"]) for row in self._server.each(self._passages, self._shown, ["id"]))


class Keywords(_Leg):
    """BM25 as products of sparse vectors, and the passages that have terms. Threads may share it."""

    def __init__(self, server: Server, version: Version) -> None:
        super().__init__(server, version)
        self._terms = name_collection(server.place.name, version.number, "terms")
        self._counted = f"batch <= {version.manifest.batch}"
        self._frequencies: dict[int, Frequency] = {}
        self._lock = Lock()

    def search(self, terms: Sequence[str], k: int, among: Among | None = None) -> dict[int, float]:
        """Return up to `k` passage numbers with their BM25 score for `terms`, best first."""
        weights = weigh_question(terms, self._count(map(code_term, terms)), len(self))
        return self._find("weights", weights, k, among) if weights else {}

    def document_count(self, term: str) -> int:
        """Return how many passages have `term` in their body."""
        code = code_term(term)
        return self._count([code])[code].bodies

    def find_all(self, terms: Sequence[str], fields: Sequence[Field] = ("head", "body")) -> Numbers:
        """Return the numbers of all passages that have every one of `terms` in the one or the other field."""
        return self._numbers([_having_all(terms, fields)])

    def find_some(self, terms: Sequence[str], k: int) -> list[int]:
        """Return the numbers of up to `k` passages that have every one of `terms` in the head or the body."""
        where = f"{self._shown} and {_having_all(terms, ('body', 'head'))}"
        found = self._server.ask("query", self._passages, filter=where, output_fields=["id"], limit=k)
        return [int(row["id"]) for row in found]

    def find_inside(self, part: str) -> Numbers:
        """Return the numbers of all passages that have a term with the letters or characters `part` in it.

        A term for the value of a figure (#13000, of 1.3万) is not what stands there.
        """
        return self._having_like(f"%{_escape(part)}%", lambda term: part in term and not term.startswith("#"))

    def find_beginning(self, part: str) -> Numbers:
        """Return the numbers of all passages that have a term which begins with the characters `part`."""
        return self._having_like(f"{_escape(part)}%", lambda term: term.startswith(part))

    def _count(self, codes: Iterable[int]) -> dict[int, Frequency]:
        """Return how many passages have each of these terms; those asked about again are known."""
        wanted = set(codes)
        with self._lock:
            here = {code: self._frequencies[code] for code in wanted & self._frequencies.keys()}
        fresh = dict.fromkeys(wanted - here.keys(), Frequency())
        for some in in_portions(sorted(fresh), LISTED):
            where = f"{self._counted} and code in {listing(some)}"
            for row in self._server.query(self._terms, where, ["code", "heads", "bodies"]):
                fresh[int(row["code"])] += Frequency(int(row["heads"]), int(row["bodies"]))
        with self._lock:
            if len(self._frequencies) > _KEPT:
                self._frequencies.clear()
            self._frequencies |= fresh
        return here | fresh

    def _having_like(self, pattern: str, fits: Callable[[str], bool]) -> Numbers:
        said = json.dumps(pattern, ensure_ascii=False)
        rows = self._server.each(self._terms, f"{self._counted} and term like {said}", ["code", "term"])
        codes = sorted({int(row["code"]) for row in rows if fits(str(row["term"]))})
        return self._numbers(
            "(" + " or ".join(f"array_contains_any({name}, {listing(some)})" for name in _LISTS) + ")"
            for some in in_portions(codes, _TERMS)
        )

    def _numbers(self, choices: Iterable[str]) -> Numbers:
        found: set[int] = set()
        for choice in choices:
            rows = self._server.each(self._passages, f"{self._shown} and {choice}", ["id"])
            found.update(int(row["id"]) for row in rows)
        return np.array(sorted(found), np.int64)


def write_choice(among: Among) -> str:
    """Return the expression for the passages that count: by facts where they are known, else by number."""
    if not among.clauses:
        return f"id in {listing(among.passages.tolist())}" if len(among.passages) else _NOBODY
    return " and ".join(_write_clause(clause) for clause in among.clauses)


def _write_clause(clause: Clause) -> str:
    parts = [f"{clause.fact} in {listing(clause.values)}"] if clause.values else []
    parts += [f"article in {listing(clause.others)}"] if clause.others else []
    return f"({' or '.join(parts)})" if parts else _NOBODY


def _having_all(terms: Sequence[str], fields: Sequence[Field]) -> str:
    codes = listing({code_term(term) for term in terms})
    return "(" + " or ".join(f"array_contains_all({field}_terms, {codes})" for field in fields) + ")"


def _escape(part: str) -> str:
    r"""Return a part of a term with what LIKE would take for any character as itself."""
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
