"""Engines behind three protocols: sentences to vectors, pairs to logits, questions to drafts."""
