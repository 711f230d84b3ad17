package io.pipeforce.internal.topology;

import io.pipeforce.internal.topology.Difference.Argument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the differences between what is wanted and what was found. */
public final class Comparison {
  private static final String NONE = "none";

  private Comparison() {}

  /** All of them: exchanges first, then queue by queue, then what nobody uses. */
  public static List<Difference> differences(Wanted wanted, Found found) {
    List<Difference> differences = new ArrayList<>();
    for (WantedExchange exchange : wanted.exchanges()) {
      @Nullable String type = found.exchanges().get(exchange.name());
      if (type == null) {
        differences.add(new Difference.MissingExchange(exchange));
      } else if (!type.equals(exchange.type())) {
        differences.add(new Difference.OtherExchange(exchange, type));
      }
    }
    Set<String> names = new TreeSet<>();
    for (WantedQueue queue : wanted.queues()) {
      names.add(queue.name());
      compare(queue, found, differences);
    }
    found.queues().values().stream()
        .filter(queue -> !names.contains(queue.name()))
        .filter(queue -> wanted.isNamedLikeAHandlers(queue.name()))
        .sorted(Comparator.comparing(FoundQueue::name))
        .forEach(queue -> differences.add(new Difference.UnusedQueue(queue)));
    return differences;
  }

  private static void compare(WantedQueue wanted, Found all, List<Difference> differences) {
    Optional<FoundQueue> temporary = all.queue(wanted.temporary());
    temporary.ifPresent(
        queue -> differences.add(new Difference.UnfinishedMigration(wanted, queue)));
    Optional<FoundQueue> found = all.queue(wanted.name());
    if (found.isEmpty()) {
      if (temporary.isEmpty()) {
        differences.add(new Difference.MissingQueue(wanted));
      }
      return;
    }
    FoundQueue queue = found.get();
    List<Argument> arguments = arguments(wanted, queue);
    if (!arguments.isEmpty()) {
      differences.add(new Difference.OtherArguments(wanted, queue, arguments));
    }
    wanted.bindings().stream()
        .filter(binding -> !queue.bindings().contains(binding))
        .forEach(binding -> differences.add(new Difference.MissingBinding(wanted, binding)));
    queue.bindings().stream()
        .filter(wanted::isLeftBehind)
        .sorted(Comparator.comparing(Binding::toString))
        .forEach(binding -> differences.add(new Difference.StaleBinding(wanted, binding)));
  }

  /** In which arguments and properties a queue is another than the wanted one. */
  public static List<Argument> arguments(WantedQueue wanted, FoundQueue found) {
    List<Argument> different = new ArrayList<>();
    Set<String> names = new TreeSet<>(wanted.arguments().keySet());
    names.addAll(found.arguments().keySet());
    for (String name : names) {
      String here = text(wanted.arguments(), name);
      String there = text(found.arguments(), name);
      if (!here.equals(there)) {
        different.add(new Argument(name, here, there));
      }
    }
    property("durable", true, found.durable(), different);
    property("auto-delete", false, found.autoDelete(), different);
    property("exclusive", false, found.exclusive(), different);
    return different;
  }

  private static void property(String name, boolean wanted, boolean found, List<Argument> to) {
    if (wanted != found) {
      to.add(new Argument(name, Boolean.toString(wanted), Boolean.toString(found)));
    }
  }

  /** Numbers of all widths are one to AMQP's arguments. */
  private static String text(Map<String, Object> arguments, String name) {
    @Nullable Object value = arguments.get(name);
    if (value == null) {
      return NONE;
    }
    String text =
        value instanceof Number number ? Long.toString(number.longValue()) : value.toString();
    return text.isEmpty() ? "''" : text;
  }

  /**
   * The bindings that a queue has after its migration: the wanted ones, and those to other
   * exchanges that somebody else made for it.
   *
   * @param queues the queue and its temporary one, as far as they exist
   */
  public static List<Binding> bindingsAfterMigration(WantedQueue wanted, List<FoundQueue> queues) {
    Set<Binding> bindings = new LinkedHashSet<>(wanted.bindings());
    queues.stream()
        .flatMap(queue -> queue.bindings().stream())
        .filter(binding -> !wanted.isLeftBehind(binding))
        .filter(binding -> !binding.exchange().equals(wanted.temporary()))
        .forEach(bindings::add);
    return List.copyOf(bindings);
  }
}
