/** Who may call the hub, and the tokens that show it. */
@NullMarked
package io.pipeforce.hub.login;

import org.jspecify.annotations.NullMarked;
