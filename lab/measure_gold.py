"""How the five pages of seeds/ are read, against what a person set down: python -m lab.measure_gold.

In: seeds/, and articles.jsonl and dev.jsonl of ../shared/gold. Out: how many items come out with their kind,
district and headline, how many evidence strings stand in one article with the right headline, and the others.
Does not know why: `python -m index articles FILE` shows that.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.articles import split_articles
from index.pages import read_page
from index.records import Article, Page


def _bare(text: str | None) -> str:
    return "".join((text or "").split())


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def find_item(item: dict[str, Any], articles: Sequence[Article]) -> bool:
    """Tell whether an item came out as an article of its own. A caption is known by words of its label."""
    kind = "brief" if item["kind"] == "briefs" else item["kind"]
    label = _bare(item["headline"])
    for article in articles:
        if kind == "caption":
            named = article.kind == kind and (
                label[:3] in _bare(article.text) or label[-4:] in _bare(article.text)
            )
        else:
            named = article.kind == kind and label in _bare(article.headline)
        if named and item["district"] in (None, article.district):
            return True
    return False


def find_evidence(question: dict[str, Any], articles: Sequence[Article]) -> bool:
    """Tell whether the evidence stands in one article, under the right headline or in a caption."""
    return any(
        _bare(question["evidence"]) in _bare(article.text)
        and (article.kind == "caption" or _bare(question["headline"]) in _bare(article.title))
        for article in articles
    )


def read_pages(folder: Path) -> Iterator[tuple[str, list[Article]]]:
    """Yield the name of every page and its articles."""
    for path in sorted(folder.iterdir()):
        page = read_page(path, path.name)
        if isinstance(page, Page):
            yield path.name, split_articles(page)


def main() -> None:
    """Print what was found, and what was not."""
    parser = argparse.ArgumentParser(prog="python -m lab.measure_gold")
    parser.add_argument("--gold", type=Path, default=Path("../shared/gold"))
    options = parser.parse_args()
    pages = dict(read_pages(Path("seeds")))
    items = _rows(options.gold / "articles.jsonl")
    questions = [row for row in _rows(options.gold / "dev.jsonl") if row.get("evidence")]
    lost = [item for item in items if not find_item(item, pages[item["source"]])]
    apart = [row for row in questions if not find_evidence(row, pages[row["source"]])]
    print(f"items: {len(items) - len(lost)} of {len(items)}")
    print(f"evidence in one article: {len(questions) - len(apart)} of {len(questions)}")
    for row in (*lost, *apart):
        print(f"  {row['source']}: {row['headline']} ({row.get('district') or row.get('evidence')})")


if __name__ == "__main__":
    main()
