package io.pipeforce.hub.commands;

import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code iam.token.refresh}. */
final class IamTokenRefresh implements Command<IamTokenRefresh.Arguments> {
  private final Login login;

  IamTokenRefresh(Login login) {
    this.login = login;
  }

  record Arguments(@Param("A refresh token, or the API token.") String refreshToken) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Arguments[]";
    }
  }

  @Override
  public String name() {
    return "iam.token.refresh";
  }

  @Override
  public String about() {
    return "Answers a new access token for a refresh token.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return login
        .refresh(arguments.refreshToken())
        .map(Outcome::body)
        .orElseThrow(() -> new CommandException("the refresh token is wrong or has ended"));
  }
}
