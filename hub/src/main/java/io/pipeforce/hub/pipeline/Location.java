package io.pipeforce.hub.pipeline;

/**
 * A place in a text.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
public record Location(int line, int column) {
  public static final Location START = new Location(1, 1);

  public Location {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException(
          "line and column count from 1, were: " + line + ", " + column);
    }
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
