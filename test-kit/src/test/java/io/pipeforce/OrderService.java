package io.pipeforce;

/** The service whose topology is planned and applied. Its delay is that of no other test. */
public class OrderService extends BaseService {

  @Event(
      value = {"order.created", "order.paid"},
      retry = "4321ms")
  public void changed(String body) {
    // Its messages are looked at in its queue.
  }
}
