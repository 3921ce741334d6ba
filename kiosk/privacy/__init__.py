"""Proves after each visit that nothing of the person is left: in memory, in files, on the clipboard."""
