/**
 * What the author of a service compiles against: {@link io.pipeforce.BaseService} and {@link
 * io.pipeforce.Event} for handlers, {@link io.pipeforce.Message} and {@link io.pipeforce.Context}
 * as their arguments, {@link io.pipeforce.EventClient} to send events and requests, and {@link
 * io.pipeforce.ServiceRuntime} to run it all.
 */
@NullMarked
package io.pipeforce;

import org.jspecify.annotations.NullMarked;
