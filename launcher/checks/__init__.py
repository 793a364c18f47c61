"""Checks of our own, beside those that tools bring."""
