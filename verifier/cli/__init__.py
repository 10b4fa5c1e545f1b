"""The command line: parse, call, render. Nothing here decides anything about a claim."""
