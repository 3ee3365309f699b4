"""Use cases of the annotations app: keyword-only functions with a transaction.

Everything that writes under a claim first locks the claim's row (`locked_claim`), then its verdict. With one order,
two people who work on the same claim wait for each other and never deadlock.
"""
