"""The bodies that the API reads. Every form is strict: an unknown field is 422, a number is no text."""
