package io.pipeforce.bench.hub;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Starts a hub on a broker and measures what was asked for. */
public final class HubBench {
  private static final String QUEUE = "bench-hub";
  private static final String KEY = "bench.hub.webhook";
  private static final byte[] PAYLOAD =
      ("{\"order\":\"" + "x".repeat(1_000) + "\"}").getBytes(StandardCharsets.UTF_8);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final int CONNECTIONS = 64;
  private static final int TOKEN_CALLS = 20_000;
  private static final int SERVICES = 50;
  private static final int STATUS_RATE = 200;

  private final HubProcess hub;

  private HubBench(HubProcess hub) {
    this.hub = hub;
  }

  /** Arguments: what to measure, {@code webhooks tokens status}; the broker is RabbitMQ 4.0's. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("bench.home", ".")).toAbsolutePath();
    Properties broker = new Properties();
    try (Reader file =
        Files.newBufferedReader(home.resolve(".pi/brokers/rabbitmq-4.0.properties"))) {
      broker.load(file);
    }
    List<String> options =
        List.of(
            "--broker",
            broker.getProperty("amqp"),
            "--management",
            broker.getProperty("management"));
    try (HubProcess hub = HubProcess.start(home, options)) {
      HubBench bench = new HubBench(hub);
      for (String name : arguments) {
        switch (name) {
          case "webhooks" -> bench.webhooks();
          case "tokens" -> bench.tokens();
          case "status" -> bench.status();
          default -> throw new IllegalArgumentException("webhooks, tokens or status, not " + name);
        }
      }
    }
  }

  /** A webhook whose events come to a quorum queue; answers its path. */
  private String webhook() throws IOException {
    hub.command(
        "message.queue.put", Map.of("name", QUEUE, "args", Map.of("x-queue-type", "quorum")));
    hub.command("message.queue.purge", Map.of("name", QUEUE));
    hub.command("message.binding.put", Map.of("destinationName", QUEUE, "routingKey", KEY));
    URI url =
        URI.create(
            hub.command("webhook.put", Map.of("eventKey", KEY, "payloadType", "raw"))
                .path("url")
                .asString());
    return url.getPath() + "?" + url.getQuery();
  }

  private void webhooks() throws IOException, InterruptedException {
    String path = webhook();
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Times times = new Times();
    long begin = System.nanoTime() + WARM_UP.toNanos();
    long end = begin + MEASURED.toNanos();
    Duration cpu = hub.cpu();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (Caller caller = new Caller(hub.uri(), "Content-Type: application/json\r\n")) {
                  for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                    (caller.post(path, PAYLOAD).status() == 202 ? accepted : refused)
                        .incrementAndGet();
                    if (now >= begin) {
                      times.add(System.nanoTime() - now);
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Duration used = hub.cpu().minus(cpu).dividedBy(Math.max(1, accepted.get()));
    long arrived =
        hub.command("message.queue.get", Map.of("name", QUEUE)).path("messages").asLong();
    System.out.printf(
        "webhooks: %,d/s over %d connections (%s); 202 for %,d, in the queue %,d, else %,d;"
            + " %d µs of the hub's CPU each%n",
        times.count() / MEASURED.toSeconds(),
        CONNECTIONS,
        times,
        accepted.get(),
        arrived,
        refused.get(),
        used.toNanos() / 1_000);
    hub.command("message.queue.delete", Map.of("name", QUEUE));
    if (arrived < accepted.get()) {
      throw new IllegalStateException("webhooks were lost");
    }
  }

  /** Known and unknown tokens in random order, one call after the other. */
  private void tokens() throws IOException {
    Map<String, Times> times = new HashMap<>();
    String known = webhook();
    String unknown = known.replaceFirst("token=.*", "token=" + UUID.randomUUID());
    Random random = new Random(7);
    try (Caller caller = new Caller(hub.uri(), "Content-Type: application/json\r\n")) {
      for (int i = 0; i < TOKEN_CALLS; i++) {
        boolean isKnown = random.nextBoolean();
        long begin = System.nanoTime();
        caller.post(isKnown ? known : unknown, PAYLOAD);
        if (i >= TOKEN_CALLS / 10) {
          times
              .computeIfAbsent(isKnown ? "known  " : "unknown", _ -> new Times())
              .add(System.nanoTime() - begin);
        }
      }
    }
    times.forEach((token, each) -> System.out.println("token " + token + ": " + each));
    hub.command("message.queue.delete", Map.of("name", QUEUE));
  }

  /**
   * Status of one of many services at a steady rate, and beside it a request that does nothing:
   * what that takes is the machine's.
   */
  private void status() throws IOException, InterruptedException {
    for (int i = 0; i < SERVICES; i++) {
      hub.command("service.start", Map.of("name", "bench-" + i));
    }
    for (String command : List.of("help", "service.status", "help", "service.status")) {
      Times times = atRate(command);
      System.out.printf("%s at %d/s with %d services: %s%n", command, STATUS_RATE, SERVICES, times);
    }
    for (int i = 0; i < SERVICES; i++) {
      hub.command("service.stop", Map.of("name", "bench-" + i));
    }
  }

  /** Each call has its time when it is due, whether the one before is answered or not. */
  private Times atRate(String command) throws InterruptedException {
    Times times = new Times();
    long interval = TimeUnit.SECONDS.toNanos(1) / STATUS_RATE;
    long begin = System.nanoTime();
    long calls = WARM_UP.plus(MEASURED).toNanos() / interval;
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (Caller caller = hub.caller()) {
                  for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                    long due = begin + n * interval;
                    LockSupport.parkNanos(due - System.nanoTime());
                    String name = command.equals("help") ? "log" : "bench-" + n % SERVICES;
                    byte[] parameters = JsonMapper.shared().writeValueAsBytes(Map.of("name", name));
                    int status = caller.post("/api/v3/command/" + command, parameters).status();
                    if (status != 200) {
                      throw new IOException(command + " answered " + status);
                    }
                    if (due - begin >= WARM_UP.toNanos()) {
                      times.add(System.nanoTime() - due);
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return times;
  }
}
