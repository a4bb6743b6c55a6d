"""From the files to a store on disk: load, validate, reason, derive, store; and the graph as of a day."""
