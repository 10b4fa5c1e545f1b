"""How labels and reasons are spelled in output; the spellings understood on input are text's to know."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from verifier.datatypes import Label, Reason


class LabelStyle(StrEnum):
    """Whose spelling of the labels an output uses."""

    VERIFIER = "verifier"
    FEVER = "fever"
    SCIFACT = "scifact"
    NLI = "nli"


_SPELLINGS: Final[Mapping[LabelStyle, Mapping[Label, str]]] = {
    LabelStyle.VERIFIER: {label: label.value for label in Label},
    LabelStyle.FEVER: {
        Label.SUPPORTED: "SUPPORTS",
        Label.UNSUPPORTED: "NOT ENOUGH INFO",
        Label.CONTRADICTED: "REFUTES",
    },
    LabelStyle.SCIFACT: {
        Label.SUPPORTED: "SUPPORT",
        Label.UNSUPPORTED: "NOT_ENOUGH_INFO",
        Label.CONTRADICTED: "CONTRADICT",
    },
    LabelStyle.NLI: {
        Label.SUPPORTED: "entailment",
        Label.UNSUPPORTED: "neutral",
        Label.CONTRADICTED: "contradiction",
    },
}


def spelled(label: Label, style: LabelStyle = LabelStyle.VERIFIER) -> str:
    """The label as a style writes it.

    >>> spelled(Label.CONTRADICTED, LabelStyle.FEVER)
    'REFUTES'
    """
    return _SPELLINGS[style][label]


def reason_words(reason: Reason) -> str:
    """A reason as people read it.

    >>> reason_words(Reason.NO_EVIDENCE)
    'no evidence'
    """
    return reason.value.replace("_", " ")
