package io.pipeforce.test.startup;

import io.pipeforce.BaseService;
import io.pipeforce.Event;

/** A service as it could come out of a compiler that did not run the annotation processor. */
public class FaultyService extends BaseService {
  /** The pattern is bad. */
  @Event("order.cre*")
  public void pattern(String body) {}

  /** Nobody can supply the argument. */
  @Event("order.*")
  public void argument(Thread thread) {}
}
