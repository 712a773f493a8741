"""A chart of bars as SVG: one group an entry, one bar a tool, the shortest first."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_WIDTH, _LABELS, _BAR, _GAP = 760, 160, 18, 30
_STYLE = """text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600 }
rect { fill: #8c959f } rect.ours { fill: #0969da } rect.floor { fill: #d0d7de }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect.floor { fill: #484f58 } }"""
_KINDS = {"rung": "ours", "floor": "floor", "replay": "floor", "sqlite3": "floor", "psql": "floor"}


def bars(groups: Mapping[str, Mapping[str, float]]) -> str:
    """Seconds by tool, by what was done. Each group has a scale of its own."""
    parts: list[str] = []
    y = 0
    for title, values in groups.items():
        y += _GAP
        parts.append(f'<text class="title" x="0" y="{y}">{escape(title)}: seconds to apply</text>')
        longest = max(values.values(), default=1.0)
        for name, seconds in sorted(values.items(), key=lambda item: item[1]):
            y += _BAR + 4
            width = max(1.0, (_WIDTH - _LABELS - 70) * seconds / longest)
            kind = _KINDS.get(name, "")
            parts.append(
                f'<text x="{_LABELS - 8}" y="{y}" text-anchor="end">{escape(name)}</text>'
                f'<rect class="{kind}" x="{_LABELS}" y="{y - 13}" width="{width:.1f}" height="{_BAR - 2}"/>'
                f'<text x="{_LABELS + width + 6:.1f}" y="{y}">{seconds:.2f} s</text>'
            )
    height = y + _GAP // 2
    title = escape(", ".join(groups))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}">\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )
