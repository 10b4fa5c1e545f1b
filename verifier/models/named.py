"""What every engine over a model's files has in common."""

from __future__ import annotations


class Named:
    """An engine with a name and a digest for the provenance of its verdicts; it sets both when it is made."""

    _name: str
    _digest: str

    @property
    def name(self) -> str:
        """As the user gave it."""
        return self._name

    @property
    def digest(self) -> str:
        """Over the folder's files, or the Hub's commit."""
        return self._digest
