/**
 * The commands of the hub, one class each; {@link io.pipeforce.hub.commands.Commands} lists them.
 */
@NullMarked
package io.pipeforce.hub.commands;

import org.jspecify.annotations.NullMarked;
