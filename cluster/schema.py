"""The collections of one version of an index: their names, fields and indexes.

In: a server, the name of an index, the number of a version. Out: its collections, empty and ready.
Does not know what is written into them: rows.py does.

    NAME                    the alias: what it stands for is the version in use
    NAME_writer             who is writing, and when that was last known
    NAME_v000003_manifest   what the version holds, once for each time that it was added to; see versions.py
    NAME_v000003_pages      a page: its file and checksum, to know what has changed
    NAME_v000003_texts      a page with its articles, packed, in one row or more
    NAME_v000003_articles   an article: what limits, lists and counts look at
    NAME_v000003_passages   a passage: offsets, words, its article's facts, its vector, its terms
    NAME_v000003_terms      a term: how many passages have it, in rows that are added up
"""

from typing import Any

from cluster.client import Server

KINDS = ("manifest", "pages", "texts", "articles", "passages", "terms")
# What an article is known by; fields of its passages too, so that a search is limited where it is made.
FACTS = ("district", "source", "newspaper", "edition", "kind", "date")
MOST_TERMS = 4096
# Every collection has to have a vector.
_NOTHING, NOTHING = "nothing", [0.0, 0.0]

_Kind = tuple[str, dict[str, Any]]
_TEXT: _Kind = ("VARCHAR", {"max_length": 65_535})
_NUMBER: _Kind = ("INT64", {})
_TERMS: _Kind = ("ARRAY", {"element_type": "INT64", "max_capacity": MOST_TERMS})
_KNOWN = dict.fromkeys(FACTS, _TEXT)
_FIELDS: dict[str, dict[str, _Kind]] = {
    "writer": {"owner": _TEXT, "at": _TEXT},
    "manifest": {"step": _NUMBER, "part": _NUMBER, "parts": _NUMBER, "data": _TEXT},
    "pages": dict.fromkeys(("source", "path", "sha256", "encoding"), _TEXT),
    "texts": {"page": _NUMBER, "data": _TEXT},
    "articles": {"page": _NUMBER, "title": _TEXT, "byline": _TEXT, "named": _TEXT, **_KNOWN},
    "passages": {
        **dict.fromkeys(("page", "article", "begins", "ends"), _NUMBER), "cut": ("BOOL", {}),
        "head": _TEXT, "body": _TEXT, "head_terms": _TERMS, "body_terms": _TERMS, **_KNOWN,
    },
    "terms": {**dict.fromkeys(("code", "batch", "heads", "bodies"), _NUMBER), "term": _TEXT},
}  # fmt: skip
# What is looked up by value; the server sorts it beforehand.
_SORTED = {
    "pages": ("source",), "texts": ("page",), "articles": ("page",),
    "passages": ("page", "article", *FACTS), "terms": ("code", "term"),
}  # fmt: skip
_SORTED_LISTS = ("head_terms", "body_terms")


def name_collection(name: str, version: int, kind: str) -> str:
    """Return NAME_v000003_pages."""
    return f"{name}_v{version:06d}_{kind}"


def create_version(server: Server, version: int, dimension: int) -> None:
    """Make the collections of a version, ready to be written and read; `dimension` is that of its vectors."""
    for kind in KINDS:
        _create(server, name_collection(server.place.name, version, kind), kind, dimension)


def create_writer(server: Server, collection: str) -> None:
    """Make the collection that says who is writing."""
    _create(server, collection, "writer", len(NOTHING))


def _create(server: Server, collection: str, kind: str, dimension: int) -> None:
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    for field, (type_name, more) in _FIELDS[kind].items():
        inner = {key: DataType[value] if key == "element_type" else value for key, value in more.items()}
        schema.add_field(field, DataType[type_name], **inner)
    indexes = MilvusClient.prepare_index_params()
    if kind == "passages":
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("weights", DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
        indexes.add_index("weights", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    else:
        schema.add_field(_NOTHING, DataType.FLOAT_VECTOR, dim=len(NOTHING))
        indexes.add_index(_NOTHING, index_type="FLAT", metric_type="L2")
    for field in _SORTED.get(kind, ()):
        indexes.add_index(field, index_type="INVERTED")
    if kind == "passages" and not server.is_lite:  # which looks through all lists
        for field in _SORTED_LISTS:
            indexes.add_index(field, index_type="INVERTED")
    server.ask("create_collection", collection, schema=schema, consistency_level="Bounded")
    # Not waited for: the client would look every half second, and there is nothing in it yet.
    server.ask("create_index", collection, indexes, sync=False)
    server.ask("load_collection", collection)


def fill_row(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the vector that collections without one of their own need."""
    return row if kind == "passages" else row | {_NOTHING: NOTHING}
