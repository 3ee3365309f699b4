"""What the sections share: a scratch desk, how it is filled, the servers that are measured and those beside them."""
