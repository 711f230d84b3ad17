package io.pipeforce.chaos;

import java.nio.ByteBuffer;

/**
 * What a handler notes in its process' journal when it has done its work.
 *
 * @param id the message's number
 * @param attempt the SDK's count of attempts
 * @param micros since 1970
 */
record Entry(Handler handler, int id, int attempt, long micros) {
  static final int SIZE = 20;

  private static final Handler[] HANDLERS = Handler.values();

  @SuppressWarnings("EnumOrdinal") // Written and read within one run.
  byte[] bytes() {
    return ByteBuffer.allocate(SIZE)
        .putInt(handler.ordinal())
        .putInt(id)
        .putInt(attempt)
        .putLong(micros)
        .array();
  }

  static Entry read(ByteBuffer bytes) {
    return new Entry(HANDLERS[bytes.getInt()], bytes.getInt(), bytes.getInt(), bytes.getLong());
  }

  static long now() {
    java.time.Instant now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
