"""Finding the passages that bear on a claim: two legs, words and vectors, joined into one ranking."""
