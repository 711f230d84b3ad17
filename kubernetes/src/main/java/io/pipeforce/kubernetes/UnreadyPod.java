package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import java.util.Optional;

/** What the events of a pod say about why it is not ready. */
final class UnreadyPod {
  private UnreadyPod() {}

  /**
   * Decides whether that is worth telling. A container that does not listen yet may only be slow,
   * one that answers its probe with an error has started and says what it thinks.
   *
   * @param runs whether its container runs
   * @param late whether it should be ready by now
   * @param events in the order in which they came
   */
  static Optional<String> why(boolean runs, boolean late, List<Event> events) {
    Optional<String> said =
        events.stream()
            .filter(event -> "Warning".equals(event.getType()))
            .filter(event -> runs == "Unhealthy".equals(event.getReason()))
            .map(Event::getMessage)
            .filter(message -> !runs || message.startsWith("Readiness"))
            .reduce((_, last) -> last);
    return said.filter(message -> late || !runs || message.contains("statuscode"))
        .or(() -> late && runs ? Optional.of("it runs, and is not ready") : Optional.empty());
  }
}
