package io.pipeforce.broker;

import io.pipeforce.broker.wire.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A way to say something wrong: what was right becomes what no client library would send. */
enum Mutation {
  /** Some octets of the arguments are others. */
  OTHER_OCTETS,
  /** Whole stretches are zeros or ones: lengths lie, text is no text. */
  FILLED_OCTETS,
  /** The arguments end too early, or there are some too many. */
  OTHER_LENGTH,
  ANOTHER_TYPE,
  ANOTHER_CHANNEL,
  /** A frame is missing, there twice, or two have changed places. */
  ANOTHER_ORDER,
  /** The content header is one of another class, or announces another size. */
  ANOTHER_HEADER,
  /** What is true of the arguments' octets is of random ones as well. */
  RANDOM_ARGUMENTS,
  /** From here on nobody knows where a frame begins. */
  ANOTHER_END,
  ANOTHER_SIZE,
  HALF_A_FRAME,
  NO_FRAME;

  private static final int HEADER = 7;

  static Mutation any(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }

  /** Whether nothing that follows can be understood. */
  boolean losesSync() {
    return compareTo(ANOTHER_END) >= 0;
  }

  List<byte[]> of(List<byte[]> frames, RandomGenerator random) {
    int at = random.nextInt(frames.size());
    byte[] frame = frames.get(at);
    List<byte[]> mutated = new ArrayList<>(frames);
    switch (this) {
      case OTHER_OCTETS -> mutated.set(at, otherOctets(frame, random));
      case FILLED_OCTETS -> mutated.set(at, filledOctets(frame, random));
      case OTHER_LENGTH -> mutated.set(at, otherLength(frame, random));
      case ANOTHER_TYPE -> mutated.set(at, with(frame, 0, random.nextInt(10)));
      case ANOTHER_CHANNEL -> mutated.set(at, anotherChannel(frame, random));
      case ANOTHER_ORDER -> anotherOrder(mutated, at, random);
      case ANOTHER_HEADER -> mutated.set(at, anotherHeader(frame, random));
      case RANDOM_ARGUMENTS -> mutated.set(at, randomArguments(frame, random));
      case ANOTHER_END -> mutated.set(at, with(frame, frame.length - 1, random.nextInt(0xCE)));
      case ANOTHER_SIZE -> mutated.set(at, anotherSize(frame, random));
      case HALF_A_FRAME -> {
        mutated.subList(at, mutated.size()).clear();
        mutated.add(Arrays.copyOf(frame, random.nextInt(frame.length)));
      }
      case NO_FRAME -> mutated.set(at, randomOctets(random));
    }
    return mutated;
  }

  private static byte[] with(byte[] frame, int at, int octet) {
    byte[] changed = frame.clone();
    changed[at] = (byte) octet;
    return changed;
  }

  private static byte[] payload(byte[] frame) {
    return Arrays.copyOfRange(frame, HEADER, frame.length - 1);
  }

  /** The same type and channel with another payload, framed as it should be. */
  private static byte[] framed(byte[] frame, byte[] payload) {
    int channel = (frame[1] & 0xFF) << 8 | (frame[2] & 0xFF);
    return Grammar.frame(frame[0], channel, payload);
  }

  private static byte[] otherOctets(byte[] frame, RandomGenerator random) {
    byte[] payload = payload(frame);
    for (int i = 1 + random.nextInt(4); i > 0 && payload.length > 0; i--) {
      payload[random.nextInt(payload.length)] = (byte) random.nextInt();
    }
    return framed(frame, payload);
  }

  private static byte[] filledOctets(byte[] frame, RandomGenerator random) {
    byte[] payload = payload(frame);
    if (payload.length > 4) {
      int from = 4 + random.nextInt(payload.length - 4);
      int to = from + random.nextInt(payload.length - from + 1);
      Arrays.fill(payload, from, to, (byte) (random.nextBoolean() ? 0xFF : 0));
    }
    return framed(frame, payload);
  }

  private static byte[] otherLength(byte[] frame, RandomGenerator random) {
    byte[] payload = payload(frame);
    int length =
        random.nextBoolean()
            ? random.nextInt(payload.length + 1)
            : payload.length + 1 + random.nextInt(20);
    return framed(frame, Arrays.copyOf(payload, length));
  }

  private static byte[] anotherChannel(byte[] frame, RandomGenerator random) {
    int channel = new int[] {0, 1, 2, 3, 4, 9, 2047, 65_535}[random.nextInt(8)];
    return Grammar.frame(frame[0], channel, payload(frame));
  }

  private static void anotherOrder(List<byte[]> frames, int at, RandomGenerator random) {
    switch (random.nextInt(3)) {
      case 0 -> frames.remove(at);
      case 1 -> frames.add(at, frames.get(at));
      default -> {
        byte[] moved = frames.remove(at);
        frames.add(random.nextInt(frames.size() + 1), moved);
      }
    }
  }

  private static byte[] anotherHeader(byte[] frame, RandomGenerator random) {
    if (frame[0] != Frame.HEADER || frame.length < HEADER + 13) {
      return otherOctets(frame, random);
    }
    byte[] changed = frame.clone();
    ByteBuffer octets = ByteBuffer.wrap(changed);
    switch (random.nextInt(3)) {
      case 0 -> octets.putShort(HEADER, (short) random.nextInt(100));
      case 1 -> octets.putLong(HEADER + 4, random.nextInt(300_000));
      default -> octets.putLong(HEADER + 4, random.nextLong());
    }
    return changed;
  }

  private static byte[] randomArguments(byte[] frame, RandomGenerator random) {
    byte[] payload = new byte[4 + random.nextInt(60)];
    random.nextBytes(payload);
    System.arraycopy(frame, HEADER, payload, 0, Math.min(4, frame.length - HEADER - 1));
    return framed(frame, payload);
  }

  private static byte[] anotherSize(byte[] frame, RandomGenerator random) {
    byte[] changed = frame.clone();
    int size = frame.length - Frame.OVERHEAD;
    int lie =
        switch (random.nextInt(4)) {
          case 0 -> size + 1 + random.nextInt(50);
          case 1 -> Math.max(0, size - 1 - random.nextInt(50));
          case 2 -> random.nextInt();
          default -> 200_000;
        };
    ByteBuffer.wrap(changed).putInt(3, lie);
    return changed;
  }

  private static byte[] randomOctets(RandomGenerator random) {
    byte[] octets = new byte[1 + random.nextInt(200)];
    random.nextBytes(octets);
    return octets;
  }
}
