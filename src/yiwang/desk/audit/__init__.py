"""The auditor's desk 审计: the behaviour log, what it says of whom, and its export.

It measures how the office uses its powers, for the auditor alone; of those who petition it tells nothing.
"""
