"""Request bodies. Every form is strict: an unknown field is 422, and values are not coerced."""
