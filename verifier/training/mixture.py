"""The checker's mixture: which sources, how much of each, and under which licence.

One table, read from top to bottom. ``share`` is how often each pair of the source is presented in one pass
(0.3: three pairs in ten, drawn by seed; 3.0: each pair three times). Sources marked non-commercial or
research-only are listed with ``Use.COMPARISON`` and stay out of weights that are shipped. Caption data, where an
unrelated event counts as contradicted, is weighed down: that is not what contradiction means here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from verifier.training.pairs import TrainingPair, is_validation, read_pairs


class Use(StrEnum):
    """Whether a source may shape shipped weights."""

    SHIP = "ship"
    NOT_STATED = "not stated"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the mixture: file name without suffix, share, licence as its repository states it, and its use."""

    name: str
    share: float
    licence: str
    use: Use = Use.SHIP


FACTS = (
    Source("vitaminc_real_rest", 2.0, "Wikipedia terms, CC BY-SA"),
    Source("vitaminc_synthetic_rest", 1.5, "Wikipedia terms, CC BY-SA"),
    Source("fever_symmetric_dev", 4.0, "Wikipedia terms, CC BY-SA"),
    Source("fever_dev_rest", 3.0, "not stated; text CC BY-SA", Use.NOT_STATED),
    Source("healthver_dev", 4.0, "not stated", Use.NOT_STATED),
    Source("sufficient_facts_fever", 3.0, "not stated", Use.NOT_STATED),
    Source("sufficient_facts_vitaminc", 3.0, "not stated", Use.NOT_STATED),
    Source("covidfact", 2.0, "not stated", Use.NOT_STATED),
    Source("fool_me_twice", 2.0, "Apache-2.0; text CC BY-SA"),
    Source("ex_fever", 1.5, "MIT"),
    Source("creak", 0.7, "MIT"),
    Source("politihop", 1.0, "not stated", Use.NOT_STATED),
    Source("nli4ct", 1.0, "not stated", Use.NOT_STATED),
    Source("check_covid", 4.0, "MIT"),
    Source("citation_integrity", 2.0, "MIT"),
    Source("liar_plus", 1.0, "CC0"),
    Source("tabfact", 0.1, "MIT"),
    Source("propsegment", 2.0, "text CC BY-SA 3.0"),
)

INFERENCE = (
    Source("lingnli", 0.7, "not stated", Use.NOT_STATED),
    Source("semi_automatic_nli", 1.0, "text CC BY-SA 3.0 / GFDL"),
    Source("mnli_sample", 0.8, "OANC and other open terms; C-UDA 1.0"),
    Source("wanli_disco", 1.5, "MIT; CC BY 4.0"),
    Source("conjnli", 0.3, "MIT"),
    Source("breaking_nli", 0.5, "CC BY-SA 4.0"),
    Source("commitment_bank", 1.0, "MIT"),
    Source("med", 0.5, "CC BY-SA 4.0"),
    Source("monli", 0.5, "not stated", Use.NOT_STATED),
    Source("help", 0.1, "CC BY-SA 4.0; MIT"),
    Source("function_words_nli", 1.0, "not stated", Use.NOT_STATED),
    Source("flute", 0.2, "not stated", Use.NOT_STATED),
    Source("folio", 1.0, "CC BY-SA 4.0"),
    Source("logicnli", 0.1, "not stated", Use.NOT_STATED),
    Source("control", 0.25, "MIT"),
    Source("semantic_fragments", 0.15, "MIT"),
    Source("joci", 0.1, "MIT"),
    # captions: an unrelated event counts as contradicted, so little of it
    Source("snli_dev_test", 0.2, "CC BY-SA 4.0"),
    Source("counterfactual_nli", 0.2, "Apache-2.0"),
    Source("mpe", 0.1, "MIT"),
)

# The negative class says only that support is missing.
TWO_WAY = (
    Source("binary_wice_dev_oracle", 2.0, "CC BY-SA 4.0 / ODC-BY"),
    Source("binary_factcg", 2.0, "MIT"),
    Source("binary_rte", 1.0, "MIT"),
    Source("binary_scitail", 1.0, "Apache-2.0"),
    Source("binary_add_one_rte", 0.3, "MIT"),
    Source("binary_cur_transitive", 0.1, "MIT"),
    Source("binary_cur_kg_relations", 0.1, "MIT"),
    Source("binary_cur_lexical", 0.3, "MIT"),
    Source("binary_cur_temporal", 0.3, "MIT"),
    Source("binary_cur_drop", 0.1, "MIT"),
    Source("binary_cur_entailment_tree", 1.0, "MIT"),
    Source("binary_cur_coreference", 0.2, "MIT"),
    Source("binary_cur_spatial", 0.2, "MIT"),
    Source("binary_cur_cosmoqa", 0.05, "MIT"),
)

# Never in shipped weights.
FOR_COMPARISON = (
    Source("sick", 0.5, "CC BY-NC-SA 3.0", Use.COMPARISON),
    Source("imppres", 0.2, "CC BY-NC 4.0", Use.COMPARISON),
    Source("binary_logiqa2nli", 0.2, "CC BY-NC-SA 4.0", Use.COMPARISON),
    Source("binary_mctest", 0.3, "Microsoft Research licence, research use", Use.COMPARISON),
)

SOURCES = FACTS + INFERENCE + TWO_WAY + FOR_COMPARISON


def draw(pairs: list[TrainingPair], share: float, rng: random.Random) -> list[TrainingPair]:
    """``share`` times the pairs: whole copies, and a sample for the rest.

    >>> from verifier.training.pairs import Target
    >>> pair = TrainingPair("c", "e", Target.SUPPORTED, "g", "s")
    >>> len(draw([pair] * 10, 2.5, random.Random(0)))
    25
    """
    whole, part = int(share), share - int(share)
    return pairs * whole + rng.sample(pairs, round(len(pairs) * part))


def load_sources(folder: Path, *, all_licences: bool = False) -> dict[Source, list[TrainingPair]]:
    """The pairs of every source of the table that ``folder`` holds; what may not be shipped only if asked for."""
    loaded = {}
    for source in SOURCES:
        path = folder / f"{source.name}.jsonl.gz"
        if path.exists() and (all_licences or source.use is not Use.COMPARISON):
            loaded[source] = read_pairs(path)
    return loaded


def one_pass(
    loaded: dict[Source, list[TrainingPair]], rng: random.Random, *, general: float = 1.0
) -> list[TrainingPair]:
    """One pass over the mixture without its validation part, unshuffled.

    ``general`` multiplies the share of everything that is not fact verification: a second stage takes less of it.
    """
    return [
        pair
        for source, pairs in loaded.items()
        for pair in draw(
            [p for p in pairs if not is_validation(p.group)],
            source.share * (1.0 if source in FACTS else general),
            rng,
        )
    ]


def validation(loaded: dict[Source, list[TrainingPair]], *, per_source: int, seed: int = 0) -> list[TrainingPair]:
    """Up to ``per_source`` validation pairs of each source, drawn by seed."""
    rng = random.Random(seed)
    chosen: list[TrainingPair] = []
    for pairs in loaded.values():
        held = [pair for pair in pairs if is_validation(pair.group)]
        chosen += rng.sample(held, min(per_source, len(held)))
    return chosen
