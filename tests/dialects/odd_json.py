"""Whatever JSON a source could send, for property tests of readers."""

from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def like(sample):
    """Return a strategy for what looks like a recorded answer with odd values in places."""
    if isinstance(sample, dict):
        members = {key: VALUES | like(value) for key, value in sample.items()}
        return st.fixed_dictionaries({}, optional=members)
    if isinstance(sample, list) and sample:
        return st.lists(VALUES | like(sample[0]), max_size=3)
    return st.just(sample) | VALUES
