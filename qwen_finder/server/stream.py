"""Waiting for events without keeping a thread: any number of clients may hold a long poll open."""

from __future__ import annotations

import asyncio

from qwen_finder.core.events import Event, EventLog


async def wait_for_events(log: EventLog, sequence: int, timeout_s: float) -> list[Event]:
    """Events after ``sequence``; waits up to ``timeout_s`` seconds for the first one."""
    loop, published = asyncio.get_running_loop(), asyncio.Event()
    unsubscribe = log.subscribe(lambda: loop.call_soon_threadsafe(published.set))
    try:
        events = log.since(sequence)
        if events or timeout_s <= 0:
            return events
        try:
            await asyncio.wait_for(published.wait(), timeout_s)
        except TimeoutError:
            return []
        return log.since(sequence)
    finally:
        unsubscribe()
