"""``python -m verifier`` and the ``verifier`` command: run the command line, end with its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on the given arguments (default: those of the process) and return the exit code."""
    try:
        from verifier.cli.failures import guarded
    except KeyboardInterrupt:  # Ctrl-C before there is anything that could say so
        return 130
    return guarded(list(sys.argv[1:] if arguments is None else arguments))


if __name__ == "__main__":
    sys.exit(main())
