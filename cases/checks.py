"""`manage.py check`: content against code."""
