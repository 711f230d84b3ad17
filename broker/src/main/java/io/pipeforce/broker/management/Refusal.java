package io.pipeforce.broker.management;

/** A call that cannot be answered as it was asked for, with what is answered instead. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;
  private final transient Object reason;

  /**
   * @param reason a text, or the list that RabbitMQ makes of an Erlang tuple
   */
  Refusal(int status, String error, Object reason) {
    super(error + ": " + reason);
    this.status = status;
    this.error = error;
    this.reason = reason;
  }

  /** Bad request. */
  Refusal(Object reason) {
    this(400, "bad_request", reason);
  }

  Response response() {
    return Response.error(status, error, reason);
  }
}
