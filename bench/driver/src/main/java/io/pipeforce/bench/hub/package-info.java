/** Measures a hub: webhooks a second, how long they take, and how long a status takes. */
@NullMarked
package io.pipeforce.bench.hub;

import org.jspecify.annotations.NullMarked;
