"""Other stores, by the standard protocols: asked, and published to."""
