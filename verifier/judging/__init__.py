"""From evidence to a verdict: choosing sentences, reading them, deciding, revising. Only ``reading`` calls a model."""
