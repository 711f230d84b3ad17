package io.pipeforce.hub.commands;

import io.pipeforce.Message;
import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code message.list}. */
final class MessageList implements Command<MessageList.Arguments> {
  private final BrokerTopology topology;

  MessageList(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(
      @Param("Name of the queue.") String queue,
      @Param(value = "How many, 100 at most.", or = "10") int count,
      @Param(value = "Octets of a payload after which it is cut off.", or = "10000") int truncate) {
    Arguments {
      if (count < 1 || count > 100) {
        throw new IllegalArgumentException("the parameter 'count' must be 1 to 100, was: " + count);
      }
      if (truncate < 0) {
        throw new IllegalArgumentException(
            "the parameter 'truncate' must not be negative, was: " + truncate);
      }
    }
  }

  @Override
  public String name() {
    return "message.list";
  }

  @Override
  public String about() {
    return "Answers the first messages of a queue, and leaves them there.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return topology
        .messages(arguments.queue(), arguments.count())
        .map(found ->
            Outcome.body(
                found.stream().map(message -> described(message, arguments.truncate())).toList()))
        .orElseThrow(() -> new CommandException("there is no queue " + arguments.queue()));
  }

  private static Map<String, Object> described(Message message, int truncate) {
    byte[] octets = message.bytes();
    int length = Math.min(truncate, octets.length);
    Optional<String> text = text(octets, length);
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("key", message.key());
    described.put("exchange", message.exchange());
    described.put("headers", message.headers());
    message.properties().contentType().ifPresent(type -> described.put("contentType", type));
    described.put(
        "payload",
        text.orElseGet(() -> Base64.getEncoder().encodeToString(Arrays.copyOf(octets, length))));
    described.put("encoding", text.isPresent() ? "UTF-8" : "base64");
    described.put("length", octets.length);
    return described;
  }

  /** Empty when it is none; a letter that was cut through at the end is left out. */
  private static Optional<String> text(byte[] octets, int length) {
    CharBuffer text = CharBuffer.allocate(length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(octets, 0, length), text, length == octets.length);
    return result.isError() ? Optional.empty() : Optional.of(text.flip().toString());
  }
}
