"""The JSON shapes that go over the wire and out of ``--json``, one module per subject."""
