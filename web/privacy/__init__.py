"""Which personal data there are, where, why and how long: worked out of the code and a municipality's policy.

What the code knows is not listed by hand: tables and columns, sealed documents and their fields, which roles see what,
terms, what goes with a case. What it cannot know stands beside it: what a field means, and for what it is there. A test
fails when something has no description. Dutch, because privacy officers read it.
"""
