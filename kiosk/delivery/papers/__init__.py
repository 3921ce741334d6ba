"""Papers that this terminal draws itself: pure functions from plain values to PDF bytes."""
