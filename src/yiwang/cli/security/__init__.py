"""What Yiwang promises about security, the tests that prove it, and how this office is set up for it."""
