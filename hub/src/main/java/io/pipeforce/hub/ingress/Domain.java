package io.pipeforce.hub.ingress;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Under which the names of ingresses are.
 *
 * @param name such as {@code localhost}, whose names all are this machine (RFC 6761, 6.3)
 */
record Domain(String name) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9-]{1,63}");
  private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

  /** What stands before the domain in this Host; empty when it is not under the domain. */
  Optional<String> label(String host) {
    String small = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
    String bare = small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
    String ending = "." + name;
    return bare.endsWith(ending)
        ? Optional.of(bare.substring(0, bare.length() - ending.length()))
        : Optional.empty();
  }

  /** Whether it can be the label of an ingress at all. */
  static boolean isLabel(String label) {
    return LABEL.matcher(label).matches();
  }
}
