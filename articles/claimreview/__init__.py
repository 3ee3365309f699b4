"""Read ClaimReviews as found in the wild. Pure; publishing/formats/claimreview.py writes them."""
