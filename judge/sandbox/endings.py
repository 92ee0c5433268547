"""Workers that end while their submission's verdict is already being found.

Giving back a worker's memory takes as long as a case does, and no evidence comes of it any longer. But a
thread begins with its next submission only when all that it has judged is gone: nothing is left of one
beside the next.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from judge.sandbox.case_run import CaseRun

THREADS = 64  # made as they are needed: one submission that is long in ending keeps no other one's thread


class Endings:
    """Ends workers in the background. Thread-safe."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="judge-end")
        self._own = threading.local()

    def end(self, run: CaseRun) -> None:
        """Have a run's worker end, and don't wait for it."""
        run.dismiss()
        try:
            self._begun().append(self._threads.submit(run.close))
        except RuntimeError:  # closed meanwhile, as by Ctrl-C
            run.close()

    def wait(self) -> None:
        """Wait for all that this thread has had ended.

        Raises:
            Exception: what one of them failed with.
        """
        begun = self._begun()
        while begun:
            begun.pop().result()

    def close(self) -> None:
        """Wait for all; those that come later are waited for where they come."""
        self._threads.shutdown()

    def _begun(self) -> list[Future[None]]:
        if not hasattr(self._own, "begun"):
            self._own.begun = []
        begun: list[Future[None]] = self._own.begun
        return begun
