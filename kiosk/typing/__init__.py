"""Chinese text from letters, without a trace: librime where it is installed, single characters otherwise.

Knows neither screens nor visits.  Nothing that was typed is learned, logged or written; see ``rime``.
"""
