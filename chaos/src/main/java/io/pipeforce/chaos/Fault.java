package io.pipeforce.chaos;

import java.time.Duration;

/**
 * Something that is done to one of the parts, with all that was left to choose. A {@code pick} is
 * taken modulo the number of things there are.
 */
sealed interface Fault {
  /** Whose network. */
  enum Side {
    SERVICE,
    PRODUCER
  }

  /** SIGKILL. */
  record KillService(int pick) implements Fault {}

  /** SIGSTOP, and SIGCONT after this time. */
  record FreezeService(int pick, Duration time) implements Fault {}

  /** SIGTERM while it works. */
  record TermService(int pick) implements Fault {}

  /** An orderly stop, and a start. */
  record RestartBroker() implements Fault {}

  /** SIGKILL, and a start. */
  record KillBroker() implements Fault {}

  /** SIGSTOP, and SIGCONT after this time. */
  record FreezeBroker(Duration time) implements Fault {}

  /** The management API closes all connections. */
  record CloseConnections() implements Fault {}

  /** All connections of a side are reset. */
  record Cut(Side side) implements Fault {}

  /** One connection swallows what it carries. */
  record HalfOpen(Side side, Proxy.Direction direction, int pick) implements Fault {}

  /** A few kB/s for this time. */
  record SlowNetwork(Side side, Duration time) implements Fault {}

  /** The broker closes a channel that consumes. */
  record ChannelError(int pick) implements Fault {}

  /** {@code connection.blocked} for this time, for want of memory. */
  record MemoryAlarm(Duration time) implements Fault {}

  /** {@code connection.blocked} for this time, for want of disk space. */
  record DiskAlarm(Duration time) implements Fault {}

  /** A queue vanishes under its consumers, when it has no messages. */
  record DeleteQueue(Handler handler) implements Fault {}

  /** SIGKILL of a node of a cluster, and its start after this time. */
  record KillNode(int pick, Duration time) implements Fault {}

  /** The leaders of the queues move to other nodes. */
  record MoveLeader(int pick) implements Fault {}
}
