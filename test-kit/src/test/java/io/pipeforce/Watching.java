package io.pipeforce;

import java.time.Duration;
import java.util.List;

/** Lets tests of other packages choose a service's watch, which users cannot. */
public final class Watching {
  /** Connects once, and mends nothing. */
  public static final Duration OFF = Duration.ZERO;

  private Watching() {}

  /** Runs services that look this often for what nobody reports. */
  public static ServiceRuntime start(
      Duration watchInterval, ServiceSettings settings, List<? extends BaseService> services) {
    return ServiceRuntime.start(settings, services, watchInterval);
  }
}
