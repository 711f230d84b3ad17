package io.pipeforce.hub.platform;

import java.util.regex.Pattern;

/**
 * Names of services, jobs, ingresses and namespaces: labels as RFC 1123 has them, which is what
 * Kubernetes and host names take.
 */
public final class Names {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

  private Names() {}

  public static boolean isLabel(String name) {
    return LABEL.matcher(name).matches();
  }

  /**
   * @param what of which thing it is the name, for the message
   * @throws IllegalArgumentException when it is none
   */
  public static String label(String what, String name) {
    if (!isLabel(name)) {
      throw new IllegalArgumentException(
          "%s must be 1 to 63 of a-z, 0-9 and '-', with a letter or digit at both ends, was: %s"
              .formatted(what, name));
    }
    return name;
  }

  static void variable(String name) {
    if (!VARIABLE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "env: '" + name + "' is no name of a variable; letters, digits and _ make one");
    }
  }
}
