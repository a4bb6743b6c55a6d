"""For programs that talk: the graph's questions and proofs as tools of the Model Context Protocol."""
