package io.pipeforce.chaos;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** A broker in a process of its own, and what can be done to it. */
interface BrokerControl extends AutoCloseable {
  /** Its name in reports. */
  String name();

  /** Where its nodes speak AMQP; the same for as long as it exists. */
  List<URI> amqp();

  /** The management APIs of its nodes. */
  List<URI> management();

  /** The faults that this one can have; all those that do not concern the broker are given. */
  Set<FaultKind> faults();

  /** An orderly stop and a start. */
  void restart() throws IOException, InterruptedException;

  /** SIGKILL and a start. */
  void killAndStart() throws IOException, InterruptedException;

  /** SIGSTOP. */
  void freeze() throws IOException, InterruptedException;

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException;

  /** Begins or ends to block publishers for want of memory. */
  void memoryAlarm(boolean on) throws IOException, InterruptedException;

  /** Begins or ends to block publishers for want of disk space. */
  void diskAlarm(boolean on) throws IOException, InterruptedException;

  /** How many nodes it has. */
  int nodes();

  /** SIGKILL of one node. */
  void killNode(int node) throws IOException, InterruptedException;

  /** Starts a node that was killed. */
  void startNode(int node) throws IOException, InterruptedException;

  /** Makes this node the leader of all queues. */
  void moveLeaders(int node) throws IOException, InterruptedException;

  @Override
  void close() throws IOException, InterruptedException;
}
