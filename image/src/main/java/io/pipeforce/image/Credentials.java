package io.pipeforce.image;

/**
 * Who may pull from or push to a registry.
 *
 * @param user name
 * @param password or token
 */
public record Credentials(String user, String password) {

  /** Never shows the password. */
  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
