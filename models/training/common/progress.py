"""One line that says how far a run is: rewritten on a terminal, a new one each time in a log."""

import sys
import time

WIDTH = 24  # characters of the bar
TERMINAL_SECONDS, LOG_SECONDS = 0.5, 30  # between two lines


class Progress:
    def __init__(self, total, done=0, stream=sys.stderr):
        self.total, self.first, self.stream = total, done, stream
        self.start = self.last = time.monotonic()
        self.terminal = stream.isatty()

    def show(self, done, figures, last=False):
        """figures: names and values to show beside the bar."""
        now = time.monotonic()
        if not last and now - self.last < (TERMINAL_SECONDS if self.terminal else LOG_SECONDS):
            return
        self.last = now
        rate = (done - self.first) / max(now - self.start, 1e-9)
        bar = "#" * int(WIDTH * done / self.total)
        left = (self.total - done) / rate if rate > 0 else float("inf")
        text = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        line = f"[{bar:<{WIDTH}}] {done:,}/{self.total:,}  {rate:,.0f}/s  {left / 60:.0f} min left  {text}"
        self.stream.write(f"\r{line}\033[K" if self.terminal else line + "\n")
        if last and self.terminal:
            self.stream.write("\n")
        self.stream.flush()
