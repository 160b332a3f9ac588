"""What every index is after whatever was done to it."""

from pathlib import Path

from index.check import find_faults
from index.embedded import Embedded
from index.generation import Generation, open_generation


def assert_sound(index: Path) -> Generation:
    generation = open_generation(index)
    assert generation.damaged == ()
    assert find_faults(Embedded(generation)) == []
    return generation
