package io.pipeforce.broker;

import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.LongBytes;
import io.pipeforce.broker.wire.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What one client sends, from its first octet to its end: the same seed, the same octets. Most of
 * it is what a real client could say, so that it gets far before something is wrong.
 *
 * @param listens whether it takes what the broker sends
 */
record HostileScript(long seed, List<Step> steps, boolean listens, Ending ending) {
  private static final int CHANNELS = 3;
  private static final int[] FRAME_MAX = {4096, 131_072};

  /** So many clients in a row agree on what the names mean. */
  private static final int NEIGHBOURS = 200;

  /** How many of a thousand steps are wrong. */
  private static final int[] HOSTILITY = {0, 0, 2, 5, 20, 200};

  /** Frames that are sent in one go, since another word between them would change their meaning. */
  record Step(String what, List<byte[]> frames) {
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(what);
      frames.forEach(frame -> text.append("\n    ").append(HexFormat.of().formatHex(frame)));
      return text.toString();
    }
  }

  enum Ending {
    /** With connection.close, as it should be. */
    CLOSE,
    /** Says nothing more and listens to the end. */
    HALF_CLOSE,
    DROP,
    RESET
  }

  static HostileScript of(long seed) {
    return new Writing(seed).script();
  }

  int frameCount() {
    return steps.stream().mapToInt(step -> step.frames().size()).sum();
  }

  /** For whoever wants to see what was sent. */
  String text() {
    StringBuilder text =
        new StringBuilder("seed %d, listens: %s, ends by %s".formatted(seed, listens, ending));
    for (int i = 0; i < steps.size(); i++) {
      text.append("\n%4d %s".formatted(i, steps.get(i)));
    }
    return text.toString();
  }

  private static final class Writing {
    private final long seed;
    private final Random random;
    private final Grammar grammar;
    private final List<Step> steps = new ArrayList<>();
    private final int frameMax;
    private final int hostility;
    private boolean lost;

    Writing(long seed) {
      this.seed = seed;
      // One step of a linear generator apart, the first numbers of neighbours are alike.
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      grammar = new Grammar(random, seed / NEIGHBOURS);
      frameMax = FRAME_MAX[random.nextInt(FRAME_MAX.length)];
      hostility = HOSTILITY[random.nextInt(HOSTILITY.length)];
    }

    HostileScript script() {
      handshake();
      for (int channel = 1; channel <= CHANNELS && !lost; channel++) {
        say(channel, new ChannelMethod.Open());
      }
      grammar.setUp().forEach(declare -> say(1, declare));
      int length = random.nextInt(400);
      for (int i = 0; i < length && !lost; i++) {
        int channel = 1 + random.nextInt(CHANNELS);
        if (random.nextInt(300) == 0) {
          reopen(channel);
        } else {
          say(channel, grammar.method());
        }
      }
      boolean listens = random.nextInt(20) > 0;
      return new HostileScript(seed, steps, listens, ending(listens));
    }

    private Ending ending(boolean listens) {
      if (!listens) {
        return random.nextBoolean() ? Ending.DROP : Ending.RESET;
      }
      if (lost) {
        return random.nextBoolean() ? Ending.HALF_CLOSE : Ending.RESET;
      }
      return switch (random.nextInt(8)) {
        case 0 -> Ending.DROP;
        case 1, 2 -> Ending.RESET;
        case 3 -> Ending.HALF_CLOSE;
        default -> Ending.CLOSE;
      };
    }

    private void handshake() {
      byte[] header = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
      if (random.nextInt(200) == 0) {
        header[random.nextInt(8)] = (byte) random.nextInt();
      }
      steps.add(new Step("header", List.of(header)));
      boolean odd = random.nextInt(50) == 0;
      control(
          new ConnectionMethod.StartOk(
              odd ? grammar.table(4) : capabilities(),
              odd ? "AMQPLAIN" : "PLAIN",
              new LongBytes("\0guest\0guest".getBytes(StandardCharsets.UTF_8)),
              "en_US"));
      control(
          odd
              ? new ConnectionMethod.TuneOk(random.nextInt(9), random.nextInt(9000), 1)
              : new ConnectionMethod.TuneOk(2047, frameMax, random.nextInt(20) == 0 ? 1 : 0));
      control(new ConnectionMethod.Open(odd ? "x" : "/"));
    }

    private FieldTable capabilities() {
      Field.Bool yes = new Field.Bool(random.nextBoolean());
      return new FieldTable(
          Map.of(
              "capabilities",
              new Field.Table(
                  new FieldTable(
                      Map.of("consumer_cancel_notify", yes, "connection.blocked", yes)))));
    }

    /** The handshake is wrong less often, or nobody would get behind it. */
    private void control(Method method) {
      add(method.toString(), List.of(grammar.frame(0, method)), hostility / 10);
    }

    private void reopen(int channel) {
      List<byte[]> frames =
          List.of(
              grammar.frame(channel, new ChannelMethod.Close(200, "", 0, 0)),
              grammar.frame(channel, new ChannelMethod.Open()));
      add("reopen " + channel, frames, hostility);
    }

    private void say(int channel, Method method) {
      int heard = method instanceof ConnectionMethod ? 0 : channel;
      if (random.nextInt(100) == 0) {
        add("heartbeat", List.of(Grammar.frame(Frame.HEARTBEAT, 0, new byte[0])), hostility);
      }
      add(channel + ": " + method, grammar.frames(heard, method, frameMax), hostility);
    }

    private void add(String what, List<byte[]> right, int inAThousand) {
      if (lost) {
        return;
      }
      if (random.nextInt(1000) >= inAThousand) {
        steps.add(new Step(what, right));
        return;
      }
      Mutation mutation = Mutation.any(random);
      steps.add(new Step(mutation + " in " + what, mutation.of(right, random)));
      // Some go on all the same: the broker must not take it for anything.
      lost = mutation.losesSync() && random.nextBoolean();
    }
  }
}
