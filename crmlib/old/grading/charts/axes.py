"""What several figures of the chapter share: percent axes, labels on bars, the note on the period."""

from matplotlib.ticker import FuncFormatter, PercentFormatter

from crmlib.old.figures import money, percent


def as_percent(axes, x=True, y=True, decimals=0):
    """Label axes in per cent of shares; decimals None: as many as the ticks need."""
    if x:
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals, " %"))
    if y:
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals, " %"))


def as_money(axis, currency=""):
    """Label an axis in short money texts."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: money(value, currency) if value else "0"))


def legend_above(axes, columns, **options):
    """Put the legend in one row above the axes, where it covers nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, columnspacing=1.2, **options)


def label_bars(axes, bars, values, write=percent, **options):
    """Write each bar's value at its end."""
    axes.bar_label(bars, [write(value) for value in values], padding=2, fontsize=options.pop("fontsize", 10), **options)


def period_note(table):
    """Say which days a table covers, as far as it knows. Returns: text or None."""
    period = table.attrs.get("period")
    return f"Orders from {period}." if period else None
