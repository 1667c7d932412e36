"""The rhythm 三个一: weekly bulletin 周简报, monthly summary 月小结, quarterly ranking 季排名; and the yearly report after art. 41.

Figures are counted once, kept with their SHA-256, and never counted again for the same version (ADR 0028).
"""
