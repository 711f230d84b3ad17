package io.pipeforce.bench.scale;

import io.pipeforce.bench.Spread;
import io.pipeforce.bench.hub.Caller;
import io.pipeforce.bench.hub.HubProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a request costs a hub: callers that ask again as soon as they are answered. */
final class HubWork {
  static final String RATE = "requests/s";
  static final String CPU = "CPU of the hub, µs/request";

  private static final int CALLERS = 8;
  private static final int SERVICES = 50;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration MEASURED = Duration.ofSeconds(4);

  private final Figures figures;

  HubWork(Figures figures) {
    this.figures = figures;
  }

  void measure(Path home, Rabbit rabbit) throws IOException, InterruptedException {
    List<String> options =
        List.of(
            "--broker", rabbit.amqp().toString(), "--management", rabbit.management().toString());
    try (HubProcess hub = HubProcess.start(home, options)) {
      for (int i = 0; i < SERVICES; i++) {
        hub.command("service.start", Map.of("name", "bench-" + i));
      }
      byte[] event =
          JsonMapper.shared()
              .writeValueAsBytes(
                  Map.of("key", "bench.scale", "payload", Map.of("text", "x".repeat(1000))));
      byte[] name = JsonMapper.shared().writeValueAsBytes(Map.of("name", "bench-7"));
      for (int round = 1; round <= 2; round++) {
        calls(hub, "service.status", name, round);
        calls(hub, "event.send", event, round);
        webhooks(hub, round);
      }
      for (int i = 0; i < SERVICES; i++) {
        hub.command("service.stop", Map.of("name", "bench-" + i));
      }
    }
  }

  private interface Request {
    int answered(Caller caller) throws IOException;
  }

  private void calls(HubProcess hub, String command, byte[] parameters, int round)
      throws InterruptedException {
    run(
        hub,
        command,
        hub::caller,
        caller -> caller.post("/api/v3/command/" + command, parameters).status(),
        round);
  }

  private void webhooks(HubProcess hub, int round) throws IOException, InterruptedException {
    URI url =
        URI.create(
            hub.command("webhook.put", Map.of("eventKey", "bench.scale", "payloadType", "raw"))
                .path("url")
                .asString());
    String path = url.getPath() + "?" + url.getQuery();
    byte[] payload = ("{\"order\":\"" + "x".repeat(1000) + "\"}").getBytes(StandardCharsets.UTF_8);
    run(
        hub,
        "webhook",
        () -> new Caller(hub.uri(), "Content-Type: application/json\r\n"),
        caller -> caller.post(path, payload).status(),
        round);
  }

  private interface Callers {
    Caller open() throws IOException;
  }

  private void run(HubProcess hub, String name, Callers callers, Request request, int round)
      throws InterruptedException {
    figures.begin("hub " + name, round);
    during(callers, request, WARM_UP);
    Duration cpu = hub.cpu();
    List<Long> times = during(callers, request, MEASURED);
    double used = hub.cpu().minus(cpu).toNanos() / 1e3 / times.size();
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    figures.add("hub " + name, "hub", round, RATE, times.size() / (double) MEASURED.toSeconds());
    figures.add("hub " + name, "hub", round, CPU, used);
    figures.add("hub " + name, "hub", round, "p50 ms", Spread.percentile(sorted, 0.5) / 1e6);
    figures.add("hub " + name, "hub", round, "p99 ms", Spread.percentile(sorted, 0.99) / 1e6);
  }

  private static List<Long> during(Callers callers, Request request, Duration duration)
      throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    List<List<Long>> times = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      List<Long> mine = new ArrayList<>();
      times.add(mine);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (Caller caller = callers.open()) {
                  for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                    int status = request.answered(caller);
                    if (status >= 300) {
                      throw new IOException("the hub answered " + status);
                    }
                    mine.add(System.nanoTime() - now);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return times.stream().flatMap(List::stream).toList();
  }
}
