import threading

from toys import Heard

from judge.run.progress import OneAtATime


class Watched(Heard):
    """Remembers how many were telling it something at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = 0

    def note(self, message: str) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        threading.Event().wait(0.001)  # so that another thread comes in, unless it is kept out
        super().note(message)
        self.inside -= 1


def test_what_threads_say_at_once_is_told_one_after_another() -> None:
    heard = Watched()
    told, gate = OneAtATime(heard), threading.Barrier(8)

    def say(number: int) -> None:
        gate.wait()
        for _ in range(5):
            told.note(f"{number}")

    threads = [threading.Thread(target=say, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (heard.most, len(heard.notes)) == (1, 40)


def test_all_else_is_passed_on() -> None:
    heard = Heard()
    told = OneAtATime(heard)
    told.started(3)
    told.close()
    assert (heard.total, heard.closed) == (3, 1)
