"""How a step of a login is refused."""


class LoginRefused(Exception):
    """A step was not taken, and nothing changed. ``code`` is for the behaviour log, ``message`` for whoever tried."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
