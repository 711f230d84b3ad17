/** Tells what commands there are, derived from the records of their parameters. */
@NullMarked
package io.pipeforce.hub.reference;

import org.jspecify.annotations.NullMarked;
