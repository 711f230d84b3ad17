package service;

import bench.Meter;
import bench.Order;
import io.pipeforce.BaseService;
import io.pipeforce.Event;

/** The service under measurement. */
public class OrderService extends BaseService {
  /** Adds up the order. */
  @Event("bench.order")
  public void order(Order order) {
    Meter.handled(order);
  }
}
