/** The hub's HTTP API: who may call, what is called, and what is answered. */
@NullMarked
package io.pipeforce.hub.http;

import org.jspecify.annotations.NullMarked;
