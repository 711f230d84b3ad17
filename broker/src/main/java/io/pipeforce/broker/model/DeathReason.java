package io.pipeforce.broker.model;

/** Why a message left its queue without being handled. */
public enum DeathReason {
  REJECTED("rejected"),
  EXPIRED("expired"),
  MAX_LENGTH("maxlen"),
  DELIVERY_LIMIT("delivery_limit");

  private final String text;

  DeathReason(String text) {
    this.text = text;
  }

  /** As the x-death header writes it. */
  public String text() {
    return text;
  }
}
