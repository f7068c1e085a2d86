"""What readers see of a figure: where its letters are, and whether any are cut off or lie over others."""

from itertools import combinations

from matplotlib.text import Text


def letters(figure):
    """Return every text that is drawn, with its box in points."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    found = []
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible() and shown(figure, text):
            box = Text.get_window_extent(text, renderer)
            found.append((text, box.transformed(figure.dpi_scale_trans.inverted()).extents * 72))
    return found


def shown(figure, text):
    """Tell whether a text is drawn: the labels of ticks outside of the view are not."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            ticks = {*axis.get_major_ticks(), *axis.get_minor_ticks()}
            if any(text in (tick.label1, tick.label2) for tick in ticks):
                drawn = {label for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
                return text in drawn
            if text is axis.get_offset_text():
                return True
    return True


def clipped(figure):
    """Return the texts that go over the edge of the figure, by more than a quarter of a point."""
    width, height = 72 * figure.get_size_inches()
    return [
        text.get_text()
        for text, (left, bottom, right, top) in letters(figure)
        if left < -0.25 or bottom < -0.25 or right > width + 0.25 or top > height + 0.25
    ]


def overlaps(figure):
    """Return pairs of texts that lie over each other, by more than half a point each way."""
    return [
        (one.get_text(), two.get_text())
        for (one, first), (two, second) in combinations(letters(figure), 2)
        if min(first[2], second[2]) - max(first[0], second[0]) > 0.5
        and min(first[3], second[3]) - max(first[1], second[1]) > 0.5
    ]
