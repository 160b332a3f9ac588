"""The files that an index has pages of, by name and by content. Meets index.changes.Filed.

In: the pages that are known, without their texts. Out: those of a file, or with some content.
Does not know servers: all is held in memory, some 300 bytes a page, for each file is asked about once.
"""

from collections.abc import Sequence

from index.catalog import Known
from index.pages import file_of


class KnownFiles:
    """The pages of an index by their files."""

    def __init__(self, pages: Sequence[Known]) -> None:
        self._by_path: dict[str, list[Known]] = {}
        self._by_sum: dict[str, list[Known]] = {}
        for page in pages:
            self._by_path.setdefault(page.path, []).append(page)
            self._by_sum.setdefault(page.sha256, []).append(page)
        self._files = {file_of(page.source) for page in pages} | {page.source for page in pages}
        self._paths = sorted(self._by_path)

    def paths(self) -> list[str]:
        """Return the files that pages came from."""
        return self._paths

    def pages_of(self, path: str) -> list[Known]:
        """Return the pages that came from a file."""
        return self._by_path.get(path, [])

    def pages_with(self, sha256: str) -> list[Known]:
        """Return the pages that came from files of this content."""
        return self._by_sum.get(sha256, [])

    def has_file(self, file: str) -> bool:
        """Tell whether a page is called `file`, or is a row or a page of it: news.jsonl#12."""
        return file in self._files
