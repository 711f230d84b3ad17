package io.pipeforce.cli;

import java.io.PrintWriter;

/** Prints what the hub answers. */
final class HubOutput {
  private HubOutput() {}

  /**
   * @param asItCame rather than for people
   */
  static void print(PrintWriter out, HubClient.Answer answer, boolean asItCame) {
    if (!answer.body().isEmpty()) {
      out.println(answer.isJson() && !asItCame ? Json.pretty(answer.body()) : answer.body());
    }
  }
}
