/**
 * Is {@code pi} on the command line: parses what a person typed, asks the broker, prints. One file
 * per command; it stays light, so that {@code pi send} is quick.
 */
@NullMarked
package io.pipeforce.cli;

import org.jspecify.annotations.NullMarked;
