package io.pipeforce.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpServer;
import io.pipeforce.test.internal.RealParts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a page of another site can do to a hub on the machine of somebody who looks at it. The
 * browser is a real one, and it sends the user's credentials with whatever it asks for, as browsers
 * do with passwords and cookies that they keep.
 */
class BrowserTest {
  private static final String QUEUE = "browser-test";

  @TempDir private static Path state;

  private static RunningHub hub;
  private static HttpServer evil;
  private static Playwright playwright;
  private static Browser browser;

  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    RealParts.here().assume("chromium");
    hub = RunningHub.onDevBroker(state);
    hub.answer("message.queue.put", Map.of("name", QUEUE));
    hub.answer("message.binding.put", Map.of("destinationName", QUEUE, "routingKey", "evil.#"));
    evil = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    evil.createContext(
        "/",
        exchange -> {
          byte[] html = "<!doctype html><title>evil</title>".getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, html.length);
          exchange.getResponseBody().write(html);
          exchange.close();
        });
    evil.start();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(
                        List.of("--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1")));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      playwright.close();
      evil.stop(0);
      hub.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    hub.answer("message.queue.purge", Map.of("name", QUEUE));
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setExtraHTTPHeaders(Map.of("Authorization", "Apitoken " + RunningHub.SECRET)));
    page = context.newPage();
  }

  @AfterEach
  void close() {
    context.close();
  }

  private static String url(String path) {
    return hub.hub().uri().resolve(path).toString();
  }

  private void visit(String host) {
    page.navigate("http://" + host + ":" + evil.getAddress().getPort() + "/");
  }

  private static int events() throws Exception {
    return hub.answer("message.queue.get", Map.of("name", QUEUE)).path("messages").asInt();
  }

  /** What became of a request in a page: its status and text, or that nothing could be read. */
  private String fetched(String url, String options) {
    return String.valueOf(
        page.evaluate(
            "async ([url, options]) => { try { const r = await fetch(url, eval('(' + options + ')'));"
                + " return r.type + ' ' + r.status + ' ' + (await r.text()); }"
                + " catch (e) { return String(e); } }",
            List.of(url, options)));
  }

  @Test
  void the_user_gets_in_with_the_credentials_that_the_browser_sends() {
    page.navigate(url("/api/v3/command/body.set?value=hello"));

    assertThat(page.content()).contains("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost", "127.0.0.1"})
  void a_page_of_another_site_runs_no_command_and_reads_nothing(String host) throws Exception {
    visit(host);
    String send = url("/api/v3/command/event.send?key=evil.sent");

    for (String options :
        List.of(
            "{}",
            "{credentials: 'include'}",
            "{mode: 'no-cors', credentials: 'include'}",
            "{method: 'POST', body: '{\"key\": \"evil.sent\"}', credentials: 'include'}",
            "{method: 'POST', mode: 'no-cors', body: '{}', credentials: 'include'}",
            "{method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'}",
            "{headers: {'Authorization': 'Apitoken x'}, credentials: 'include'}")) {
      assertThat(fetched(send, options))
          .as(options)
          .matches("TypeError: Failed to fetch|opaque 0 ");
    }
    assertThat(
            fetched(
                url("/api/v3/pipeline"),
                "{method: 'POST', mode: 'no-cors', credentials: 'include',"
                    + " body: 'pipeline: [{event.send: {key: evil.sent}}]'}"))
        .isEqualTo("opaque 0 ");
    loaded("img", send);
    loaded("script", send);
    loaded("iframe", send);
    page.evaluate("async url => { navigator.sendBeacon(url, '{}'); }", send);
    assertThat(
            page.evaluate(
                "url => new Promise(done => { const socket = new WebSocket(url);"
                    + " socket.onopen = () => done('open'); socket.onerror = () => done('refused');"
                    + " })",
                send.replace("http://", "ws://")))
        .isEqualTo("refused");
    submitted(send);

    assertThat(events()).isZero();
  }

  /** Waits until an element has been loaded, or could not be; an empty answer is never told. */
  private void loaded(String element, String url) {
    page.evaluate(
        "([element, url]) => new Promise(done => { const e = document.createElement(element);"
            + " e.onload = e.onerror = () => done(); setTimeout(done, 5000);"
            + " e.src = url; document.body.append(e); })",
        List.of(element, url));
  }

  /** A form sends the browser there. */
  private void submitted(String url) {
    page.waitForNavigation(() ->
        page.evaluate(
            "url => { const form = document.createElement('form'); form.method = 'POST';"
                + " form.enctype = 'text/plain'; form.action = url;"
                + " const field = document.createElement('input'); field.name = '{\"a\":\"';"
                + " field.value = '\"}'; form.append(field); document.body.append(form);"
                + " form.submit(); }",
            url));
    assertThat(page.content()).contains("a page of another site may not call this hub");
  }

  @Test
  void a_link_on_another_page_runs_no_command() throws Exception {
    visit("evil.example");

    page.waitForNavigation(() ->
        page.evaluate(
            "url => { location.href = url; }", url("/api/v3/command/event.send?key=evil.sent")));

    assertThat(page.content()).contains("a page of another site may not call this hub");
    assertThat(events()).isZero();
  }

  @Test
  void a_name_that_was_made_to_point_here_is_not_ours() throws Exception {
    // The site's own name now leads to the hub, so that the browser takes it for the site's.
    page.navigate("http://rebound.example:" + hub.hub().uri().getPort() + "/");

    assertThat(fetched("/api/v3/command/event.send?key=evil.sent", "{credentials: 'include'}"))
        .startsWith("basic 403 ");
    assertThat(fetched("/api/v3/command/iam.token?username=pipeforce&password=x", "{}"))
        .startsWith("basic 403 ");
    assertThat(fetched("/api/v3/pipeline", "{method: 'POST', body: 'pipeline: []'}"))
        .startsWith("basic 403 ");
    assertThat(events()).isZero();
  }

  @Test
  void a_webhook_is_fired_by_its_token_from_anywhere_and_by_nothing_else() throws Exception {
    String known =
        hub.answer("webhook.put", Map.of("eventKey", "evil.hook")).path("url").asString();
    visit("evil.example");
    String options = "{method: 'POST', mode: 'no-cors', body: 'x'}";

    assertThat(fetched(known.replaceFirst("token=.*", "token=" + UUID.randomUUID()), options))
        .isEqualTo("opaque 0 ");
    assertThat(events()).isZero();

    assertThat(fetched(known, options)).isEqualTo("opaque 0 ");
    assertThat(events()).isOne();
  }
}
