package io.pipeforce.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether the ledgers that the services tell add up: in {@code /health/ready} while they run, and
 * in the log lines at their end.
 */
final class LedgerCheck {
  private static final int MOST = 20;

  private static final Pattern LINE =
      Pattern.compile(
          "(ChaosService\\.\\w+): Deliveries\\[received=(\\d+), acked=(\\d+), unmatched=(\\d+),"
              + " retried=(\\d+), dead=(\\d+), returned=(\\d+), inFlight=(-?\\d+)]");

  /** One handler's columns. */
  record Columns(
      long received,
      long acked,
      long unmatched,
      long retried,
      long dead,
      long returned,
      long inFlight) {
    boolean balanced() {
      return inFlight >= 0 && received == acked + unmatched + retried + dead + returned + inFlight;
    }
  }

  /** Of a process that told its ledger at its end. */
  record Final(String process, Map<String, Columns> handlers) {}

  private final List<String> problems = new ArrayList<>();
  private final List<Final> finals = new ArrayList<>();
  private long checks;

  synchronized void live(String process, String json) {
    JsonNode handlers = JsonMapper.shared().readTree(json).path("handlers");
    if (!handlers.isObject() || handlers.isEmpty()) {
      problem(process + " tells no ledger in /health/ready: " + json);
    }
    handlers
        .properties()
        .forEach(
            handler -> check(process + " (running)", handler.getKey(), of(handler.getValue())));
  }

  private static Columns of(JsonNode node) {
    return new Columns(
        number(node, "received"),
        number(node, "acked"),
        number(node, "unmatched"),
        number(node, "retried"),
        number(node, "dead"),
        number(node, "returned"),
        number(node, "inFlight"));
  }

  private static long number(JsonNode node, String name) {
    return node.required(name).longValue();
  }

  synchronized void shutdown(String process, Path log) {
    Map<String, Columns> handlers = new LinkedHashMap<>();
    try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
      lines
          .map(LINE::matcher)
          .filter(Matcher::find)
          .forEach(line -> handlers.put(line.group(1), of(line)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (handlers.size() != Handler.values().length) {
      problem(process + " told the ledgers of " + handlers.size() + " handlers at its end; " + log);
    }
    handlers.forEach((handler, columns) -> {
      check(process + " (ended)", handler, columns);
      if (columns.unmatched() != 0) {
        problem(process + ": " + handler + " has unmatched deliveries: " + columns);
      }
    });
    finals.add(new Final(process, handlers));
  }

  private static Columns of(Matcher line) {
    return new Columns(
        Long.parseLong(line.group(2)),
        Long.parseLong(line.group(3)),
        Long.parseLong(line.group(4)),
        Long.parseLong(line.group(5)),
        Long.parseLong(line.group(6)),
        Long.parseLong(line.group(7)),
        Long.parseLong(line.group(8)));
  }

  private void check(String where, String handler, Columns columns) {
    checks++;
    if (!columns.balanced()) {
      problem(where + ": " + handler + " does not balance: " + columns);
    }
  }

  private void problem(String text) {
    if (problems.size() < MOST) {
      problems.add(text);
    }
  }

  synchronized long checks() {
    return checks;
  }

  synchronized List<Final> finals() {
    return List.copyOf(finals);
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }
}
