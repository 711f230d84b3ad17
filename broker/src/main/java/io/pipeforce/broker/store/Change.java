package io.pipeforce.broker.store;

import java.util.function.Supplier;

/** One change to what is kept. */
public sealed interface Change {

  /**
   * @param size octets that the value will have, about
   * @param value made when it is written, on the store's thread, and never when the message has
   *     gone before
   */
  record PutMessage(long key, int size, Supplier<byte[]> value) implements Change {}

  /** One that is not there counts as removed. */
  record RemoveMessage(long key) implements Change {}

  /** How often a message will have been delivered when it comes back. */
  record CountReturns(long key, int count) implements Change {}

  // Octets are neither compared nor changed.
  @SuppressWarnings("ArrayRecordComponent")
  record PutDefinition(String key, byte[] value) implements Change {}

  /** One that is not there counts as removed. */
  record RemoveDefinition(String key) implements Change {}

  /** What it adds to what waits to be written. */
  default int size() {
    return switch (this) {
      case PutMessage(_, int size, _) -> size;
      case PutDefinition(String key, byte[] value) -> key.length() + value.length;
      case RemoveMessage _, CountReturns _, RemoveDefinition _ -> 0;
    };
  }
}
