package io.pipeforce.chaos;

/** What is called how on the broker. */
final class Names {
  static final String SERVICE = "chaos";
  static final String EXCHANGE = "pipeforce.chaos";
  static final String DEAD_LETTERS = "pipeforce.chaos.dead";
  static final String REQUEST_KEY = "chaos.request";
  static final String ECHO_KEY = "chaos.echo";

  private Names() {}
}
