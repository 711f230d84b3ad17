package io.pipeforce.bench;

import java.util.List;

/** One kind of measurement; runs once per peer and round. */
interface Measurement {
  /** Its name with its variant, as it stands in the results: {@code consume classic}. */
  String name();

  /** How it is measured, in a sentence or two for the reader of the table. */
  String how();

  /** Which peers can take part. */
  boolean includes(Peer peer);

  /** What is done once, before the first round: recording AOT caches, for example. */
  default void prepare(Peer peer) throws InterruptedException {}

  /** Runs it once. */
  List<Figure> run(Peer peer) throws InterruptedException;

  /** A figure with its unit, which belongs to a row of the table. */
  record Figure(String row, String metric, double value) {}
}
