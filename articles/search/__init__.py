"""Full-text search: passages of current revisions with their vectors, and the questions asked of them."""
