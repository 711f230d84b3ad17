/**
 * Runs inside javac: refuses handlers that could not work, and writes the index by which a service
 * is found at start without scanning the class path.
 */
@NullMarked
package io.pipeforce.internal.processor;

import org.jspecify.annotations.NullMarked;
