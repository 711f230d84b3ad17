/** Brings a request to the service whose ingress it names, and the answer back. */
@NullMarked
package io.pipeforce.hub.ingress;

import org.jspecify.annotations.NullMarked;
