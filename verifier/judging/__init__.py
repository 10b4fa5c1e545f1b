"""From evidence to a verdict: choosing sentences, reading, deciding, revising.

Only ``reading`` and ``contradictions`` call a model.
"""
