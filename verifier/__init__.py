"""Tells what a text claims from what a corpus you trust supports.

``verify(claim)`` and ``ask(question)`` are for one call; :class:`Verifier` keeps its index and models for many.
"""

from verifier._version import __version__
from verifier.api import ask, verify
from verifier.datatypes import Answer, Claim, Document, Evidence, Label, Reason, Report, Verdict
from verifier.errors import VerifierError
from verifier.pipeline import Verifier

__all__ = [
    "Answer",
    "Claim",
    "Document",
    "Evidence",
    "Label",
    "Reason",
    "Report",
    "Verdict",
    "Verifier",
    "VerifierError",
    "__version__",
    "ask",
    "verify",
]
