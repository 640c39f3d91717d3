"""What several figures of the chapter share: percent axes, labels on bars, the note on the period."""

from matplotlib.ticker import FuncFormatter, PercentFormatter

from crmlib.figures import money, percent


def as_percent(axes, x=True, y=True):
    """Label axes in per cent of shares."""
    if x:
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    if y:
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))


def as_money(axis, currency=""):
    """Label an axis in short money texts."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: money(value, currency) if value else "0"))


def label_bars(axes, bars, values, write=percent, **options):
    """Write each bar's value at its end."""
    axes.bar_label(bars, [write(value) for value in values], padding=2, fontsize=options.pop("fontsize", 10), **options)


def period_note(table):
    """Say which days a table covers, as far as it knows. Returns: text or None."""
    period = table.attrs.get("period")
    return f"Orders from {period}." if period else None
