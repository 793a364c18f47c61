"""Real threads with connections of their own, let loose at one moment."""

import threading

from django.db import connection


def at_once(*acts):
    """What each of ``acts`` gave, or the exception it ended with, in their order."""
    outcomes, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(index):
        gate.wait()
        try:
            outcomes[index] = acts[index]()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
