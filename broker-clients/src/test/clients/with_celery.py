"""Celery: a worker in a process of its own, and a program that waits for what its tasks return."""
import os
import subprocess
import sys
import tempfile
import time

from celery import Celery, group

NAME = os.environ["NAME"]
# In the hands of the worker when its connection is cut, so that it has to come again.
HELD = 20

app = Celery("tasks", broker=os.environ["AMQP_URL"], backend="rpc://")
app.conf.update(
    task_default_queue=NAME + ".celery",
    # A task counts as done when it has been done: one whose worker lost its connection comes back.
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    broker_transport_options={"confirm_publish": True, "client_properties": {"connection_name": NAME}},
)


@app.task(name="double")
def double(number):
    return number * 2


@app.task(name="stumble", bind=True, max_retries=3)
def stumble(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0.1)
    return self.request.retries


@app.task(name="fail")
def fail():
    raise ValueError("as it was told")


@app.task(name="note")
def note(number):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{number}\n")
    while number == HELD and not os.path.exists(os.environ["NOTES"] + ".cut"):
        time.sleep(0.02)


def noted():
    with open(os.environ["NOTES"]) as notes:
        return [int(line) for line in notes]


def check(holds, message):
    if not holds:
        sys.exit("wrong: " + message)


def main():
    folder = tempfile.TemporaryDirectory()
    os.environ["NOTES"] = os.path.join(folder.name, "notes")
    open(os.environ["NOTES"], "w").close()
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "with_celery", "worker", "--pool", "solo", "--loglevel", "warning",
         "--without-gossip", "--without-mingle", "--without-heartbeat"],
        cwd=os.path.dirname(os.path.abspath(__file__)), env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    try:
        check(double.delay(21).get(timeout=40) == 42, "twice 21 is not 42")
        check(group(double.s(number) for number in range(20)).delay().get(timeout=20) == list(range(0, 40, 2)),
              "the results of a group are not in its order")
        check(stumble.delay().get(timeout=20) == 2, "a task was not tried again")
        try:
            fail.delay().get(timeout=20)
            check(False, "a task that failed has a result")
        except ValueError as failure:
            check(str(failure) == "as it was told", f"it failed with {failure!r}")

        # All connections are cut, the worker's and ours; both go on by themselves. A result that was under way may be
        # lost then, for the queue of the results goes with its connection. A task may not.
        deadline = time.monotonic() + 60
        for number in range(60):
            note.apply_async((number,), retry=True, retry_policy={"max_retries": 20})
            if number == 40:
                while HELD not in noted():
                    check(time.monotonic() < deadline, f"done are {noted()}")
                    time.sleep(0.02)
                # Two of the worker, for tasks and results, and two of ours.
                print("cut 4", flush=True)
                sys.stdin.readline()
                open(os.environ["NOTES"] + ".cut", "w").close()
        while set(noted()) != set(range(60)) or noted().count(HELD) < 2:
            check(worker.poll() is None, "the worker ended")
            check(time.monotonic() < deadline, f"done are {noted()}")
            time.sleep(0.05)
    finally:
        worker.terminate()
        worker.wait(20)


if __name__ == "__main__":
    main()
