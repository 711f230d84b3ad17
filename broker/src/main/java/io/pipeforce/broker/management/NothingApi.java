package io.pipeforce.broker.management;

import io.pipeforce.broker.session.AmqpServer;
import java.util.List;

/**
 * What RabbitMQ has and this broker has not: reading answers that there is none, as RabbitMQ does
 * before anything was set; writing is refused, since a setting that has no effect would be found
 * out in production.
 */
final class NothingApi {

  static Response refused(String what) {
    return Response.error(
        400,
        "bad_request",
        "not supported by the dev broker: %s; it has the one virtual host / and the one user guest"
            .formatted(what));
  }

  /** Whoever changes only what holds anyway may go on. */
  Response clusterName(Request request) {
    return request.body().path("name").asString("").equals(AmqpServer.CLUSTER)
        ? Response.noContent()
        : refused("another cluster name than " + AmqpServer.CLUSTER);
  }

  Response none(Request request) {
    return Response.ok(List.of());
  }

  Response missing(Request request) {
    return Response.notFound();
  }

  Response done(Request request) {
    return Response.noContent();
  }

  Response globalParameters(Request request) {
    return Listing.of(request, Description.globalParameters());
  }

  Response globalParameter(Request request) {
    return Description.globalParameters().stream()
        .filter(parameter -> request.path("name").equals(parameter.get("name")))
        .map(Response::ok)
        .findFirst()
        .orElse(Response.notFound());
  }

  /** An endpoint that refuses to set something. */
  static Endpoint.Handler refusing(String what) {
    return _ -> refused(what);
  }
}
