package io.pipeforce.chaos;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What can be done to the parts. A drawn {@link Fault} says when, where and for how long. */
enum FaultKind {
  KILL_SERVICE(Area.SERVICE),
  FREEZE_SERVICE(Area.SERVICE),
  TERM_SERVICE(Area.SERVICE),
  RESTART_BROKER(Area.BROKER),
  KILL_BROKER(Area.BROKER),
  FREEZE_BROKER(Area.BROKER),
  CLOSE_CONNECTIONS(Area.NETWORK),
  CUT(Area.NETWORK),
  HALF_OPEN(Area.NETWORK),
  SLOW_NETWORK(Area.NETWORK),
  CHANNEL_ERROR(Area.NETWORK),
  MEMORY_ALARM(Area.BROKER),
  DISK_ALARM(Area.BROKER),
  DELETE_QUEUE(Area.QUEUE),
  KILL_NODE(Area.BROKER),
  MOVE_LEADER(Area.BROKER);

  /** What it concerns: two faults at the same time come from two areas. */
  enum Area {
    SERVICE,
    NETWORK,
    BROKER,
    /** Needs quiet around it. */
    QUEUE
  }

  private final Area area;

  FaultKind(Area area) {
    this.area = area;
  }

  Area area() {
    return area;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(FaultKind::label).toList();
  }

  static FaultKind of(String label) {
    for (FaultKind kind : values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "no fault '" + label + "'; there are " + String.join(", ", labels()));
  }

  /** Chooses what the kind leaves open. */
  Fault draw(RandomGenerator random) {
    int pick = random.nextInt(1 << 20);
    return switch (this) {
      case KILL_SERVICE -> new Fault.KillService(pick);
      case FREEZE_SERVICE ->
          new Fault.FreezeService(pick, Duration.ofSeconds(random.nextBoolean() ? 2 : 11));
      case TERM_SERVICE -> new Fault.TermService(pick);
      case RESTART_BROKER -> new Fault.RestartBroker();
      case KILL_BROKER -> new Fault.KillBroker();
      case FREEZE_BROKER ->
          new Fault.FreezeBroker(Duration.ofSeconds(random.nextBoolean() ? 2 : 11));
      case CLOSE_CONNECTIONS -> new Fault.CloseConnections();
      case CUT -> new Fault.Cut(side(random));
      case HALF_OPEN -> {
        Proxy.Direction[] all = Proxy.Direction.values();
        yield new Fault.HalfOpen(side(random), all[random.nextInt(all.length)], pick);
      }
      case SLOW_NETWORK -> new Fault.SlowNetwork(side(random), Duration.ofSeconds(3));
      case CHANNEL_ERROR -> new Fault.ChannelError(pick);
      case MEMORY_ALARM -> new Fault.MemoryAlarm(Duration.ofSeconds(3));
      case DISK_ALARM -> new Fault.DiskAlarm(Duration.ofSeconds(3));
      case DELETE_QUEUE ->
          new Fault.DeleteQueue(random.nextBoolean() ? Handler.ORDERED : Handler.SECOND);
      case KILL_NODE -> new Fault.KillNode(pick, Duration.ofSeconds(3));
      case MOVE_LEADER -> new Fault.MoveLeader(pick);
    };
  }

  /** The service's side more often: it is the one under test. */
  private static Fault.Side side(RandomGenerator random) {
    return random.nextInt(4) == 0 ? Fault.Side.PRODUCER : Fault.Side.SERVICE;
  }
}
