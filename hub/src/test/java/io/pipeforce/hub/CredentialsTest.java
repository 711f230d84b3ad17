package io.pipeforce.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who gets in, and who does not. */
class CredentialsTest {
  private static final String SECRET = RunningHub.SECRET;

  @TempDir private static Path state;

  private static RunningHub hub;

  @BeforeAll
  static void start() {
    hub = RunningHub.onDevBroker(state);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static HttpRequest.Builder request(String path) {
    return hub.request(path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return RunningHub.send(request);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  @Test
  void tokens_are_got_used_and_refreshed() throws Exception {
    HttpResponse<String> got =
        send(
            request("/api/v3/command/iam.token")
                .POST(
                    BodyPublishers.ofString(
                        JsonMapper.shared()
                            .writeValueAsString(
                                Map.of("username", "pipeforce", "password", SECRET)))));
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(json(got).path("expires_in").asInt()).isPositive();
    String access = json(got).path("access_token").asString();
    String refresh = json(got).path("refresh_token").asString();
    assertThat(bearer(access)).isEqualTo(204);
    assertThat(bearer(refresh)).isEqualTo(401);

    for (String token : new String[] {refresh, SECRET}) {
      HttpResponse<String> refreshed =
          send(
              request("/api/v3/command/iam.token.refresh")
                  .POST(BodyPublishers.ofString("{\"refreshToken\":\"" + token + "\"}")));
      assertThat(bearer(json(refreshed).path("access_token").asString())).isEqualTo(204);
    }
    assertThat(
            send(request("/api/v3/command/iam.token?username=pipeforce&password=x")).statusCode())
        .isEqualTo(401);
  }

  private static int bearer(String token) throws Exception {
    return send(request("/api/v3/command/wait?time=0").header("Authorization", "Bearer " + token))
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic !!!",
        "Basic cGlwZWZvcmNlOndyb25n",
        "Bearer",
        "Bearer a.b",
        "Bearer .",
        "Bearer QUNDRVNTIDk5OTk5OTk5OTkgcGlwZWZvcmNl.AAAA",
        "Apitoken wrong",
        "Digest x"
      })
  void nobody_gets_in_without_credentials(String authorization) throws Exception {
    for (String path :
        new String[] {
          "/api/v3/command/wait?time=0",
          "/api/v3/command/nothing",
          "/api/v3/pipeline",
          "/api/v3/command/iam.token/../wait?time=0",
          "/api/v3/command/iam%2Etoken/x",
          "/api",
          "/"
        }) {
      HttpRequest.Builder request = request(path);
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      HttpResponse<String> response = send(request);
      assertThat(response.statusCode()).as(path).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
      assertThat(response.body()).doesNotContain(SECRET);
    }
  }

  @Test
  void basic_credentials_are_taken() throws Exception {
    String login = Base64.getEncoder().encodeToString(("pipeforce:" + SECRET).getBytes(UTF_8));

    assertThat(
            send(request("/api/v3/command/wait?time=0").header("Authorization", "Basic " + login))
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void a_page_of_another_site_and_a_name_that_was_made_to_point_here_are_refused()
      throws Exception {
    assertThat(raw("Host: evil.example:8080")).contains(" 403 ");
    assertThat(raw("Host: localhost.evil.example")).contains(" 403 ");
    String ours = "Host: 127.0.0.1:" + hub.hub().uri().getPort();
    assertThat(raw(ours + "\r\nOrigin: http://evil.example")).contains(" 403 ");
    assertThat(raw(ours + "\r\nOrigin: null")).contains(" 403 ");
    assertThat(raw(ours + "\r\nSec-Fetch-Site: cross-site")).contains(" 403 ");
    assertThat(raw(ours + "\r\nSec-Fetch-Site: same-site")).contains(" 403 ");
    assertThat(raw(ours + "\r\nSec-Fetch-Site: none")).contains(" 204 ");
    assertThat(raw(ours + "\r\nOrigin: http://127.0.0.1:" + hub.hub().uri().getPort()))
        .contains(" 204 ");
    assertThat(raw("Host: localhost:1")).contains(" 204 ");
  }

  @Test
  void the_name_of_an_ingress_is_not_a_name_of_the_hub() throws Exception {
    assertThat(raw("Host: shop-local.localhost")).contains(" 404 ");
    String ours = "Host: 127.0.0.1:" + hub.hub().uri().getPort();
    assertThat(raw(ours + "\r\nOrigin: http://shop-local.localhost")).contains(" 403 ");
  }

  /** The first line of the answer to a request with these headers. */
  private static String raw(String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.hub().uri().getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/v3/command/wait?time=0 HTTP/1.1\r\n"
                      + headers
                      + "\r\nAuthorization: Apitoken "
                      + SECRET
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }
  }
}
