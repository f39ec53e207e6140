"""What every peer tells the clock outside: one line each time that a window of samples is done."""
import itertools


def tell():
    print("window", flush=True)


def run(step, batch, window):
    """Calls `step()`, which handles `batch` samples, for ever; tells each time that `window` samples are done."""
    for done in itertools.count(1):
        step()
        if done * batch % window == 0:
            tell()
