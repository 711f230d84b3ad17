package io.pipeforce.broker.model;

/** The two kinds of queues. */
public enum QueueType {
  CLASSIC("classic", "rabbit_classic_queue"),
  QUORUM("quorum", "rabbit_quorum_queue");

  private final String text;
  private final String module;

  QueueType(String text, String module) {
    this.text = text;
    this.module = module;
  }

  public String text() {
    return text;
  }

  /** RabbitMQ's name for the code behind it, which its error texts show. */
  String module() {
    return module;
  }
}
