package io.pipeforce.hub.commands;

import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code iam.token}. */
final class IamToken implements Command<IamToken.Arguments> {
  private final Login login;

  IamToken(Login login) {
    this.login = login;
  }

  record Arguments(
      @Param("Name of the user.") String username, @Param("Its password.") String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Arguments[username=" + username + "]";
    }
  }

  @Override
  public String name() {
    return "iam.token";
  }

  @Override
  public String about() {
    return "Answers an access token and a refresh token for a name and a password.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return login
        .token(arguments.username(), arguments.password())
        .map(Outcome::body)
        .orElseThrow(() -> new CommandException("user or password is wrong"));
  }
}
