package io.pipeforce.broker.contract;

/** What a broker did with a behaviour of the suite. */
enum Outcome {
  AGREES("✓"),
  DIFFERS("differs"),
  FAILS("**fails**"),
  NOT_RUN("not run");

  private final String cell;

  Outcome(String cell) {
    this.cell = cell;
  }

  String cell() {
    return cell;
  }
}
