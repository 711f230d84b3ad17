package io.pipeforce.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Does to the parts what a fault says, and returns when it has healed. */
final class Injector {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A connection that is used notices its silence within twice its heartbeat, and some margin. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final Traffic traffic;
  private final Evidence evidence;
  private final BrokerControl broker;
  private final Operator operator;
  private final Child producer;
  private final List<Replica> replicas;
  private final Proxy toService;
  private final Proxy toProducer;

  Injector(
      Traffic traffic,
      Evidence evidence,
      BrokerControl broker,
      Operator operator,
      Child producer,
      List<Replica> replicas,
      Proxy toService,
      Proxy toProducer) {
    this.traffic = traffic;
    this.evidence = evidence;
    this.broker = broker;
    this.operator = operator;
    this.producer = producer;
    this.replicas = replicas;
    this.toService = toService;
    this.toProducer = toProducer;
  }

  void inject(Fault fault) throws IOException, InterruptedException, TimeoutException {
    switch (fault) {
      case Fault.KillService(int pick) -> replica(pick).kill();
      case Fault.FreezeService(int pick, Duration time) -> replica(pick).freeze(time);
      case Fault.TermService(int pick) -> replica(pick).terminate();
      case Fault.RestartBroker() -> broker.restart();
      case Fault.KillBroker() -> broker.killAndStart();
      case Fault.FreezeBroker(Duration time) -> {
        broker.freeze();
        try {
          Pause.of(time);
        } finally {
          broker.thaw();
        }
      }
      case Fault.CloseConnections() ->
          Pause.require("an answering management API", this::closeConnections, PATIENCE);
      case Fault.Cut(Fault.Side side) -> proxy(side).cut();
      case Fault.HalfOpen(Fault.Side side, Proxy.Direction direction, int pick) -> {
        Proxy proxy = proxy(side);
        Pause.require("a connection", () -> proxy.halfOpen(pick, direction), PATIENCE);
        Pause.until(() -> !proxy.hasHalfOpen(), SILENCE);
      }
      case Fault.SlowNetwork(Fault.Side side, Duration time) -> {
        proxy(side).slow(true);
        try {
          Pause.of(time);
        } finally {
          proxy(side).slow(false);
        }
      }
      case Fault.ChannelError(int pick) ->
          Pause.require("a consumer", () -> toService.channelError(pick), PATIENCE);
      case Fault.MemoryAlarm(Duration time) -> {
        broker.memoryAlarm(true);
        try {
          Pause.of(time);
        } finally {
          broker.memoryAlarm(false);
        }
      }
      case Fault.DiskAlarm(Duration time) -> {
        broker.diskAlarm(true);
        try {
          Pause.of(time);
        } finally {
          broker.diskAlarm(false);
        }
      }
      case Fault.DeleteQueue(Handler handler) -> deleteQueue(handler);
      case Fault.KillNode(int pick, Duration time) -> {
        int node = Math.floorMod(pick, broker.nodes());
        broker.killNode(node);
        try {
          Pause.of(time);
        } finally {
          broker.startNode(node);
        }
      }
      case Fault.MoveLeader(int pick) -> broker.moveLeaders(Math.floorMod(pick, broker.nodes()));
    }
  }

  /**
   * What lies in a queue goes with it; so the producer pauses until all is handled. For a queue
   * that is the only one for its key, it goes on at once: what reaches no queue comes back to it.
   * Else it waits until the queue is there again.
   */
  private void deleteQueue(Handler handler)
      throws IOException, InterruptedException, TimeoutException {
    producer.say("quiet");
    try {
      producer.awaitLine("quiet", PATIENCE);
      Pause.require(handler.queue() + " empty", () -> isAllHandledBy(handler), PATIENCE);
      operator.delete(handler.queue());
      if (handler != Handler.ORDERED) {
        Pause.require(
            handler.queue() + " there again", () -> operator.isConsumed(handler.queue()), PATIENCE);
      }
    } finally {
      producer.say("loud");
    }
  }

  /** The broker may be away, for another fault. */
  private boolean closeConnections() throws InterruptedException {
    try {
      operator.closeConnections();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isAllHandledBy(Handler handler) throws IOException {
    evidence.look();
    BitSet missing = Checker.expected(traffic, evidence, handler);
    missing.andNot(evidence.handled(handler));
    return missing.isEmpty();
  }

  private Replica replica(int pick) {
    return replicas.get(Math.floorMod(pick, replicas.size()));
  }

  private Proxy proxy(Fault.Side side) {
    return switch (side) {
      case SERVICE -> toService;
      case PRODUCER -> toProducer;
    };
  }
}
