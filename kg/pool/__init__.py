"""Queries, guarded, in processes that can be killed."""
