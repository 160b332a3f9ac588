"""Corpus -> index. Knows nothing of questions."""
