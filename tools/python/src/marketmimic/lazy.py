"""What is worked out when it is first asked for."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

T = TypeVar("T")


class lazy(Generic[T]):
    """A property that is kept. Python's own (functools.cached_property, to 3.11) takes a lock, which a child would find
    taken for good where another thread of its parent held it at the fork. So threads may work a value out twice."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out, self.__doc__ = work_out, work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        if instance is None:
            return self  # type: ignore[return-value]  # of the class: for help()
        value = self._work_out(instance)
        instance.__dict__[self._name] = value
        return value
