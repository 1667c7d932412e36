"""The rows of this room."""

from yiwang.satisfaction.models.second_looks import SecondLook

__all__ = ["SecondLook"]
