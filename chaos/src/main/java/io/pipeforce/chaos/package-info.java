/**
 * Breaks a service, its broker and the network between them while messages flow, and looks for what
 * is missing.
 *
 * <p>{@link io.pipeforce.chaos.Run} tells the course of a run from top to bottom. Processes write
 * {@link io.pipeforce.chaos.Journal journals}; the {@link io.pipeforce.chaos.Checker} compares only
 * these and what lies in queues at the end, and knows nothing of the SDK's insides.
 *
 * <p>Programs here wait for deadlines and pace what they send with {@link
 * io.pipeforce.chaos.Pause}: how long a fault lasts is part of the fault.
 */
@NullMarked
package io.pipeforce.chaos;

import org.jspecify.annotations.NullMarked;
