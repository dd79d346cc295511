"""One form a step, a module for what belongs together."""
