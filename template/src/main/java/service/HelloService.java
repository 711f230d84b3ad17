package service;

import io.pipeforce.BaseService;
import io.pipeforce.Event;

public class HelloService extends BaseService {

  @Event("some.event.key.*")
  public void greeting(String body) {
    System.out.println("GREETING CALLED. BODY: " + body);
  }
}
