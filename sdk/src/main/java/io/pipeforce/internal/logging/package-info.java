/**
 * Gives a service its logs without a configuration file: lines for people on a terminal, JSON in a
 * cluster. A {@code logback.xml} of the service's own replaces it all.
 */
@NullMarked
package io.pipeforce.internal.logging;

import org.jspecify.annotations.NullMarked;
