/** Measures what the hub's ingress costs: the same requests to a service, through it and direct. */
@NullMarked
package io.pipeforce.bench.ingress;

import org.jspecify.annotations.NullMarked;
