/**
 * Decides what happens to a delivery: which method gets it with which arguments, and whether it is
 * done, retried or dead. Knows nothing of connections; every decision here is a pure function.
 */
@NullMarked
package io.pipeforce.internal.dispatch;

import org.jspecify.annotations.NullMarked;
