"""Orders 督办事项: one mechanism for what is asked of agencies and followed to its finish (docs/orders.md, ADR 0024).

``kinds`` and ``steps`` are the tables; ``changes`` and ``sources`` change, ``visibility`` says who sees, ``figures`` counts.
"""
