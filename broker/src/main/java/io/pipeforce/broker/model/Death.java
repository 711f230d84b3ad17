package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of the x-death header: how often a message died in one queue for one reason. */
record Death(
    String queue,
    DeathReason reason,
    long count,
    long firstSeconds,
    String exchange,
    List<String> routingKeys,
    @Nullable String originalExpiration) {

  boolean isOf(String otherQueue, DeathReason otherReason) {
    return queue.equals(otherQueue) && reason == otherReason;
  }

  Death again() {
    return new Death(
        queue, reason, count + 1, firstSeconds, exchange, routingKeys, originalExpiration);
  }

  Field toField() {
    Map<String, Field> fields = new LinkedHashMap<>();
    if (originalExpiration != null) {
      fields.put("original-expiration", new Field.LongString(originalExpiration));
    }
    fields.put("count", new Field.Int64(count));
    fields.put("reason", new Field.LongString(reason.text()));
    fields.put("queue", new Field.LongString(queue));
    fields.put("time", new Field.Timestamp(firstSeconds));
    fields.put("exchange", new Field.LongString(exchange));
    fields.put(
        "routing-keys",
        new Field.Array(
            routingKeys.stream().<Field>map(key -> new Field.LongString(key)).toList()));
    return new Field.Table(new FieldTable(fields));
  }
}
