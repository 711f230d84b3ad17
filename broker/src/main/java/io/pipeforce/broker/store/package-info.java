/**
 * Keeps entries in a folder, so that they outlive the process: it writes changes in groups and
 * tells when they are safe. Knows nothing of queues.
 */
@NullMarked
package io.pipeforce.broker.store;

import org.jspecify.annotations.NullMarked;
