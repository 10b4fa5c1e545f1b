"""A verdict must not hang on the order of sets, which Python shuffles anew in every process."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
from verifier.datatypes import Hit, Passage
from verifier.judging.evidence import choose

# Each word of the first sentence is as rare as one of the second, and no two in a sentence are equally rare: the two
# weigh the same, and only rounding can set one above the other.
words = "heron otter badger falcon marten osprey linnet plover curlew dunlin".split()
lines = [" ".join(words[:5]), " ".join(words[5:])]
lines += [" ".join(w for n, w in enumerate(words) if n % 5 == k % 5 and k // 5 <= n % 5) for k in range(20)]
text = " ".join(f"The {line} came." for line in lines if line)
passage = Passage("d#1", "d", "", text, 0, len(text), "")
print([c.start for c in choose("The " + " ".join(words) + " came.", [Hit(passage, 1.0, 1, 1)], 8)])
"""


def test_the_sentences_chosen_are_the_same_in_every_process() -> None:
    def chosen(seed: int) -> str:
        variables = os.environ | {"PYTHONHASHSEED": str(seed)}
        return subprocess.run(
            [sys.executable, "-c", SCRIPT], env=variables, check=True, capture_output=True, text=True
        ).stdout

    assert len({chosen(seed) for seed in range(8)}) == 1
