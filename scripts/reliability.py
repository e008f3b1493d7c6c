"""The reliability of a fit as a picture (needs matplotlib)."""

from __future__ import annotations

from pathlib import Path


def draw(table: list[list[float]], target: Path) -> None:
    """The reliability table as a picture: odds against being wrong, as told and as found, one
    circle a bin.
    """
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "reliability"  # the same table gives the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5.4, 4.2), layout="constrained")
    axes.plot([1e-4, 1], [1e-4, 1], color="#999", linewidth=1, label="told = found")
    told = [1 - mean for _, _, mean, _ in table]
    found = [max(1 - share, 0.5 / n) for _, n, _, share in table]
    axes.scatter(
        told,
        found,
        s=[8 + 60 * (n / max(r[1] for r in table)) for _, n, *_ in table],
        color="#1f5fa8",
    )
    for x, y, (_, n, _, share) in zip(told, found, table, strict=True):
        axes.annotate(f"{int(n):,}" + (" (none wrong)" if share == 1 else ""), (x, y), (6, -10),
            fontsize=7,
                      textcoords="offset points")  # fmt: skip
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="share wrong, as told",
        ylabel="share wrong, as found (out of fold)",
    )
    axes.legend(frameon=False, loc="upper left")
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})
