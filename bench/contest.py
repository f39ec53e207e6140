"""Contenders as processes that take turns: stopped and continued by signals, clocked by the lines that they print."""
import os
import pathlib
import signal
import subprocess
import threading
import time


class Failed(Exception):
    pass


def on_cores(cores, command):
    return ["taskset", "--cpu-list", ",".join(map(str, sorted(cores))), *command]


class Running:
    """A contender's process. It runs from its start to the end of `warm_up`, and in `turn`; between them it is stopped."""

    def __init__(self, contender, cores, environment, scratch):
        self.contender = contender
        self.times, self.tail = [], []
        self.changed = threading.Condition()
        self.ended = False
        scratch = pathlib.Path(scratch)
        scratch.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            on_cores(cores, [word.replace("{scratch}", str(scratch)) for word in contender.command]), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", cwd=scratch, start_new_session=True,
            env={**environment, **dict(contender.environment)})
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            now = time.perf_counter()
            with self.changed:
                if line.startswith(self.contender.line):
                    self.times.append(now)
                else:
                    self.tail = (self.tail + [line.strip()])[-20:]
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _wait(self, done, timeout):
        with self.changed:
            if not self.changed.wait_for(lambda: done() or self.ended, timeout):
                raise Failed(f"no result in {timeout:.0f} s")
            if self.ended:
                raise Failed(next((line for line in reversed(self.tail) if line), "ended"))

    def warm_up(self, timeout):
        """Waits for the first window, in which things are compiled, and one more."""
        try:
            self._wait(lambda: len(self.times) > self.contender.lines, timeout)
        finally:
            self._signal(signal.SIGSTOP)

    def move_to(self, cores):
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            os.sched_setaffinity(int(task), cores)

    def turn(self, seconds, timeout):
        """Returns the samples per second of each whole window in about `seconds`. What was begun before does not count."""
        first = len(self.times)
        lines = self.contender.lines
        self._signal(signal.SIGCONT)
        try:
            self._wait(lambda: len(self.times) > first + lines and self.times[-1] - self.times[first] >= seconds, timeout)
        finally:
            self._signal(signal.SIGSTOP)
        times = self.times[first::lines]
        return [lines * self.contender.samples / (after - before) for before, after in zip(times, times[1:])]

    def end(self):
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


class Contest:
    """The contenders of a row on the same cores. `tell(contender, text)` hears of each that fails; it then drops out."""

    def __init__(self, cores, start_cores, environment, scratch, tell):
        self.cores, self.environment, self.scratch, self.tell = cores, environment, pathlib.Path(scratch), tell
        self.start_cores = start_cores  # Sets of cores on which contenders may start side by side.
        self.lock = threading.Lock()
        self.waiting, self.running = [], []
        self.over = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.lock:
            self.over = True
        for running in self.running:
            running.end()

    def start(self, contenders, timeout):
        """Starts and warms up all of them, as many at a time as there are sets of cores to start on."""
        self.waiting = list(enumerate(contenders))
        threads = [threading.Thread(target=self._start_some, args=(cores, timeout)) for cores in self.start_cores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        order = {contender.name: place for place, contender in enumerate(contenders)}
        self.running.sort(key=lambda running: order[running.contender.name])

    def _start_some(self, cores, timeout):
        while running := self._start_next(cores):
            try:
                running.warm_up(timeout)
                running.move_to(self.cores)
            except Failed as failure:
                self._drop(running, failure)

    def _start_next(self, cores):
        with self.lock:
            if self.over or not self.waiting:
                return None
            place, contender = self.waiting.pop(0)
            self.running.append(Running(contender, cores, self.environment, self.scratch / str(place)))
            return self.running[-1]

    def _drop(self, running, failure):
        running.end()
        with self.lock:
            self.running.remove(running)
            if self.over:
                return
        self.tell(running.contender, str(failure))

    def end(self, names):
        """Ends the contenders of these names."""
        ended = [running for running in self.running if running.contender.name in names]
        self.running = [running for running in self.running if running not in ended]
        for running in ended:
            running.end()

    def turn(self, number, seconds, timeout):
        """Yields (contender, rates of its windows), in the order of the row and back again by turns."""
        for running in list(self.running)[::1 if number % 2 else -1]:
            try:
                yield running.contender, running.turn(seconds, timeout)
            except Failed as failure:
                self._drop(running, failure)
