package io.pipeforce.hub.platform;

/** When an image is fetched from its registry; the terms of Kubernetes. */
public enum PullPolicy {
  /** At every start. */
  ALWAYS("Always"),

  /** When it is not here. */
  IF_NOT_PRESENT("IfNotPresent"),

  /** Not at all: it has to be here. */
  NEVER("Never");

  private final String text;

  PullPolicy(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
