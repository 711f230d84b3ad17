package io.pipeforce.hub.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipeforce.hub.platform.Logs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a service or a job has written, as it is: {@code GET /NAME}, and with {@code ?follow=true}
 * what it writes from then on, until it is stopped or the client goes away.
 */
final class LogsOutlet implements HttpService {
  private final Function<String, Optional<Logs>> logs;

  LogsOutlet(Function<String, Optional<Logs>> logs) {
    this.logs = logs;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/{name}", this::logs);
  }

  private void logs(ServerRequest request, ServerResponse response) throws InterruptedException {
    String name = request.path().pathParameters().get("name");
    Optional<Logs> found = logs.apply(name);
    if (found.isEmpty()) {
      Answers.error(
          response,
          Status.NOT_FOUND_404,
          "there is no service and no job "
              + name
              + "; service.status and service.job.status show what there is");
      return;
    }
    boolean follow = request.query().first("follow").map(Boolean::parseBoolean).orElse(false);
    response.status(Status.OK_200);
    response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=UTF-8");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    OutputStream out = response.outputStream();
    ClientLine.CURRENT
        .get()
        .whileConnected(
            "logs " + name,
            () -> {
              copy(found.get(), follow, out);
              return true;
            });
  }

  private static void copy(Logs logs, boolean follow, OutputStream out)
      throws InterruptedException {
    try (out) {
      logs.copyTo(out, follow);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
