package io.pipeforce.hub.platform;

import java.io.IOException;
import java.io.OutputStream;

/** What a service or a job has written to its standard output and error. */
public interface Logs {
  /**
   * Writes all that is kept.
   *
   * @param follow whether to go on with what is written from now on, until it is stopped or the
   *     thread is interrupted
   */
  void copyTo(OutputStream out, boolean follow) throws IOException, InterruptedException;

  /**
   * The end of it.
   *
   * @param octets how much at most
   */
  Tail tail(int octets) throws IOException;

  /**
   * @param left how many octets come before it
   */
  record Tail(String text, long left) {}
}
