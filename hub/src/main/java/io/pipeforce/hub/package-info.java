/** Runs commands and pipelines over HTTP. */
@NullMarked
package io.pipeforce.hub;

import org.jspecify.annotations.NullMarked;
