package io.pipeforce.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A result in Markdown. */
final class Report {
  private final StringBuilder text = new StringBuilder();
  private final Result result;

  private Report(Result result) {
    this.result = result;
  }

  static String of(Result result) {
    return new Report(result).write();
  }

  private String write() {
    Options options = result.options();
    line(
        "# Kill test: %s, %,d messages, seed %d",
        result.broker(), options.messages(), options.seed());
    line("");
    line("**%s**", result.good() ? "0 lost, ledger balanced, order kept" : "FAILED");
    result.problems().forEach(problem -> line("- %s", problem));
    line("");
    line("Again: `%s`", options.command());
    counts();
    handlers();
    deadLetters();
    recovery();
    timeline();
    return text.toString();
  }

  private void counts() {
    Evidence evidence = result.evidence();
    int confirmed = evidence.confirmedCount();
    line("");
    line("| what | count |");
    line("| --- | ---: |");
    line("| confirmed to the producer | %,d |", confirmed);
    line("| lost | %,d |", result.verdict().lost());
    line(
        "| requests answered | %,d of %,d |",
        evidence.answered().cardinality(), result.traffic().requests());
    line("| refused or returned, published again | %,d |", evidence.outOfOrder().cardinality());
    line(
        "| left in handlers' queues / delay queues | %,d / %,d |",
        result.leftovers().waitingCount(), result.leftovers().delayed());
    line(
        "| sending took, faults included | %.1f s (%,.0f msg/s) |",
        seconds(result.sending()), confirmed / Math.max(seconds(result.sending()), 0.001));
    line(
        "| until all was settled | %.1f s (%,.0f msg/s) |",
        seconds(result.total()), confirmed / Math.max(seconds(result.total()), 0.001));
    line(
        "| replicas; processes started | %d; %d |",
        result.replicas().size(), result.replicas().stream().mapToInt(Replica::starts).sum());
    line(
        "| processes killed by a message | %d |",
        result.replicas().stream().mapToInt(Replica::poisoned).sum());
    line(
        "| ledgers checked; told at a SIGTERM | %,d; %d |",
        result.ledgers().checks(), result.ledgers().finals().size());
    line("| moments of trouble | %d |", result.timeline().events().size());
  }

  private void handlers() {
    line("");
    line("| handler | messages | successful calls | duplicates | failed attempts before |");
    line("| --- | ---: | ---: | ---: | ---: |");
    for (Handler handler : Handler.values()) {
      Evidence.Work work = result.evidence().of(handler);
      line(
          "| %s | %,d | %,d | %,d | %,d |",
          handler.method(),
          work.ids().cardinality(),
          work.calls(),
          work.duplicates(),
          work.retries());
    }
  }

  private void deadLetters() {
    line("");
    line("| dead letters | count |");
    line("| --- | ---: |");
    result.verdict().deadLetters().forEach((reason, count) -> line("| %s | %,d |", reason, count));
    result
        .verdict()
        .collateral()
        .forEach((reason, count) ->
            line("| in flight whenever its process was killed: %s | %,d |", reason, count));
    line("| the same once more | %,d |", result.verdict().duplicateDeadLetters());
  }

  private void recovery() {
    Map<FaultKind, List<Duration>> times = new EnumMap<>(FaultKind.class);
    Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
    for (Timeline.Event event : result.timeline().events()) {
      for (Fault fault : event.faults()) {
        counts.merge(kind(fault), 1, Integer::sum);
        if (event.faults().size() == 1) {
          times.computeIfAbsent(kind(fault), key -> new ArrayList<>()).add(event.recovered());
        }
      }
    }
    line("");
    line(
        "Recovery: from the end of a fault (alone) until all replicas are ready and messages flow.");
    line("");
    line("| fault | times | median recovery | longest |");
    line("| --- | ---: | ---: | ---: |");
    counts.forEach((kind, count) -> {
      List<Duration> sorted = times.getOrDefault(kind, List.of()).stream().sorted().toList();
      if (sorted.isEmpty()) {
        line("| %s | %d | – | – |", kind.label(), count);
      } else {
        line(
            "| %s | %d | %.1f s | %.1f s |",
            kind.label(), count, seconds(sorted.get(sorted.size() / 2)), seconds(sorted.getLast()));
      }
    });
    List<String> missing =
        java.util.Arrays.stream(FaultKind.values())
            .filter(kind -> !result.faults().contains(kind))
            .map(FaultKind::label)
            .toList();
    if (!missing.isEmpty()) {
      line("");
      line("Not in this run: %s.", String.join(", ", missing));
    }
  }

  private static FaultKind kind(Fault fault) {
    return switch (fault) {
      case Fault.KillService _ -> FaultKind.KILL_SERVICE;
      case Fault.FreezeService _ -> FaultKind.FREEZE_SERVICE;
      case Fault.TermService _ -> FaultKind.TERM_SERVICE;
      case Fault.RestartBroker _ -> FaultKind.RESTART_BROKER;
      case Fault.KillBroker _ -> FaultKind.KILL_BROKER;
      case Fault.FreezeBroker _ -> FaultKind.FREEZE_BROKER;
      case Fault.CloseConnections _ -> FaultKind.CLOSE_CONNECTIONS;
      case Fault.Cut _ -> FaultKind.CUT;
      case Fault.HalfOpen _ -> FaultKind.HALF_OPEN;
      case Fault.SlowNetwork _ -> FaultKind.SLOW_NETWORK;
      case Fault.ChannelError _ -> FaultKind.CHANNEL_ERROR;
      case Fault.MemoryAlarm _ -> FaultKind.MEMORY_ALARM;
      case Fault.DiskAlarm _ -> FaultKind.DISK_ALARM;
      case Fault.DeleteQueue _ -> FaultKind.DELETE_QUEUE;
      case Fault.KillNode _ -> FaultKind.KILL_NODE;
      case Fault.MoveLeader _ -> FaultKind.MOVE_LEADER;
    };
  }

  private void timeline() {
    line("");
    line("| at | confirmed | fault | over after | recovered in |");
    line("| ---: | ---: | --- | ---: | ---: |");
    for (Timeline.Event event : result.timeline().events()) {
      line(
          "| %.1f s | %,d | %s | %.1f s | %.1f s |",
          seconds(event.at()),
          event.confirmed(),
          String.join(" + ", event.faults().stream().map(Report::text).toList()),
          seconds(event.healed()),
          seconds(event.recovered()));
    }
  }

  private static String text(Fault fault) {
    return kind(fault).label()
        + switch (fault) {
          case Fault.FreezeService(int _, Duration time) -> " " + time.toSeconds() + " s";
          case Fault.FreezeBroker(Duration time) -> " " + time.toSeconds() + " s";
          case Fault.Cut(Fault.Side side) -> " " + side;
          case Fault.HalfOpen(Fault.Side side, Proxy.Direction direction, int _) ->
              " " + side + " " + direction;
          case Fault.SlowNetwork(Fault.Side side, Duration _) -> " " + side;
          case Fault.DeleteQueue(Handler handler) -> " " + handler.method();
          default -> "";
        };
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency.
  private void line(String format, Object... arguments) {
    text.append(format.formatted(arguments)).append('\n');
  }
}
