"""The evidence finder: passages for or against a claim, best first, each with the reasons why it was found.

    found = find_passages(claim=claim)                       # the question is the claim's statement
    found = find_passages(question="...", claim=claim, filters=PassageFilters(is_not_claimant=True))
    found = find_passages(question="...")

The score comes from `articles.search.ranking` alone. Names, numbers and speech become reasons and filters; they never
change the order.
"""

from annotations.services.finder.find import find_passages
from annotations.services.finder.results import FoundPassage, FoundPassages, PassageFilters, Reason

__all__ = ["FoundPassage", "FoundPassages", "PassageFilters", "Reason", "find_passages"]
