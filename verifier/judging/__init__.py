"""From evidence to a verdict: choosing sentences, reading them, deciding, revising. Only ``reading`` and ``contradictions`` call a model."""
