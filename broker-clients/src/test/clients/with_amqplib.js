// The scenarios with Node's amqplib. It has no recovery: its users connect again.
"use strict";

const assert = require("node:assert/strict");
const { once } = require("node:events");
const { randomUUID } = require("node:crypto");
const { setTimeout: pause } = require("node:timers/promises");
const amqp = require("amqplib");

const NAME = process.env.NAME;
// In the hands of the consumer when its connection is cut, so that it has to come again.
const HELD = 25;
const PERSISTENT = { persistent: true };

const connect = () =>
  amqp.connect(process.env.AMQP_URL, { clientProperties: { connection_name: NAME } });

async function eventually(holds, what) {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what()}`);
    await pause(5);
  }
}

const ready = async (channel, queue) => (await channel.checkQueue(queue)).messageCount;

async function workQueues() {
  const queue = `${NAME}.tasks`;
  const boss = await (await connect()).createChannel();
  await boss.assertQueue(queue, { durable: true });

  const done = { first: [], second: [] };
  const givenUp = [];
  const redelivered = [];
  for (const worker of ["first", "second"]) {
    const connection = await connect();
    const channel = await connection.createChannel();
    await channel.prefetch(1);
    await channel.consume(queue, (message) => {
      const task = message.content.toString();
      // The first one gives up over its third task.
      if (worker === "first" && done.first.length === 2) {
        givenUp.push(task);
        connection.close();
        return;
      }
      if (message.fields.redelivered) redelivered.push(task);
      done[worker].push(task);
      channel.ack(message);
    });
  }
  const tasks = Array.from({ length: 20 }, (_, number) => `task ${number}`);
  for (const task of tasks) boss.sendToQueue(queue, Buffer.from(task), PERSISTENT);

  const all = () => [...done.first, ...done.second];
  await eventually(() => all().length >= tasks.length, () => `all tasks, done are ${all()}`);
  assert.deepEqual(all().sort(), tasks.sort());
  assert.equal(done.first.length, 2);
  assert.equal(givenUp.length, 1);
  assert.deepEqual(redelivered, givenUp);
  assert.equal(await ready(boss, queue), 0);
}

async function rpc() {
  const queue = `${NAME}.double`;
  const server = await (await connect()).createChannel();
  await server.assertQueue(queue, { durable: true });
  await server.consume(queue, (request) => {
    const { replyTo, correlationId } = request.properties;
    const result = Buffer.from(String(2 * Number(request.content)));
    server.sendToQueue(replyTo, result, { correlationId });
    server.ack(request);
  });

  const channel = await (await connect()).createChannel();
  const answers = new Map();
  const onAnswer = (message) =>
    answers.set(message.properties.correlationId, Number(message.content));
  const exclusive = (await channel.assertQueue("", { exclusive: true })).queue;
  assert.match(exclusive, /^amq\.gen-/);
  for (const replyTo of [exclusive, "amq.rabbitmq.reply-to"]) {
    await channel.consume(replyTo, onAnswer, { noAck: true });
    const asked = new Map();
    for (let number = 0; number < 10; number++) {
      const correlationId = randomUUID();
      asked.set(correlationId, number);
      channel.sendToQueue(queue, Buffer.from(String(number)), { replyTo, correlationId });
    }
    await eventually(
      () => [...asked.keys()].every((identity) => answers.has(identity)),
      () => `answers at ${replyTo}, got ${answers.size}`,
    );
    for (const [identity, number] of asked) assert.equal(answers.get(identity), 2 * number);
  }
}

async function confirms() {
  const channel = await (await connect()).createConfirmChannel();
  const queue = `${NAME}.orders`;
  await channel.assertQueue(queue, { durable: true });
  for (let number = 0; number < 50; number++) {
    channel.sendToQueue(queue, Buffer.from(`order ${number}`), PERSISTENT);
  }
  await channel.waitForConfirms();
  assert.equal(await ready(channel, queue), 50);

  const returned = once(channel, "return", { signal: AbortSignal.timeout(20_000) });
  channel.sendToQueue(`${NAME}.nobody`, Buffer.from("lost"), { mandatory: true });
  await channel.waitForConfirms();
  const [message] = await returned;
  assert.equal(message.fields.replyCode, 312);
  assert.equal(message.fields.replyText, "NO_ROUTE");
  assert.equal(message.content.toString(), "lost");

  const full = `${NAME}.full`;
  const options = { durable: true, maxLength: 2, arguments: { "x-overflow": "reject-publish" } };
  await channel.assertQueue(full, options);
  const outcomes = await Promise.allSettled(
    ["first", "second", "third"].map(
      (body) =>
        new Promise((resolve, reject) => {
          channel.sendToQueue(full, Buffer.from(body), PERSISTENT, (refused) =>
            refused ? reject(refused) : resolve(),
          );
        }),
    ),
  );
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ["fulfilled", "fulfilled", "rejected"],
  );
}

async function deadLetters() {
  const channel = await (await connect()).createChannel();
  const [exchange, work, dead] = ["dlx", "work", "dead"].map((each) => `${NAME}.${each}`);
  await channel.assertExchange(exchange, "direct", { durable: true });
  await channel.assertQueue(dead, { durable: true });
  await channel.bindQueue(dead, exchange, "failed");
  await channel.assertQueue(work, {
    durable: true,
    deadLetterExchange: exchange,
    deadLetterRoutingKey: "failed",
    maxLength: 2,
  });
  const letters = [];
  await channel.consume(dead, (letter) => letters.push(letter), { noAck: true });
  const expect = async (body, reason) => {
    await eventually(() => letters.length > 0, () => `the dead letter ${body}`);
    const letter = letters.shift();
    const [death] = letter.properties.headers["x-death"];
    assert.equal(letter.content.toString(), body);
    assert.equal(letter.fields.routingKey, "failed");
    assert.equal(death.reason, reason);
    assert.equal(death.queue, work);
    assert.equal(death.count, 1);
    assert.equal(death.exchange, "");
    assert.deepEqual(death["routing-keys"], [work]);
    assert.equal(letter.properties.headers["x-first-death-reason"], reason);
  };

  const { consumerTag } = await channel.consume(work, (bad) => channel.reject(bad, false));
  channel.sendToQueue(work, Buffer.from("bad"), PERSISTENT);
  await expect("bad", "rejected");
  await channel.cancel(consumerTag);

  channel.sendToQueue(work, Buffer.from("late"), { expiration: 50 });
  await expect("late", "expired");

  for (const body of ["oldest", "older", "new"]) channel.sendToQueue(work, Buffer.from(body), PERSISTENT);
  await expect("oldest", "maxlen");
  assert.equal(await ready(channel, work), 2);
}

async function reconnect() {
  const queue = `${NAME}.numbers`;
  const received = new Set();
  const again = new Set();
  let holds = false;
  let wasCut;
  const cut = new Promise((resolve) => (wasCut = resolve));

  // Gives a connection, and calls again with a new one whenever it is lost.
  const keep = async (open) => {
    const connection = await connect();
    connection.on("error", () => {}); // "close" follows
    connection.on("close", () => keep(open));
    await open(connection);
  };
  await keep(async (connection) => {
    const channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true });
    await channel.prefetch(10);
    await channel.consume(queue, async (message) => {
      const number = Number(message.content);
      if (message.fields.redelivered) {
        again.add(number);
      } else if (number === HELD) {
        holds = true;
        await cut;
        return; // its channel is gone
      }
      channel.ack(message);
      received.add(number);
    });
  });
  let publisher;
  await keep(async (connection) => {
    publisher = await connection.createConfirmChannel();
  });

  let sent = 0;
  const publish = async () => {
    for (;;) {
      try {
        await new Promise((resolve, reject) => {
          publisher.sendToQueue(queue, Buffer.from(String(sent)), PERSISTENT, (refused) =>
            refused ? reject(refused) : resolve(),
          );
        });
        sent++;
        return;
      } catch {
        // Closed, or closed before the confirm: the message may be there already.
        await pause(20);
      }
    }
  };
  while (sent < 50) await publish();
  await eventually(() => holds, () => "a message in the consumer's hands");
  console.log("cut 2");
  let done = false;
  once(process.stdin, "data").then(() => (done = true));
  // Publishing goes on meanwhile, and a while after.
  while (!done) await publish();
  wasCut();
  for (let more = 0; more < 50; more++) await publish();
  await eventually(
    () => received.size === sent && again.has(HELD),
    () => `all of ${sent}, received ${received.size}, again came ${[...again]}`,
  );
}

const scenarios = {
  "work-queues": workQueues,
  rpc,
  confirms,
  "dead-letters": deadLetters,
  reconnect,
};
scenarios[process.argv[2]]().then(
  () => process.exit(0),
  (wrong) => {
    console.log("wrong:", wrong);
    process.exit(1);
  },
);
