"""The linter: chapter 2 of the regulation, and what a terminal needs, as rules over matter files.

One module for each article or subject.  A rule cites its article, names the place by line and column, and
says in Chinese and English how to mend it.  ``run`` goes through all of them; ``article9`` is for guides that
the platform publishes.
"""
