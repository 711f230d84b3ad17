package io.pipeforce.test.startup;

import io.pipeforce.BaseService;
import io.pipeforce.Event;

/** A service without a fault. */
public class GreetingService extends BaseService {
  /** Prints what it got. */
  @Event("some.event.key.*")
  public void greeting(String body) {
    System.out.println("GREETING CALLED. BODY: " + body);
  }
}
