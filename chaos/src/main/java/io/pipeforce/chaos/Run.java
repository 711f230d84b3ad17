package io.pipeforce.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: start the parts, break them by plan while messages flow, wait until all is settled,
 * check.
 */
final class Run {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  /** Longer than any delay, time-out or half-open connection. */
  private static final Duration NOTHING_HAPPENS = Duration.ofSeconds(60);

  /** A duplicate may be in the hands of a handler, or on its way back from a delay. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  /** How many messages may wait before the producer pauses, and when it goes on. */
  private static final int LONG_BACKLOG = 20_000;

  private static final int SHORT_BACKLOG = 10_000;

  /** The part of the messages that is sent before the last fault has healed. */
  private static final double REST = 0.985;

  private final Options options;
  private final BrokerControl broker;
  private final Path folder;
  private final Consumer<String> progress;
  private final Traffic traffic;
  private final Evidence evidence;
  private final Operator operator;
  private final LedgerCheck ledgers = new LedgerCheck();
  private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
  private final Timeline timeline = new Timeline();
  private volatile boolean sending = true;
  private volatile boolean held;

  /** The producer waits here until what happens has healed: each fault meets messages. */
  private volatile int limit;

  private Duration sendingTook = Duration.ZERO;

  Run(Options options, BrokerControl broker, Path folder, Consumer<String> progress) {
    this.options = options;
    this.broker = broker;
    this.folder = folder;
    this.progress = progress;
    this.traffic = new Traffic(options.seed(), options.messages(), options.poisons());
    this.evidence = new Evidence(folder);
    this.operator = new Operator(broker.amqp(), broker.management());
  }

  Result run() throws IOException, InterruptedException, TimeoutException {
    List<FaultKind> kinds =
        (options.faults().isEmpty() ? List.of(FaultKind.values()) : options.faults())
            .stream().filter(broker.faults()::contains).toList();
    Plan plan = Plan.of(options.seed(), options.messages(), kinds, options.steps());
    operator.clean();
    List<Replica> replicas = new ArrayList<>();
    @Nullable Child producer = null;
    try (Proxy toService = new Proxy(broker.amqp());
        Proxy toProducer = new Proxy(broker.amqp())) {
      for (int i = 1; i <= options.replicas(); i++) {
        Replica replica =
            new Replica(i, traffic, options.kills(), toService.port(), folder, ledgers);
        replicas.add(replica);
        replica.start();
      }
      Pause.require("a ready service", () -> areReady(replicas), PATIENCE);
      producer = startProducer(toProducer);
      Duration begin = timeline.now();
      Injector injector =
          new Injector(
              traffic, evidence, broker, operator, producer, replicas, toService, toProducer);
      Child sender = producer;
      Thread breaking = Thread.ofVirtual().start(() -> follow(plan, injector, sender, replicas));
      watchUntilSettled(sender, replicas, breaking);
      Duration end = timeline.now();
      for (Replica replica : replicas) {
        replica.stop();
        troubles.addAll(replica.problems());
      }
      return result(kinds, replicas, sendingTook.minus(begin), end.minus(begin));
    } finally {
      for (Replica replica : replicas) {
        replica.abandon();
      }
      if (producer != null) {
        producer.kill();
      }
    }
  }

  private Child startProducer(Proxy proxy) throws IOException {
    return Child.start(
        "producer",
        folder,
        Map.of(),
        "256m",
        Producer.class.getName(),
        List.of(
            Long.toString(traffic.seed()),
            Integer.toString(traffic.messages()),
            Integer.toString(traffic.poisons()),
            Integer.toString(proxy.port()),
            folder.toString()));
  }

  private Result result(
      List<FaultKind> kinds, List<Replica> replicas, Duration sent, Duration total)
      throws IOException, InterruptedException {
    evidence.look();
    Leftovers leftovers = Leftovers.drain(operator);
    Checker.Verdict verdict = Checker.check(traffic, evidence, leftovers);
    troubles.addAll(overstated());
    return new Result(
        options,
        broker.name(),
        traffic,
        kinds,
        timeline,
        evidence,
        leftovers,
        verdict,
        ledgers,
        replicas,
        sent,
        total,
        List.copyOf(troubles));
  }

  /** A process that says it acked more than its handlers noted has acked too early. */
  private List<String> overstated() {
    List<String> found = new ArrayList<>();
    for (LedgerCheck.Final ended : ledgers.finals()) {
      Map<Handler, Long> noted = evidence.callsOf(ended.process());
      for (Handler handler : Handler.values()) {
        LedgerCheck.Columns columns = ended.handlers().get(handler.qualified());
        long calls = noted.getOrDefault(handler, 0L);
        if (columns != null && columns.acked() > calls) {
          found.add(
              ended.process()
                  + ": "
                  + handler.method()
                  + " acked "
                  + columns.acked()
                  + ", but its journal has "
                  + calls);
        }
      }
    }
    return found;
  }

  // --- breaking --------------------------------------------------------------------------------

  private void follow(Plan plan, Injector injector, Child producer, List<Replica> replicas) {
    try {
      for (int i = 0; i < plan.steps().size(); i++) {
        Plan.Step step = plan.steps().get(i);
        allow(
            producer,
            i + 1 < plan.steps().size()
                ? plan.steps().get(i + 1).at()
                : (int) (traffic.messages() * REST));
        if (!Pause.until(() -> evidence.confirmedCount() >= step.at() || !sending, FOR_EVER)) {
          return;
        }
        follow(step, injector, replicas);
      }
      allow(producer, traffic.messages());
    } catch (IOException e) {
      troubles.add("the plan was not followed to its end: " + e);
    } catch (InterruptedException e) {
      // The run is over.
      Thread.currentThread().interrupt();
    }
  }

  private void allow(Child producer, int messages) {
    limit = messages;
    producer.say("until " + messages);
  }

  private void follow(Plan.Step step, Injector injector, List<Replica> replicas)
      throws IOException, InterruptedException {
    Duration at = timeline.now();
    int confirmed = evidence.confirmedCount();
    List<Thread> threads = new ArrayList<>();
    for (Fault fault : step.faults()) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  injector.inject(fault);
                } catch (IOException | TimeoutException | RuntimeException e) {
                  troubles.add(fault + " was not done: " + e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Duration healed = timeline.now();
    long calls = evidence.calls();
    int before = evidence.confirmedCount();
    boolean well =
        Pause.until(
            () ->
                areReady(replicas)
                    && (held
                        || !sending
                        || evidence.confirmedCount() >= limit
                        || (evidence.confirmedCount() > before && evidence.calls() > calls)),
            PATIENCE);
    Duration recovered = timeline.now().minus(healed);
    if (!well) {
      troubles.add("no recovery within " + PATIENCE.toSeconds() + " s of " + step);
    }
    timeline.add(new Timeline.Event(at, confirmed, step.faults(), healed.minus(at), recovered));
    progress.accept(
        "%6.1f s  %,9d confirmed  %s: over after %.1f s, recovered in %.1f s"
            .formatted(
                at.toMillis() / 1000.0,
                confirmed,
                step.faults(),
                healed.minus(at).toMillis() / 1000.0,
                recovered.toMillis() / 1000.0));
  }

  private static boolean areReady(List<Replica> replicas) throws InterruptedException {
    for (Replica replica : replicas) {
      if (!replica.ready()) {
        return false;
      }
    }
    return true;
  }

  // --- watching --------------------------------------------------------------------------------

  private void watchUntilSettled(Child producer, List<Replica> replicas, Thread breaking)
      throws IOException, InterruptedException {
    long seen = -1;
    Duration changed = timeline.now();
    Duration told = timeline.now();
    Duration settled = timeline.now();
    while (true) {
      evidence.look();
      int confirmed = evidence.confirmedCount();
      long backlog = confirmed - evidence.handledCount();
      boolean hold = backlog > (held ? SHORT_BACKLOG : LONG_BACKLOG);
      if (sending && producer.isAlive() && held != hold) {
        held = hold;
        producer.say(held ? "hold" : "go");
      }
      long now = evidence.calls() + confirmed + evidence.answered().cardinality();
      if (now != seen || (breaking.isAlive() && !sending)) {
        seen = now;
        changed = timeline.now();
      }
      if (sending && !producer.isAlive()) {
        sending = false;
        sendingTook = timeline.now();
        if (producer.exitValue() != 0) {
          troubles.add("the producer ended with " + producer.exitValue() + "; " + producer.log());
        }
      }
      if (timeline.now().minus(told).compareTo(TELL_EVERY) > 0) {
        told = timeline.now();
        progress.accept(
            "%6.1f s  %,9d confirmed  %,9d to be handled"
                .formatted(told.toMillis() / 1000.0, confirmed, backlog));
        if (!sending) {
          progress.accept("          left: " + Checker.openByHandler(traffic, evidence));
        }
        for (Replica replica : replicas) {
          var _ = replica.probe();
        }
      }
      if (sending || breaking.isAlive() || !isSettled()) {
        settled = timeline.now();
      } else if (timeline.now().minus(settled).compareTo(QUIET) > 0) {
        return;
      }
      if (timeline.now().minus(changed).compareTo(NOTHING_HAPPENS) > 0
          && !(breaking.isAlive() && sending && !isSlow(changed))) {
        troubles.add("nothing has happened for " + NOTHING_HAPPENS.toSeconds() + " s");
        sending = false;
        breaking.interrupt();
        return;
      }
      Pause.of(LOOK_EVERY);
    }
  }

  /** Some faults alone take longer than a minute; nothing takes five. */
  private boolean isSlow(Duration changed) {
    return timeline.now().minus(changed).compareTo(NOTHING_HAPPENS.multipliedBy(5)) > 0;
  }

  private boolean isSettled() throws IOException {
    if (Checker.open(traffic, evidence) > 0 && !isOpenOnlyByDeath()) {
      return false;
    }
    for (String delay : Leftovers.DELAYS) {
      if (operator.ready(delay).orElse(0) > 0) {
        return false;
      }
    }
    for (Handler handler : Handler.values()) {
      if (operator.ready(handler.queue()).orElse(0) > 0) {
        return false;
      }
    }
    return deadLetters() >= expectedDeadLetters();
  }

  /** What is open may lie in the dead-letter queue, killed together with a poisonous message. */
  private boolean isOpenOnlyByDeath() throws IOException {
    return deadLetters() >= expectedDeadLetters() + Checker.open(traffic, evidence);
  }

  private int deadLetters() throws IOException {
    return operator.ready(Names.DEAD_LETTERS).orElse(0);
  }

  private int expectedDeadLetters() {
    return (int) evidence.confirmed().stream().filter(id -> traffic.death(id).isPresent()).count();
  }
}
