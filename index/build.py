"""Files -> index: the whole pipeline, in order.

In: paths of files and folders, and an encoder. Out: a new generation of the index, and a Report.
Does not know questions, or how the command line looks.

    files -> Page -> Article -> Passage -> (vectors, postings, catalog) -> Generation
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.articles import split_articles
from index.catalog import Catalog, Counts
from index.encoder import Encoder, load_encoder
from index.errors import CorpusError, IndexIncompatible
from index.generation import (
    CATALOG,
    KEYWORDS,
    VECTORS,
    Generation,
    lock_index,
    new_draft,
    open_generation,
    publish,
)
from index.keywords import KeywordWriter
from index.lexicon import load_lexicon
from index.pages import Skipped, checksum, file_of, list_files, name_file, read_pages, unique_source
from index.passages import cut_passages
from index.records import Article, Page, Passage
from index.text import cut_words, terms
from index.vectors import Vectors

_BATCH = 1024

Progress = Callable[[Sequence[tuple[Path, str]]], Iterable[tuple[Path, str]]]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `counts` and `size` (bytes) are of the whole index, `seconds` of this run."""

    counts: Counts
    size: int
    seconds: float
    skipped: tuple[Skipped, ...]
    unchanged: int


def build_index(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, progress: Progress = iter
) -> Report:
    """Index the files below `paths` anew. What was indexed before stays as the fallback generation.

    Raises CorpusError where nothing could be read; then the old index stays in use.
    """
    with lock_index(index_dir):
        return _write(paths, index_dir, encoder, progress, base=None)


def add_to_index(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, progress: Progress = iter
) -> Report:
    """Add the files below `paths` to the index. A file that changed replaces its page.

    Raises what `open_generation` raises, IndexIncompatible for another encoder, CorpusError as above.
    """
    with lock_index(index_dir):
        base = open_generation(index_dir)
        require_encoder(base, encoder)
        return _write(paths, index_dir, encoder, progress, base=base)


def load_own_encoder(generation: Generation) -> Encoder:
    """Load the encoder that `generation` was built with. Raises EncoderError where it is gone."""
    name = generation.manifest.encoder
    return load_encoder(None if name == "bundled" else name)


def require_encoder(generation: Generation, encoder: Encoder) -> None:
    """Raise IndexIncompatible unless `generation` was built with `encoder`."""
    manifest = generation.manifest
    if (manifest.encoder_fingerprint, manifest.dimension) != (encoder.fingerprint, encoder.dimension):
        raise IndexIncompatible(
            f"The index in {generation.folder.parent} was built with the encoder {manifest.encoder} "
            f"({manifest.encoder_fingerprint[:12]}), this is {encoder.name} ({encoder.fingerprint[:12]}). "
            "Run: python -m index build"
        )


def _write(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, progress: Progress, base: Generation | None
) -> Report:
    started = time.perf_counter()
    own = index_dir.resolve()  # it may lie in the very folder that is indexed
    files = {path: name for path, name in list_files(paths).items() if own not in path.parents}
    skipped: list[Skipped] = []
    read: set[str] = set()  # files that gave a page
    same: set[str] = set()  # files that are as they were
    unchanged = 0
    number_words = load_lexicon().number
    with new_draft(index_dir, base) as draft:
        catalog = Catalog.create(draft / CATALOG)
        vectors = Vectors.load(draft / VECTORS) if base else Vectors.create(encoder.dimension)
        keywords = KeywordWriter(draft / KEYWORDS)
        before = _files_before(catalog)
        taken = {file_of(source) for sources, _ in before.values() for source in sources}

        def changed_pages() -> Iterator[Page]:
            nonlocal unchanged
            for path, name in progress(list(files.items())):
                full = name_file(path)
                old, sha256 = before.get(full, ((), None))
                if sha256 and checksum(path) == sha256:
                    unchanged += len(old)
                    same.add(full)
                    continue
                source = _source_before(full, old) or unique_source(path, _root(path, name), taken)
                taken.add(file_of(source))
                for item in read_pages(path, source):
                    if isinstance(item, Skipped):
                        skipped.append(item)
                        continue
                    for gone_source in old:  # all of them go when the first new one has come
                        gone = catalog.remove(gone_source)
                        vectors.remove(gone)
                        keywords.remove(gone)
                    old = ()
                    read.add(full)
                    yield item

        for numbers, articles, passages in _batches(changed_pages(), catalog):
            heads = [article.title for article in articles]
            texts = [passage.text for passage in passages]
            cut_heads = {head: cut_words(head) for head in set(heads)}
            cut = [(cut_heads[head], cut_words(text)) for head, text in zip(heads, texts, strict=True)]
            joined = [f"{head}\n{text}".strip() for head, text in zip(heads, texts, strict=True)]
            vectors.add(numbers, encoder.encode_passages(joined, [[*above, *below] for above, below in cut]))
            for number, head, text, (above, below) in zip(numbers, heads, texts, cut, strict=True):
                keywords.add(number, terms(head, above), terms(text, below))
                catalog.add_words(number, number_words(above), number_words(below))

        counts = catalog.counts()
        catalog.close()
        keywords.close()
        if not counts.passages or not (read or same):
            raise CorpusError(_nothing_read(paths, len(files), skipped))
        vectors.save(draft / VECTORS)
        generation = publish(
            index_dir,
            draft,
            encoder=encoder.name,
            encoder_fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            counts=counts,
            skipped=_all_skipped(base, {name_file(path) for path in files} - same, skipped),
        )
    seconds = time.perf_counter() - started
    return Report(counts, generation.manifest.size, seconds, tuple(skipped), unchanged)


def _all_skipped(
    base: Generation | None, seen: Collection[str], skipped: Sequence[Skipped]
) -> tuple[tuple[str, str], ...]:
    """Return what was skipped now, and what was skipped before in files that were not read again."""
    before = [item for item in base.manifest.skipped if item[0] not in seen] if base else []
    return (*before, *((item.path, item.reason) for item in skipped))


def _files_before(catalog: Catalog) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return for each file in the catalog the sources of its pages, and its SHA-256."""
    sources: dict[str, list[str]] = {}
    sums: dict[str, str] = {}
    for source, (path, sha256) in catalog.files().items():
        sources.setdefault(path, []).append(source)
        sums[path] = sha256
    return {path: (tuple(named), sums[path]) for path, named in sources.items()}


def _source_before(path: str, sources: Sequence[str]) -> str | None:
    """Return what a file was called before, whose pages had these sources."""
    if not sources:
        return None
    return sources[0] if path.endswith(sources[0]) else file_of(sources[0])


def _root(path: Path, source: str) -> Path:
    """Return the folder that `source` is the name of `path` in."""
    return path.parents[len(Path(source).parts) - 1]


Batch = tuple[list[int], list[Article], list[Passage]]


def _batches(pages: Iterable[Page], catalog: Catalog) -> Iterator[Batch]:
    """Put pages into the catalog; yield their passages some thousand at a time, with number and article."""
    numbers: list[int] = []
    articles: list[Article] = []
    passages: list[Passage] = []
    for page in pages:
        cut = [(article, cut_passages(article, page.text)) for article in split_articles(page)]
        numbers += catalog.add(page, cut)
        for article, its_passages in cut:
            articles += [article] * len(its_passages)
            passages += its_passages
        if len(numbers) >= _BATCH:
            yield numbers, articles, passages
            numbers, articles, passages = [], [], []
    if numbers:
        yield numbers, articles, passages


def _nothing_read(paths: Sequence[Path], files: int, skipped: Sequence[Skipped]) -> str:
    where = ", ".join(map(str, paths))
    if not skipped and files:
        return f"There is no article in {where}: a masthead alone is none. Nothing was indexed."
    if not skipped:
        return f"There are no files in {where}. Put newspaper pages there and try again."
    first = skipped[0]
    more = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
    return f"Nothing in {where} could be indexed. Skipped: {first.path} ({first.reason}){more}."
