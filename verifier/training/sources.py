"""What the experts are trained on: every source once, its licence, and how much of it each expert sees.

One table, read from top to bottom. A share is how often each row of the source is presented in one pass (0.3: three
rows in ten, drawn by seed; 3.0: each row three times; 0: none). Sources for research or non-commercial use only are
marked ``restricted`` and stay out of weights that are shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final


class Use(StrEnum):
    """Whether a source may shape shipped weights."""

    SHIP = "ship"
    NOT_STATED = "not stated"
    COMPARISON = "comparison"


class Kind(StrEnum):
    """What the rows of a source are; in TWO_WAY pairs the negative class says only that support is missing."""

    FACTS = "fact verification"
    INFERENCE = "inference"
    TWO_WAY = "two-way"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the table: file name without suffix, kind, licence as its repository states it, and the shares."""

    name: str
    kind: Kind
    licence: str
    checker: float = 0.0
    embedder: float = 0.0
    generator: float = 0.0
    restricted: bool = False

    @property
    def use(self) -> Use:
        """What its licence allows; ``restricted`` means research or non-commercial use only."""
        if self.restricted:
            return Use.COMPARISON
        return Use.NOT_STATED if self.licence.startswith("not stated") else Use.SHIP

    def path(self, folder: Path) -> Path:
        """Its file in a folder of training data, whether or not there is one."""
        return folder / f"{self.name}.jsonl.gz"


SOURCES: Final = (
    # claims beside evidence
    Source("vitaminc_real_rest", Kind.FACTS, "Wikipedia terms, CC BY-SA", checker=2, embedder=0.5, generator=0.6),
    Source("vitaminc_synthetic_rest", Kind.FACTS, "Wikipedia terms, CC BY-SA", checker=1.5),
    Source("fever_symmetric_dev", Kind.FACTS, "Wikipedia terms, CC BY-SA", checker=4),
    Source("fever_dev_rest", Kind.FACTS, "not stated; text CC BY-SA", checker=3, embedder=2, generator=1),
    Source("healthver_dev", Kind.FACTS, "not stated", checker=4, embedder=3),
    Source("sufficient_facts_fever", Kind.FACTS, "not stated", checker=3),
    Source("sufficient_facts_vitaminc", Kind.FACTS, "not stated", checker=3),
    Source("covidfact", Kind.FACTS, "not stated", checker=2, embedder=2),
    Source("fool_me_twice", Kind.FACTS, "Apache-2.0; text CC BY-SA", checker=2, embedder=2, generator=1),
    Source("ex_fever", Kind.FACTS, "MIT", checker=1.5, embedder=1, generator=0.5),
    Source("creak", Kind.FACTS, "MIT", checker=0.7),
    Source("politihop", Kind.FACTS, "not stated", checker=1, embedder=1),
    Source("nli4ct", Kind.FACTS, "not stated", checker=1),
    Source("check_covid", Kind.FACTS, "MIT", checker=4, embedder=3, generator=1),
    Source("citation_integrity", Kind.FACTS, "MIT", checker=2, embedder=3),
    Source("liar_plus", Kind.FACTS, "CC0", checker=1, embedder=1),
    Source("tabfact", Kind.FACTS, "MIT", checker=0.1),
    Source("propsegment", Kind.FACTS, "text CC BY-SA 3.0", checker=2),
    # general inference
    Source("lingnli", Kind.INFERENCE, "not stated", checker=0.7),
    Source("semi_automatic_nli", Kind.INFERENCE, "text CC BY-SA 3.0 / GFDL", checker=1),
    Source("mnli_sample", Kind.INFERENCE, "OANC and other open terms; C-UDA 1.0", checker=0.8),
    Source("wanli_disco", Kind.INFERENCE, "MIT; CC BY 4.0", checker=1.5),
    Source("conjnli", Kind.INFERENCE, "MIT", checker=0.3),
    Source("breaking_nli", Kind.INFERENCE, "CC BY-SA 4.0", checker=0.5),
    Source("commitment_bank", Kind.INFERENCE, "MIT", checker=1),
    Source("med", Kind.INFERENCE, "CC BY-SA 4.0", checker=0.5),
    Source("monli", Kind.INFERENCE, "not stated", checker=0.5),
    Source("help", Kind.INFERENCE, "CC BY-SA 4.0; MIT", checker=0.1),
    Source("function_words_nli", Kind.INFERENCE, "not stated", checker=1),
    Source("flute", Kind.INFERENCE, "not stated", checker=0.2),
    Source("folio", Kind.INFERENCE, "CC BY-SA 4.0", checker=1),
    Source("logicnli", Kind.INFERENCE, "not stated", checker=0.1),
    Source("control", Kind.INFERENCE, "MIT", checker=0.25),
    Source("semantic_fragments", Kind.INFERENCE, "MIT", checker=0.15),
    Source("joci", Kind.INFERENCE, "MIT", checker=0.1),
    # captions: an unrelated event counts as contradicted, so little of it
    Source("snli_dev_test", Kind.INFERENCE, "CC BY-SA 4.0", checker=0.2),
    Source("counterfactual_nli", Kind.INFERENCE, "Apache-2.0", checker=0.2),
    Source("mpe", Kind.INFERENCE, "MIT", checker=0.1),
    Source("sick", Kind.INFERENCE, "CC BY-NC-SA 3.0", checker=0.5, restricted=True),
    Source("imppres", Kind.INFERENCE, "CC BY-NC 4.0", checker=0.2, restricted=True),
    # two classes
    Source("binary_wice_dev_oracle", Kind.TWO_WAY, "CC BY-SA 4.0 / ODC-BY", checker=2, embedder=1),
    Source("binary_factcg", Kind.TWO_WAY, "MIT", checker=2),
    Source("binary_rte", Kind.TWO_WAY, "MIT", checker=1),
    Source("binary_scitail", Kind.TWO_WAY, "Apache-2.0", checker=1, embedder=2),
    Source("binary_add_one_rte", Kind.TWO_WAY, "MIT", checker=0.3),
    Source("binary_cur_transitive", Kind.TWO_WAY, "MIT", checker=0.1),
    Source("binary_cur_kg_relations", Kind.TWO_WAY, "MIT", checker=0.1),
    Source("binary_cur_lexical", Kind.TWO_WAY, "MIT", checker=0.3),
    Source("binary_cur_temporal", Kind.TWO_WAY, "MIT", checker=0.3),
    Source("binary_cur_drop", Kind.TWO_WAY, "MIT", checker=0.1),
    Source("binary_cur_entailment_tree", Kind.TWO_WAY, "MIT", checker=1),
    Source("binary_cur_coreference", Kind.TWO_WAY, "MIT", checker=0.2),
    Source("binary_cur_spatial", Kind.TWO_WAY, "MIT", checker=0.2),
    Source("binary_cur_cosmoqa", Kind.TWO_WAY, "MIT", checker=0.05),
    Source("binary_logiqa2nli", Kind.TWO_WAY, "CC BY-NC-SA 4.0", checker=0.2, restricted=True),
    Source("binary_mctest", Kind.TWO_WAY, "Microsoft Research licence, research use", checker=0.3, restricted=True),
    # questions and answers
    Source("qa_squad_sentences", Kind.QUESTIONS, "not stated; text CC BY-SA 4.0", embedder=2, generator=0.6),
    Source("qa_squad11_part", Kind.QUESTIONS, "not stated; text CC BY-SA 4.0", embedder=1, generator=1),
    Source("qa_bioasq", Kind.QUESTIONS, "not stated; text CC BY 2.5", embedder=3, generator=1),
    Source("qa_qamr", Kind.QUESTIONS, "MIT", embedder=0.3, generator=0.5),
    Source("qa_pubmedqa", Kind.QUESTIONS, "MIT", embedder=3),
    Source("qa_covidqa", Kind.QUESTIONS, "Apache-2.0", embedder=2),
    Source("qa_fairytale", Kind.QUESTIONS, "Apache-2.0", embedder=0.2, generator=0.5),
    Source("qa_wikiqa", Kind.QUESTIONS, "Microsoft Research licence, research use", embedder=2, restricted=True),
    Source("answer_selection", Kind.QUESTIONS, "Microsoft Research licence, research use", embedder=2, restricted=True),
    Source("qa_condaqa_dev", Kind.QUESTIONS, "Apache-2.0", generator=1),
)


def sources_in(folder: Path, expert: str, *, all_licences: bool = False) -> list[tuple[Source, float]]:
    """The sources of one expert that ``folder`` holds, with its shares; what may not be shipped only if asked for."""
    found = [(source, float(getattr(source, expert))) for source in SOURCES if source.path(folder).exists()]
    return [(s, share) for s, share in found if share and (all_licences or not s.restricted)]
