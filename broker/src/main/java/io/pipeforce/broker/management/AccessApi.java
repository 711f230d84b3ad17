package io.pipeforce.broker.management;

import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.Credentials;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Users and what they may do: there is one, who may do everything. */
final class AccessApi {

  Response whoAmI(Request request) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", Credentials.USER);
    json.put("tags", List.of("administrator"));
    json.put("is_internal_user", true);
    return Response.ok(json);
  }

  Response auth(Request request) {
    return Response.ok(Map.of("oauth_enabled", false));
  }

  Response users(Request request) {
    return Listing.of(request, List.of(Description.user()));
  }

  Response user(Request request) {
    return isKnown(request) ? Listing.one(request, Description.user()) : Response.notFound();
  }

  Response permissions(Request request) {
    return Listing.of(request, List.of(Description.permission()));
  }

  Response permissionsOfUser(Request request) {
    return isKnown(request) ? permissions(request) : Response.notFound();
  }

  Response permission(Request request) {
    return isKnown(request) ? Listing.one(request, Description.permission()) : Response.notFound();
  }

  /** Writing again what holds anyway is fine. */
  Response deleteUser(Request request) {
    return isKnown(request) ? NothingApi.refused("deleting users") : Response.notFound();
  }

  Response putPermission(Request request) {
    return isKnown(request) && request.path("vhost").equals(VirtualHost.NAME)
        ? Response.noContent()
        : NothingApi.refused("permissions of other users than guest");
  }

  private static boolean isKnown(Request request) {
    return request.path("user").equals(Credentials.USER);
  }
}
