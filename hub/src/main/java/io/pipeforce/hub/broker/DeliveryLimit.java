package io.pipeforce.hub.broker;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** How often a queue takes a message back before it drops or dead-letters it. */
final class DeliveryLimit {
  private static final long DEFAULT_SINCE_4 = 20;

  private DeliveryLimit() {}

  /**
   * Read off what the management API says of a queue; empty when it always takes it back.
   *
   * @param version the broker's
   */
  static OptionalLong of(JsonNode queue, String version) {
    if (!queue.path("type").asString("classic").equals("quorum")) {
      return OptionalLong.empty();
    }
    List<Long> given =
        Stream.of(
                queue.path("arguments").path("x-delivery-limit"),
                queue.path("effective_policy_definition").path("delivery-limit"))
            .filter(JsonNode::isIntegralNumber)
            .map(JsonNode::asLong)
            .toList();
    if (version.startsWith("3.")) {
      // There is no default, and less than none counts as none.
      return given.stream().mapToLong(limit -> Math.max(0, limit)).min();
    }
    // Less than none means that there is no limit.
    return given.isEmpty()
        ? OptionalLong.of(DEFAULT_SINCE_4)
        : given.stream().mapToLong(Long::longValue).filter(limit -> limit >= 0).min();
  }
}
