"""What other programs read: answers, hits and articles -> objects that JSON can carry.

In: records of the archive. Out: dicts of text, numbers, lists and null, in the shape that README.md promises.
Does not know who reads them: the command line, the HTTP API and the MCP server give out the same.
"""

from dataclasses import asdict

from index.records import Article, Page
from index.show import article_json
from qa.records import Answer, ModelSummary, Quotation, Search
from qa.summarise import explain_trouble, write_statement


def as_json(answer: Answer, summary: ModelSummary | None = None) -> dict[str, object]:
    """Return the answer as the object that other programs read; see the contract in README.md."""
    facts = asdict(answer)
    for citation in facts["citations"]:
        citation["passage"] = [citation["passage"]["start"], citation["passage"]["end"]]
        citation["marks"] = [[mark["start"], mark["end"]] for mark in citation["marks"]]
    facts["took_ms"] = round(answer.took_ms, 1)
    facts["confidence"] = round(answer.confidence, 4)
    facts["summary"] = summary and {
        "text": "".join(write_statement(statement) for statement in summary.statements),
        "citations": sorted({n for statement in summary.statements for n in statement.sources}),
        "further": [asdict(hit) for hit in summary.further],
        "dropped": summary.dropped,
        "model": summary.model,
        "note": explain_trouble(summary),
    }
    return facts


def search_json(search: Search) -> dict[str, object]:
    """Return what a search found as an object: `query`, `limits`, `hits`, `took_ms`."""
    return asdict(search) | {"took_ms": round(search.took_ms, 1)}


def quotation_json(quotation: Quotation) -> dict[str, object]:
    """Return what became of a quotation as an object: `text`, `verdict`, `differences`, `parts` and so on."""
    facts = asdict(quotation)
    for part in facts["parts"]:
        for place in part["places"]:
            place["spans"] = [[span["start"], span["end"]] for span in place["spans"]]
    facts["took_ms"] = round(quotation.took_ms, 1)
    return facts


def reading_json(page: Page, articles: tuple[Article, ...], index: int) -> dict[str, object]:
    """Return the article number `index` of a page, from 0, with what is known of the page.

    `index` is its place among the page's `articles`, which are counted.
    """
    facts: dict[str, object] = {"source": page.source, "index": index, "articles": len(articles)}
    issue = {"newspaper": page.newspaper, "date": page.date, "edition": page.edition, "version": page.version}
    return facts | issue | article_json(articles[index])
