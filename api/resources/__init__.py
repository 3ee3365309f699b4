"""The API's resources, a module per part of the contract. Each class is the one declaration of a JSON object.

`fields` says what a field is in Python, in SQL and in JSON Schema; `base` is the object; `compiler` turns it into one query.
"""
