/** Doors by which other systems send events: who has a token may, and nobody else can tell. */
@NullMarked
package io.pipeforce.hub.webhook;

import org.jspecify.annotations.NullMarked;
