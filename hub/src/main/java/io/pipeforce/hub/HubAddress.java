package io.pipeforce.hub;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a hub listens, and how others call it.
 *
 * @param host name or address to listen on
 * @param port 0 for any free one
 * @param url where services and whoever has a webhook call it; empty: where it listens
 * @param names by which it may be called too
 */
public record HubAddress(String host, int port, Optional<URI> url, Set<String> names) {
  public HubAddress {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, was: " + port);
    }
    names = Set.copyOf(names);
  }

  /** On this machine, for this machine only. */
  public static HubAddress local(int port) {
    return new HubAddress("127.0.0.1", port, Optional.empty(), Set.of());
  }

  /** Where it listens, on the port that it got. */
  URI listening(int got) {
    return URI.create("http://" + host + ":" + got);
  }

  /** Where others call it. */
  URI called(int got) {
    return url.orElseGet(() -> listening(got));
  }

  /** All names by which it may be called, besides those of this machine; in small letters. */
  Set<String> hosts() {
    Set<String> hosts = new HashSet<>(names);
    hosts.add(host);
    url.ifPresent(given -> hosts.add(given.getHost()));
    Set<String> lower = new HashSet<>();
    hosts.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }
}
