"""The peer: django-helpdesk from PyPI, in an environment of its own, on the same server and PostgreSQL."""
