package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PlatformSource;
import java.util.Map;

public final class KubernetesPlatform {
  private KubernetesPlatform() {}

  public static PlatformSource source(Map<String, String> environment) {
    return _ -> {
      throw new PlatformException("not yet " + environment.size());
    };
  }
}
