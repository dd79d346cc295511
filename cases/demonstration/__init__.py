"""Invented cases over six months, lived through by the real services, for somebody new."""
