package io.pipeforce.bench;

/**
 * One figure of one run.
 *
 * @param measurement what was measured, with its variant: {@code consume classic}
 * @param peer whose figure it is, see {@link Peer#id()}
 * @param round the repetition, from 1; peers of one round ran one after the other
 * @param metric what the figure is, with its unit: {@code msg/s}
 */
public record Sample(String measurement, String peer, int round, String metric, double value) {
  public Sample {
    if (round < 1) {
      throw new IllegalArgumentException("rounds begin at 1, was: " + round);
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(peer + ", " + metric + ": not a number: " + value);
    }
  }
}
