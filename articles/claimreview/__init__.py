"""ClaimReviews as anybody writes them: their fields, and the reader. Pure; annotations/formats/claimreview.py writes them."""
