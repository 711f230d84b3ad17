/** Runs inside the process of the service that {@code pi dev} has started, and only there. */
@NullMarked
package io.pipeforce.dev.child;

import org.jspecify.annotations.NullMarked;
