"""The review desk: staff look at cases here and change nothing."""
