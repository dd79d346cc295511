"""The review desk: where staff look at cases and work on them."""
