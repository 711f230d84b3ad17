package io.pipeforce.hub.platform;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The platform cannot do it; the message says what, where and what to do. */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PlatformException(String message) {
    super(message);
  }

  public PlatformException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * @param what kind of thing
   * @param known names that there are
   */
  public static PlatformException unknown(String what, String name, Collection<String> known) {
    return new PlatformException(
        "there is no %s %s%s"
            .formatted(
                what,
                name,
                known.isEmpty() ? "" : " (there are: " + String.join(", ", known) + ")"));
  }

  /** No two jobs have the same name. */
  public static PlatformException jobExists(String name, JobStatus.State state) {
    return new PlatformException(
        "there is a job %s already (%s); choose another name, or say replace: true, which forgets that one and its output"
            .formatted(name, state));
  }

  /** Nothing starts beside a job that wants to be alone. */
  public static PlatformException jobIsAlone(String name) {
    return new PlatformException(
        "the job %s is being waited for, and no other can start meanwhile; wait for its end, or stop it with service.job.stop"
            .formatted(name));
  }

  /** An ingress belongs to one service. */
  public static PlatformException ingressIsTaken(String ingress, String service) {
    return new PlatformException(
        "the ingress %s is that of service %s already; choose another, or stop that service"
            .formatted(ingress, service));
  }
}
