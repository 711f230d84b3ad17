package io.pipeforce.hub.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipeforce.hub.webhook.Webhooks;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other systems send what becomes events. It answers 202 when the broker has confirmed, to a
 * token that is none as well.
 */
final class WebhookDoor implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookDoor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** No answer comes earlier, so that what little time a token may cost or save is not seen. */
  private static final Duration EARLIEST = Duration.ofMillis(10);

  private final Webhooks webhooks;

  WebhookDoor(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/", this::receive);
    rules.post("/", this::receive);
    rules.put("/", this::receive);
  }

  private void receive(ServerRequest request, ServerResponse response) throws InterruptedException {
    String token =
        request
            .query()
            .first("token")
            .or(() -> request.headers().first(HeaderNames.create("token")))
            .orElse("");
    byte[] payload =
        request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    long arrived = System.nanoTime();
    try {
      webhooks
          .receive(token, request.headers().first(HeaderNames.CONTENT_TYPE), payload)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Thread.sleep(EARLIEST.minusNanos(System.nanoTime() - arrived));
      response.status(Status.ACCEPTED_202).send();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warn("An event of a webhook was not confirmed: {}", e.toString());
      Answers.error(
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "the event was not confirmed; send it again later");
    }
  }
}
