"""A figure of its own for what is drawn aside: by a worked solution, by a slider's move."""

from contextlib import contextmanager


@contextmanager
def own_figure():
    """Give what is drawn inside a figure of its own, and close it after: pandas and seaborn draw on the current axes.

    The reader's figures stay open, and the one that was current is so again, also when drawing fails.
    """
    from matplotlib import pyplot

    others = set(pyplot.get_fignums())
    pyplot.figure()
    try:
        yield
    finally:
        for number in set(pyplot.get_fignums()) - others:
            pyplot.close(number)
