"""The scenarios with kombu, Celery's messaging library, on its py-amqp transport."""
import os
import socket
import sys
import threading
import time
import uuid

from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.mixins import ConsumerMixin

NAME = os.environ["NAME"]
# In the hands of the consumer when its connection is cut, so that it has to come again.
HELD = 25


def connect(**options):
    options["client_properties"] = {"connection_name": NAME}
    return Connection(os.environ["AMQP_URL"], transport_options=options)


def check(holds, message):
    if not holds:
        print("wrong: " + message, flush=True)
        os._exit(1)


def ready(queue, channel):
    return queue(channel).queue_declare(passive=True).message_count


def drain_until(connection, enough, what):
    deadline = time.monotonic() + 20
    while not enough():
        check(time.monotonic() < deadline, f"waited in vain for {what()}")
        try:
            connection.drain_events(timeout=1)
        except socket.timeout:
            pass


def work_queues():
    queue = Queue(NAME + ".tasks", durable=True)
    boss = connect()
    tasks = [{"task": number} for number in range(20)]
    producer = boss.Producer(serializer="json")
    for task in tasks:
        producer.publish(task, routing_key=queue.name, declare=[queue], delivery_mode="persistent")

    done = {"first": [], "second": []}
    left = []
    redelivered = []

    def work(worker):
        def task(body, message):
            if worker == "first" and len(done["first"]) == 5:
                left.append(body)
                return
            if message.delivery_info["redelivered"]:
                redelivered.append(body)
            done[worker].append(body)
            message.ack()
        return task

    with connect() as first:
        with Consumer(first, [queue], callbacks=[work("first")], prefetch_count=1):
            drain_until(first, lambda: left, lambda: f"the sixth task, done are {done}")
        first.release()
    with connect() as second:
        with Consumer(second, [queue], callbacks=[work("second")], prefetch_count=1):
            drain_until(second, lambda: len(done["second"]) == 15, lambda: f"all tasks, done are {done}")
    all_done = sorted(body["task"] for body in done["first"] + done["second"])
    check(all_done == list(range(20)), f"done are {done}")
    check(redelivered == left, f"redelivered are {redelivered}, not {left}")
    check(ready(queue, boss.default_channel) == 0, "there are tasks left")


def rpc():
    queue = Queue(NAME + ".double", durable=True)

    class Server(ConsumerMixin):
        def __init__(self, connection):
            self.connection = connection

        def get_consumers(self, consumer, channel):
            return [consumer([queue], on_message=self.answer)]

        def answer(self, message):
            Producer(message.channel).publish(
                {"result": message.payload["number"] * 2},
                routing_key=message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
            )
            message.ack()

    threading.Thread(target=Server(connect()).run, daemon=True).start()
    with connect() as connection:
        replies = Queue(NAME + "." + uuid.uuid4().hex, exclusive=True, auto_delete=True)
        answers = {}

        def answer(body, message):
            answers[message.properties["correlation_id"]] = body["result"]

        with Consumer(connection, [replies], callbacks=[answer], no_ack=True):
            asked = {uuid.uuid4().hex: number for number in range(10)}
            for identity, number in asked.items():
                connection.Producer().publish(
                    {"number": number}, routing_key=queue.name, declare=[queue],
                    reply_to=replies.name, correlation_id=identity,
                )
            drain_until(connection, lambda: len(answers) == 10, lambda: f"answers, got {answers}")
        check(answers == {one: number * 2 for one, number in asked.items()}, f"answers are {answers}")


def confirms():
    # With this option, publishing waits for the confirm.
    connection = connect(confirm_publish=True)
    channel = connection.channel()
    queue = Queue(NAME + ".orders", durable=True)
    producer = Producer(channel)
    for number in range(50):
        producer.publish({"order": number}, routing_key=queue.name, declare=[queue])
    check(ready(queue, channel) == 50, f"{ready(queue, channel)} of 50 orders are in the queue")

    returned = []
    producer = Producer(channel, on_return=lambda exception, *message: returned.append(exception))
    producer.publish("lost", routing_key=NAME + ".nobody", mandatory=True)
    drain_until(connection, lambda: returned, lambda: "the return of what no queue wants")
    check(returned[0].reply_code == 312, f"returned with {returned}")

    full = Queue(NAME + ".full", max_length=2, queue_arguments={"x-overflow": "reject-publish"})
    producer = Producer(channel)
    try:
        for number in range(3):
            producer.publish(number, routing_key=full.name, declare=[full])
        check(False, "a full queue took everything")
    except Exception as refused:
        check(number == 2 and type(refused).__name__ == "MessageNacked", f"{number} failed: {refused!r}")


def dead_letters():
    connection = connect()
    channel = connection.channel()
    exchange = Exchange(NAME + ".dlx", "direct", durable=True)
    dead = Queue(NAME + ".dead", exchange, routing_key="failed")
    work = Queue(NAME + ".work", max_length=2, queue_arguments={
        "x-dead-letter-exchange": exchange.name,
        "x-dead-letter-routing-key": "failed",
    })
    for queue in (dead, work):
        queue(channel).declare()
    letters = []

    def letter(_body, message):
        letters.append(message)
        message.ack()

    def expect(body, reason):
        drain_until(connection, lambda: letters, lambda: f"the dead letter {body}")
        message = letters.pop()
        death = message.headers["x-death"][0]
        check(message.payload == body, f"the dead letter is {message.payload}, not {body}")
        check(death["reason"] == reason, f"{body} died of {death['reason']}")
        check(death["queue"] == work.name and death["count"] == 1, f"death is {death}")
        check(death["routing-keys"] == [work.name], f"death is {death}")

    with Consumer(channel, [dead], callbacks=[letter]):
        producer = Producer(channel)
        producer.publish("bad", routing_key=work.name)
        rejected = []
        with Consumer(connection.channel(), [work], on_message=lambda bad: (bad.reject(), rejected.append(bad))):
            drain_until(connection, lambda: rejected, lambda: "the bad message")
        expect("bad", "rejected")
        producer.publish("late", routing_key=work.name, expiration=0.05)
        expect("late", "expired")
        for body in ("oldest", "older", "new"):
            producer.publish(body, routing_key=work.name)
        expect("oldest", "maxlen")
        check(ready(work, channel) == 2, "the queue does not hold its two messages")


def reconnect():
    queue = Queue(NAME + ".numbers", durable=True)
    received = set()
    again = set()
    holds = threading.Event()
    was_cut = threading.Event()

    # The mixin connects again by itself.
    class Receiver(ConsumerMixin):
        def __init__(self, connection):
            self.connection = connection

        def get_consumers(self, consumer, channel):
            return [consumer([queue], callbacks=[self.number], prefetch_count=10)]

        def number(self, number, message):
            if message.delivery_info["redelivered"]:
                again.add(number)
            elif number == HELD:
                holds.set()
                was_cut.wait(40)
            message.ack()
            received.add(number)

    def await_cut():
        print("cut 2", flush=True)
        sys.stdin.readline()
        was_cut.set()

    threading.Thread(target=Receiver(connect()).run, daemon=True).start()
    connection = connect(confirm_publish=True)
    producer = Producer(connection.channel())
    # It tries again until the message is confirmed, with a new connection when need be.
    ensured = connection.ensure(producer, producer.publish, max_retries=20, interval_start=0.05)

    def publish(number):
        ensured(number, routing_key=queue.name, declare=[queue], delivery_mode="persistent")

    sent = 0
    while sent < 50:
        publish(sent)
        sent += 1
    check(holds.wait(20), "no message is in the consumer's hands")
    threading.Thread(target=await_cut, daemon=True).start()
    # Publishing goes on meanwhile, and a while after.
    while not was_cut.is_set():
        publish(sent)
        sent += 1
    for _ in range(50):
        publish(sent)
        sent += 1
    deadline = time.monotonic() + 30
    while len(received) < sent or HELD not in again:
        check(time.monotonic() < deadline, f"lost are {sorted(set(range(sent)) - received)}, again came {again}")
        time.sleep(0.01)


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")]()
