"""The scenarios with pika's blocking connection."""
import os
import sys
import threading
import time
import uuid

import pika
from pika.exceptions import AMQPConnectionError, NackError, UnroutableError

NAME = os.environ["NAME"]
# In the hands of the consumer when its connection is cut, so that it has to come again.
HELD = 25
PERSISTENT = pika.BasicProperties(delivery_mode=2)


def connect():
    parameters = pika.URLParameters(os.environ["AMQP_URL"])
    parameters.client_properties = {"connection_name": NAME}
    return pika.BlockingConnection(parameters)


def check(holds, message):
    if not holds:
        sys.exit("wrong: " + message)


def ready(channel, queue):
    return channel.queue_declare(queue, passive=True).method.message_count


def work_queues():
    queue = NAME + ".tasks"
    connections = [connect(), connect(), connect()]
    first, second, boss = [connection.channel() for connection in connections]
    boss.queue_declare(queue, durable=True)
    tasks = [f"task {number}" for number in range(20)]
    for task in tasks:
        boss.basic_publish("", queue, task, PERSISTENT)

    # The first worker takes its share, one task at a time, and dies over the last one.
    first.basic_qos(prefetch_count=1)
    second.basic_qos(prefetch_count=1)
    unfinished = None
    done = []
    for method, _, body in first.consume(queue):
        if len(done) == 5:
            unfinished = body.decode()
            break
        done.append(body.decode())
        first.basic_ack(method.delivery_tag)
    connections[0].close()

    redelivered = []
    for method, _, body in second.consume(queue, inactivity_timeout=10):
        check(method is not None, f"no task for the second worker, done are {done}")
        if method.redelivered:
            redelivered.append(body.decode())
        done.append(body.decode())
        second.basic_ack(method.delivery_tag)
        if len(done) == len(tasks):
            break
    second.cancel()
    check(sorted(done) == sorted(tasks), f"done are {done}")
    check(redelivered == [unfinished], f"redelivered are {redelivered}, not {unfinished}")
    check(ready(boss, queue) == 0, "there are tasks left")


def rpc():
    queue = NAME + ".double"
    connection = connect()

    def serve():
        channel = connect().channel()
        channel.queue_declare(queue, durable=True)
        listening.set()
        for method, request, body in channel.consume(queue):
            reply = pika.BasicProperties(correlation_id=request.correlation_id)
            channel.basic_publish("", request.reply_to, str(int(body) * 2), reply)
            channel.basic_ack(method.delivery_tag)

    listening = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    check(listening.wait(10), "the server did not start")

    # Twice: with an exclusive queue for the answers, and with RabbitMQ's direct reply-to.
    for direct in (False, True):
        channel = connection.channel()
        answers = {}
        if direct:
            reply_to = "amq.rabbitmq.reply-to"
        else:
            reply_to = channel.queue_declare("", exclusive=True).method.queue
            check(reply_to.startswith("amq.gen-"), f"the server named a queue {reply_to}")

        def answer(_channel, _method, properties, body):
            answers[properties.correlation_id] = int(body)

        channel.basic_consume(reply_to, answer, auto_ack=True)
        asked = {}
        for number in range(10):
            identity = str(uuid.uuid4())
            asked[identity] = number
            request = pika.BasicProperties(reply_to=reply_to, correlation_id=identity)
            channel.basic_publish("", queue, str(number), request)
        deadline = time.monotonic() + 20
        while len(answers) < len(asked) and time.monotonic() < deadline:
            connection.process_data_events(time_limit=1)
        expected = {identity: number * 2 for identity, number in asked.items()}
        check(answers == expected, f"answers are {answers}, not {expected}")
        channel.close()


def confirms():
    channel = connect().channel()
    channel.confirm_delivery()
    queue = NAME + ".orders"
    channel.queue_declare(queue, durable=True)
    for number in range(50):
        channel.basic_publish("", queue, f"order {number}", PERSISTENT, mandatory=True)
    check(ready(channel, queue) == 50, f"{ready(channel, queue)} of 50 orders are in the queue")

    try:
        channel.basic_publish("", NAME + ".nobody", "lost", mandatory=True)
        check(False, "a message that no queue wants was not returned")
    except UnroutableError as unroutable:
        returned = unroutable.messages[0]
        check(returned.method.reply_code == 312, f"returned with {returned.method}")
        check(returned.body == b"lost", f"returned is {returned.body}")

    full = NAME + ".full"
    arguments = {"x-max-length": 2, "x-overflow": "reject-publish"}
    channel.queue_declare(full, durable=True, arguments=arguments)
    channel.basic_publish("", full, "first", PERSISTENT)
    channel.basic_publish("", full, "second", PERSISTENT)
    try:
        channel.basic_publish("", full, "third", PERSISTENT)
        check(False, "a full queue took a message")
    except NackError:
        pass


def dead_letters():
    channel = connect().channel()
    exchange, queue, dead = NAME + ".dlx", NAME + ".work", NAME + ".dead"
    channel.exchange_declare(exchange, "direct", durable=True)
    channel.queue_declare(dead, durable=True)
    channel.queue_bind(dead, exchange, "failed")
    channel.queue_declare(queue, durable=True, arguments={
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": "failed",
        "x-max-length": 2,
    })

    def dead_letter():
        for method, properties, body in channel.consume(dead, inactivity_timeout=10):
            check(method is not None, "no dead letter")
            channel.basic_ack(method.delivery_tag)
            channel.cancel()
            return properties, body.decode()

    def expect(body, reason):
        properties, found = dead_letter()
        death = properties.headers["x-death"][0]
        check(found == body, f"the dead letter is {found}, not {body}")
        check(death["reason"] == reason, f"{body} died of {death['reason']}")
        check(death["queue"] == queue and death["count"] == 1, f"death is {death}")
        check(death["routing-keys"] == [queue], f"death is {death}")
        check(properties.headers["x-first-death-reason"] == reason, f"headers {properties.headers}")
        return death

    channel.basic_publish("", queue, "bad", PERSISTENT)
    for method, _, _ in channel.consume(queue):
        channel.basic_reject(method.delivery_tag, requeue=False)
        break
    channel.cancel()
    expect("bad", "rejected")

    channel.basic_publish("", queue, "late", pika.BasicProperties(expiration="50"))
    death = expect("late", "expired")
    check(death["original-expiration"] == "50", f"death is {death}")

    for body in ("oldest", "older", "new"):
        channel.basic_publish("", queue, body, PERSISTENT)
    expect("oldest", "maxlen")
    check(ready(channel, queue) == 2, "the queue does not hold its two messages")


def reconnect():
    queue = NAME + ".numbers"
    with connect() as connection:
        connection.channel().queue_declare(queue, durable=True)
    received = set()
    again = set()
    holds = threading.Event()
    was_cut = threading.Event()

    def consume():
        while True:
            try:
                channel = connect().channel()
                channel.basic_qos(prefetch_count=10)
                for method, _, body in channel.consume(queue):
                    if method.redelivered:
                        again.add(int(body))
                    elif int(body) == HELD:
                        holds.set()
                        was_cut.wait(40)
                    channel.basic_ack(method.delivery_tag)
                    received.add(int(body))
            except AMQPConnectionError:
                pass

    def await_cut():
        print("cut 2", flush=True)
        sys.stdin.readline()
        was_cut.set()

    channels = []

    def publish(number):
        while True:
            try:
                if not channels:
                    channels.append(connect().channel())
                    channels[0].confirm_delivery()
                channels[0].basic_publish("", queue, str(number), PERSISTENT)
                return
            except AMQPConnectionError:
                channels.clear()

    threading.Thread(target=consume, daemon=True).start()
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
