class LocalServiceError(RuntimeError):
    """An embedded server cannot run here. The message says what to do and is printed unchanged."""
