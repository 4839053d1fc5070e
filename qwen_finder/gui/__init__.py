"""The window: pixels only. It holds no model and no index; everything it knows the service told it.

Nothing here waits on the thread that paints: questions go through ``session``, their answers come back as
calls on that thread.
"""
