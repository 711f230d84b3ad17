/** Keeps what outlives the hub: small files that are whole or not there, for their owner only. */
@NullMarked
package io.pipeforce.hub.state;

import org.jspecify.annotations.NullMarked;
